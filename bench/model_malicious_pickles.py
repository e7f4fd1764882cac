"""Malicious pickles: each callable of model_callables.tsv, each way to hide a call (bench/model_corpus.py)."""
import collections
import marshal
import os
import struct

from model_pickle import Raw, apply, blob, call, name, number, simple, text, value, whole

HERE = os.path.dirname(os.path.abspath(__file__))
CODE = "print('vedette sample')"


def arguments(kinds, module, proto):
    """The arguments a row of model_callables.tsv asks for; all of them harmless."""
    plain = {"code": CODE, "shell": "true", "dict": {}, "list": [], "int": 0, "none": None, "float": 0.5, "self": {},
             "url": "http://example.invalid/", "address": ("example.invalid", 80), "pip": ["install", "vedette-sample-absent"],
             "pickle": Raw(blob(simple(), proto)), "bytes": b"N."}
    for kind in [kinds] if kinds.startswith("text=") else kinds.split(","):
        head, _, rest = kind.partition(":")
        if kind.startswith("text="):
            yield kind[5:]
        elif head == "text":
            yield rest
        elif head == "global":
            yield name(*rest.rsplit(".", 1), proto)
        else:
            yield plain[head]


def callables():
    for line in open(os.path.join(HERE, "model_callables.tsv"), encoding="utf-8"):
        if not line.startswith("#"):
            module, function, kinds, advisory = line.rstrip("\n").split("\t")
            yield module, function, kinds, advisory


def add_callables(out):
    for i, (module, function, kinds, advisory) in enumerate(callables()):
        proto = 4 if "." in function else (2, 4, 0, 5, 3)[i % 5]
        if proto < 3 and module in ("builtins", "_pickle", "_io"):
            proto = 4
        body = call(module, function, tuple(arguments(kinds, module, proto)), proto)
        suffix = ("pkl", "bin", "pickle", "pkl", "dat")[i % 5]
        out.add(f"pickle/callable/{i:03}-{module}.{function}.{suffix}", whole(body, proto), "malicious",
                "pickle-callable", "pickle", advisory)


def by_opcode(p):
    """(id, bytes): one call, made by each opcode that can make one."""
    g = name("posix", "system", p)
    cmd = text("true", p)
    t1 = b"(" + cmd + b"t"
    yield "reduce", whole(call("posix", "system", ("true",), p), p)
    yield "obj", whole(b"(" + g + cmd + b"o", p) if p else whole(b"(" + cmd + b"iposix\nsystem\n", p)
    yield "inst", whole(b"(" + cmd + b"iposix\nsystem\n", p)
    if p >= 2:
        yield "newobj", whole(name("subprocess", "Popen", p) + t1 + b"\x81", p)
    if p >= 4:
        yield "newobj-ex", whole(name("subprocess", "Popen", p) + b"(" + value(["true"], p) + b"t}\x92", p)
        yield "framed", whole(call("posix", "system", ("true",), p), p, frame=True)
    yield "build-setstate", whole(call("functools", "partial", (g,), p) + value((g, ("true",), {}, None), p) + b"b", p)
    yield "discarded", whole(call("posix", "system", ("true",), p) + b"0" + value([1, 2], p), p)
    yield "in-dict", whole(value({"w": [1.0, 2.0], "b": call("posix", "system", ("true",), p)}, p), p)


