"""Least stand-ins for what modelaudit imports and Debian 12 does not have (pydantic 2 above all), enough for its scan of one file.

Fields are not validated and get no coercion; the scanners only build and read them (bench/model_peers.py)."""
import sys
import types


class Given:
    def __init__(self, default=..., default_factory=None):
        self.default, self.factory = default, default_factory


class Model:
    model_config = {}

    def __init__(self, **given):
        for cls in reversed(type(self).__mro__):
            for label in getattr(cls, "__annotations__", {}):
                v = getattr(cls, label, None)
                v = (v.factory() if v.factory else None if v.default is ... else v.default) if isinstance(v, Given) else v
                if not callable(v) and not isinstance(v, property):
                    object.__setattr__(self, label, v)
        for label, v in given.items():
            object.__setattr__(self, label, v)
        self.model_post_init(None)

    def model_post_init(self, context):
        pass

    def model_dump(self, **ignored):
        return dict(self.__dict__)

    @classmethod
    def model_validate(cls, given):
        return cls(**given)

    @classmethod
    def model_rebuild(cls, **ignored):
        pass


class Anything(types.ModuleType):
    def __getattr__(self, label):
        if label.startswith("__"):
            raise AttributeError(label)
        return type(label, (), {"__init__": lambda self, *a, **k: None, "__getattr__": lambda self, n: None})


def install():
    import importlib.metadata
    version = importlib.metadata.version
    importlib.metadata.version = lambda label: "0" if label == "modelaudit" else version(label)  # it is not installed
    pydantic = types.ModuleType("pydantic")
    pydantic.BaseModel, pydantic.ConfigDict, pydantic.HttpUrl = Model, dict, str
    pydantic.Field = lambda default=..., default_factory=None, **more: Given(default, default_factory)
    pydantic.field_validator = pydantic.field_serializer = pydantic.model_validator = lambda *a, **k: lambda f: f
    sys.modules["pydantic"] = pydantic
    for label in ("yaspin", "yaspin.spinners", "posthog", "platformdirs", "dotenv", "requests", "cyclonedx", "cyclonedx.model", "cyclonedx.model.bom",
                  "cyclonedx.model.component", "cyclonedx.model.license", "cyclonedx.output", "huggingface_hub", "fsspec", "s3fs", "gcsfs"):
        sys.modules.setdefault(label, Anything(label))