def memo_tricks():
    g = Raw(b"Vposix\np0\n0Vsystem\np1\n0Vcollections\np2\n0VOrderedDict\np3\n0g0\ng1\n\x93")
    yield "memo-swap", whole(apply(g, ("true",), 2))
    yield "memo-overwrite", whole(b"\x8c\x0bcollectionsq\x00" + b"0\x8c\x05posixq\x000h\x00\x8c\x06system\x93" + value(("true",)) + b"R")
    yield "memo-long-binput", whole(b"\x8c\x05posixr\x00\x01\x00\x000\x8c\x06systemr\x01\x01\x00\x000j\x00\x01\x00\x00j\x01\x01\x00\x00\x93"
                                    + value(("true",)) + b"R")
    yield "memo-absent-key", whole(call("posix", "system", ("true",)) + b"0\x8c\x02os\x94h\x03h\x00\x93K\x42")
    yield "memo-type-confusion", whole(call("posix", "system", ("true",)) + b"0J\x2a\x00\x00\x00\x94\x8c\x02os\x94h\x00h\x01\x93K\x42")
    yield "string-opcode-global", whole(b"S'os'\nS'system'\n\x93" + b"S'true'\n\x85R")
    yield "bytes-opcode-global", whole(b"\x8c\x05posix\x94\x8c\x06system\x94\x93" + b"\x8c\x04true\x85R", 4)
    yield "dup-global", whole(name("posix", "system") + b"2" + value(("true",)) + b"R0" + value(("true",)) + b"R")
    yield "pop-mark", whole(call("posix", "system", ("true",)) + b"(" + value([1]) + b"1")
    yield "unused-mark", whole(b"(((" + call("posix", "system", ("true",)))
    joined = apply(call("builtins", "getattr", ("", "join")), (["po", "six"],))
    yield "string-join", whole(joined + b"\x8c\x06system\x93" + value(("true",)) + b"R")
    yield "unicode-escape", whole(b"V\\u0070osix\nVsyste\\u006d\n\x93" + value(("true",)) + b"R")
    yield "str-concat", whole(call("operator", "add", ("po", "six")) + b"\x8c\x06system\x93" + value(("true",)) + b"R")
    yield "str-from-bytes", whole(call("_codecs", "decode", (Raw(blob(b"cbfvk")), "rot13")) + b"\x8c\x06system\x93" + value(("true",)) + b"R")
    yield "stack-global-after-dup", whole(b"\x8c\x05posix2" + b"0\x8c\x06system\x93" + value(("true",)) + b"R")


def chains():
    imp = call("builtins", "__import__", ("os",))
    yield "getattr", whole(apply(call("builtins", "getattr", (imp, "system")), ("true",)))
    yield "getattr-p2", whole(apply(call("__builtin__", "getattr", (call("__builtin__", "__import__", ("os",), 2), "system"), 2), ("true",), 2), 2)
    yield "importlib", whole(apply(call("builtins", "getattr", (call("importlib", "import_module", ("os",)), "system")), ("true",)))
    yield "attrgetter", whole(apply(apply(call("operator", "attrgetter", ("system",)), (imp,)), ("true",)))
    yield "methodcaller", whole(apply(call("operator", "methodcaller", ("system", "true")), (imp,)))
    yield "methodcaller-c", whole(apply(call("_operator", "methodcaller", ("system", "true")), (call("pydoc", "locate", ("os",)),)))
    yield "itemgetter", whole(apply(call("operator", "itemgetter", ("eval",)), (call("builtins", "vars", (call("builtins", "__import__", ("builtins",)),)),))
                              + value((CODE,)) + b"R")
    yield "partial", whole(apply(call("functools", "partial", (name("posix", "system"), "true")), ()))
    yield "reduce-function", whole(call("functools", "reduce", (name("builtins", "getattr"), ["system"], imp)) + value(("true",)) + b"R")
    yield "map-list", whole(call("builtins", "list", (call("builtins", "map", (name("posix", "system"), ["true"])),)))
    yield "filter-tuple", whole(call("builtins", "tuple", (call("builtins", "filter", (name("posix", "system"), ["true"])),)))
    yield "itertools-starmap", whole(call("builtins", "list", (call("itertools", "starmap", (name("posix", "system"), [("true",)])),)))
    yield "sorted-key", whole(apply(call("functools", "partial", (name("builtins", "max"),)), (["true"],)) + b"0"
                              + call("builtins", "list", (call("builtins", "map", (name("builtins", "eval"), [CODE])),)))
    yield "resolve-name", whole(apply(call("pkgutil", "resolve_name", ("os:system",)), ("true",)))
    yield "locate-call", whole(apply(call("pydoc", "locate", ("os.system",)), ("true",)))
    yield "sys-modules", whole(apply(call("builtins", "getattr", (apply(call("builtins", "getattr", (name("sys", "modules"), "get")), ("os",)), "system")),
                                     ("true",)))
    yield "dotted-global", whole(apply(name("torch", "os.system"), ("true",)))
    yield "dotted-alias", whole(apply(name("numpy.distutils.exec_command", "os.popen"), ("true",)))
    yield "class-walk", whole(call("builtins", "getattr", (name("builtins", "object"), "__subclasses__")) + b")R0"
                              + apply(name("builtins", "object.__subclasses__"), ()) + b"0" + call("builtins", "eval", (CODE,)))
    yield "globals-get", whole(b"c__builtin__\nglobals\n(tRp1\n0c__builtin__\neval\n(V" + CODE.encode() + b"\ng1\ntR", 0)
    yield "apply-py2", whole(b"c__builtin__\napply\n(cos\nsystem\n(S'true'\nltR", 0)
    yield "ctypes-libc", whole(apply(call("builtins", "getattr", (call("ctypes", "CDLL", ("libc.so.6",)), "system")), (Raw(blob(b"true")),)))
    yield "interpreter", whole(apply(call("builtins", "getattr", (apply(name("code", "InteractiveInterpreter"), ()), "runsource")), (CODE,)))
    code = marshal.dumps(compile(CODE, "s", "exec"))
    made = call("types", "FunctionType", (call("marshal", "loads", (Raw(blob(code)),)), {}))
    yield "marshal-function", whole(apply(made, ()))
    yield "codetype", whole(call("types", "CodeType", (0, 0, 0, 0, 1, 64, Raw(blob(b"\x97\x00d\x00S\x00")), (None,), (), (), "s", "f", "f", 1,
                                                      Raw(blob(b"")), Raw(blob(b"")), (), ())))
    yield "property-fget", whole(apply(call("builtins", "getattr", (call("builtins", "property", (name("posix", "system"),)), "fget")), ("true",)))
    yield "defaultdict", whole(apply(call("builtins", "getattr", (call("collections", "defaultdict", (call("functools", "partial", (name("posix", "system"), "true")),)),
                                                                  "__missing__")), ("x",)))
    yield "weakref-finalize", whole(call("weakref", "finalize", (name("collections", "OrderedDict"), name("posix", "system"), "true")))
    yield "atexit", whole(call("atexit", "register", (name("posix", "system"), "true")))
    yield "thread", whole(call("_thread", "start_new_thread", (name("posix", "system"), ("true",))))
    yield "timer", whole(apply(call("builtins", "getattr", (call("threading", "Timer", (0, name("posix", "system"), ["true"])), "start")), ()))
    yield "build-dict-attribute", whole(name("collections", "OrderedDict") + b")\x81" + value({"__reduce__": call("posix", "system", ("true",))}) + b"b")
    yield "copyreg-dispatch", whole(call("copyreg", "add_extension", ("posix", "system", 77)) + b"0\x82\x4d" + value(("true",)) + b"R")
    yield "extension", whole(b"\x82\x4d" + value(("true",)) + b"R0" + call("builtins", "exec", (CODE,)))
    yield "extension-4", whole(b"\x84\x01\x00\x00\x00" + value(("true",)) + b"R0" + call("posix", "system", ("true",)))
    yield "persistent-id", whole(value(("storage", call("posix", "system", ("true",)), "0", "cpu", 1)) + b"Q")
    yield "persistent-id-text", whole(b"Pposix system\n0" + call("posix", "system", ("true",), 0), 0)


def nested():
    inner = simple()
    yield "bytes-loads", whole(call("pickle", "loads", (Raw(blob(inner)),)))
    yield "bytes-loads-c", whole(call("_pickle", "loads", (Raw(blob(inner)),)))
    yield "bytes-loads-twice", whole(call("pickle", "loads", (Raw(blob(whole(call("pickle", "loads", (Raw(blob(inner)),))))),)))
    yield "text-latin1", whole(call("pickle", "loads", (call("_codecs", "encode", (simple(proto=0).decode(), "latin1")),), 2), 2)
    yield "bytearray-loads", whole(call("pickle", "loads", (Raw(b"\x96" + struct.pack("<Q", len(inner)) + inner),), 5), 5)
    yield "base64-loads", whole(call("pickle", "loads", (call("base64", "b64decode", ("gASVHwAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAR0cnVllIWUUpQu",)),)))
    yield "unpickler", whole(apply(call("builtins", "getattr", (call("pickle", "Unpickler", (call("_io", "BytesIO", (Raw(blob(inner)),)),)), "load")), ()))
    yield "dill-loads", whole(call("dill", "loads", (Raw(blob(inner)),)))
    yield "torch-load-bytesio", whole(call("torch", "load", (call("_io", "BytesIO", (Raw(blob(inner)),)),)))
    yield "zlib-loads", whole(call("pickle", "loads", (call("zlib", "decompress", (Raw(blob(__import__("zlib").compress(inner))),)),)))


def broken():
    good, benign = simple(), whole(value({"w": [1.0, 2.0]}))
    yield "no-stop", good[:-1]
    yield "no-stop-p0", simple(proto=0)[:-1]
    yield "broken-after-payload", good[:-1] + b"X\xff\xff\x00\x00abc"
    yield "bad-opcode-after-payload", good[:-1] + b"0\xfe\xfe\xfe."
    yield "underflow-after-payload", good[:-1] + b"00000."
    yield "second-of-two", benign + good
    yield "fifth-of-five", benign * 4 + good
    yield "after-broken-first", benign[:-1] + b"\xff" + good
    yield "after-newline", b"\n\n" + good
    yield "after-null-bytes", bytes(64) + good
    yield "after-text", b"# a model, see the README\n" + simple(proto=0)
    yield "inside-text", b"weights follow\n" * 20 + good + b"\nend of weights\n" * 5
    yield "after-png-magic", b"\x89PNG\r\n\x1a\n" + bytes(56) + good
    yield "trailing-garbage", good + bytes(range(256))
    yield "trailing-whitespace", good + b"\n\n\t\t"
    yield "two-protos", b"\x80\x04" + good
    yield "wrong-proto", b"\x80\x63" + good[2:]
    yield "frame-too-long", b"\x80\x04\x95" + struct.pack("<Q", 1 << 40) + good[2:]
    yield "frame-too-short", b"\x80\x04\x95" + struct.pack("<Q", 4) + good[2:]
    yield "late-payload", whole(value(list(range(20000))) + b"0" + call("posix", "system", ("true",)))
    yield "deep-nesting", whole(b"(" * 5000 + call("posix", "system", ("true",)) + b"l" * 5000)
    yield "long-string-first", whole(text("a" * 300000) + b"0" + call("posix", "system", ("true",)))
    yield "cyclic-memo", whole(b"]q\x00h\x00a0" + call("posix", "system", ("true",)))
    yield "invalid-utf8", whole(b"\x8c\x03\xff\xfe\xfd0" + call("posix", "system", ("true",)))
    yield "global-crlf", b"\x80\x02cposix\nsystem\n(Vtrue\ntR."
    yield "int-with-underscore", whole(b"I1_000\n0" + call("posix", "system", ("true",)))
    yield "string-odd-escape", whole(b"S'\\x74rue'\n0" + call("posix", "system", ("true",)), 0)
    yield "long4-negative", whole(b"\x8b\x01\x00\x00\x00\xff0" + call("posix", "system", ("true",)))
    yield "next-buffer", whole(b"N0" + call("posix", "system", ("true",), 5), 5)
    yield "unknown-then-real", whole(call("some_unknown_package.core", "Model", ()) + b"0" + call("os", "system", ("true",)))


class Payload:
    """What __reduce__ gives; pickled by real producers, never loaded."""

    def __init__(self, function=eval, args=(CODE,)):
        self.what = function, args

    def __reduce__(self):
        return self.what


def produced():
    import cloudpickle
    import dill
    import pickle

    for p in range(6):
        yield f"eval-p{p}", pickle.dumps(Payload(), p)
        yield f"in-model-p{p}", pickle.dumps({"coef_": [0.5] * 8, "hook": Payload(exec, (CODE,))}, p)
    yield "dill-eval", dill.dumps(Payload())
    yield "cloudpickle-eval", cloudpickle.dumps(Payload())
    yield "ordered-dict", pickle.dumps(collections.OrderedDict(layer=Payload(os.system, ("true",))))
    yield "python2-style", b"ccommands\ngetoutput\n(S'true'\ntR."
    yield "lambda-call-dill", whole(call("dill._dill", "_create_function", (call("dill._dill", "_create_code", (0, Raw(blob(b"\x97\x00"))),), {})) + b")R")
    yield "cloudpickle-subimport", whole(apply(call("builtins", "getattr", (call("cloudpickle.cloudpickle", "subimport", ("os",)), "system")), ("true",)))


def add_pickles(out):
    add_callables(out)
    for proto in range(6):
        for what, data in by_opcode(proto):
            out.add(f"pickle/opcode/{what}-p{proto}.pkl", data, "malicious", f"pickle-opcode-{what}", "pickle")
    for technique, samples in (("memo", memo_tricks()), ("chain", chains()), ("nested", nested()), ("malformed", broken())):
        for i, (what, data) in enumerate(samples):
            out.add(f"pickle/{technique}/{what}.{('pkl', 'bin', 'pt')[i % 3] if technique != 'malformed' else 'pkl'}", data, "malicious",
                    f"pickle-{technique}", "pickle")
    for what, data in produced():
        out.add(f"pickle/produced/{what}.pkl", data, "malicious", "pickle-produced", "pickle")
