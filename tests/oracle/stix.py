#!/usr/bin/python3
"""Checks STIX bundles against the JSON schemas of STIX 2.1, and what these cannot say.

stix.py ORACLE_EXPORT    the bundles of the sample graph
stix.py --file BUNDLE    a bundle as `vedette graph export` writes it, object by object
"""
import collections
import json
import os
import subprocess
import sys
import uuid

from oracle import skip

try:
    import jsonschema
except ImportError:
    skip("python3-jsonschema is not installed")

NAMESPACE = uuid.UUID("1d7c1e67-5dfb-4265-8b40-b3157b345673")


def shared(path):
    roots = [os.environ.get("VD_SHARED"), "../shared", "../../shared"]
    found = [f"{r}/{path}" for r in roots if r and os.path.exists(f"{r}/{path}")]
    return found[0] if found else skip(f"no {path} here")


class Schemas:
    def __init__(self, root):
        self.root, self.store, self.validators = root, {}, {}
        for folder, _, names in os.walk(root):
            for name in names:
                with open(f"{folder}/{name}", encoding="utf-8") as f:
                    schema = json.load(f)
                self.store[schema["$id"]] = schema
        self.types = {i.rsplit("/", 1)[1][:-5]: s for i, s in self.store.items() if "/common/" not in i}
        self.types["extension-definition"] = self.common("extension-definition")
        self.types["bundle"] = self.common("bundle")

    def common(self, name):
        return next(s for i, s in self.store.items() if i.endswith(f"/common/{name}.json"))

    def validator(self, type_name):
        """That of the type; for one that STIX does not know, that of all domain objects."""
        if type_name not in self.validators:
            schema = self.types.get(type_name, self.common("core"))
            resolver = jsonschema.RefResolver(schema["$id"], schema, store=self.store)
            self.validators[type_name] = jsonschema.Draft202012Validator(
                schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
        return self.validators[type_name]

    def check_bundle(self, bundle):
        """The schema of bundles lets no object pass that is not in its list: what is a domain object there is an
        observable too, and it wants exactly one. So incidents and extension definitions are checked by themselves."""
        text = json.dumps(self.common("bundle"))
        listed = [o for o in bundle["objects"] if f"/{o['type']}.json" in text]
        self.check({**bundle, "objects": listed})

    def check(self, item):
        error = next(self.validator(item["type"]).iter_errors(item), None)
        assert error is None, f"{item['id']}: {error.message[:300]} at {list(error.path)}"


class Meaning:
    """What holds between the objects of a bundle."""

    def __init__(self):
        self.types = collections.Counter()
        self.ids, self.wanted, self.extensions = set(), set(), set()

    def see(self, item):
        name, _, number = item["id"].partition("--")
        assert name == item["type"] and uuid.UUID(number).version == 5, item["id"]
        assert item["id"] not in self.ids, f"twice: {item['id']}"
        self.ids.add(item["id"])
        self.types[item["type"]] += 1
        for key, value in item.items():
            if key.endswith("_ref"):
                self.wanted.add(value)
            elif key.endswith("_refs"):
                self.wanted.update(value)
        self.extensions.update(item.get("extensions", {}))
        assert item.get("created", "") <= item.get("modified", ""), item["id"]
        facts = [e for e in item.get("extensions", {}).values() if "node_key" in e]
        for e in facts:
            assert str(uuid.uuid5(NAMESPACE, f"{e['node_kind']}/{e['node_key']}")) == number \
                or not e["node_key"].isprintable() or "\ufffd" in e["node_key"], item["id"]

    def end(self):
        lost = (self.wanted | self.extensions) - self.ids
        assert not lost, f"{len(lost)} references to nothing, as {next(iter(lost))}"
        return dict(self.types.most_common())


def check_sample(program, schemas, *arguments):
    first = subprocess.run([program, "stix", *arguments], capture_output=True, check=True).stdout
    again = subprocess.run([program, "stix", *arguments], capture_output=True, check=True).stdout
    assert first == again, "two runs differ"
    bundle = json.loads(first.decode("utf-8"))
    schemas.check_bundle(bundle)
    meaning = Meaning()
    for item in bundle["objects"]:
        schemas.check(item)
        meaning.see(item)
    types = meaning.end()
    assert ("vedette-node" in types) == (not arguments)
    for name in ("vulnerability", "attack-pattern", "course-of-action", "intrusion-set", "threat-actor",
                 "malware", "tool", "campaign", "software", "report", "incident", "identity", "relationship"):
        assert types.get(name), f"no {name} in the sample"
    print("sample", *arguments, types)


def check_file(path, schemas):
    meaning = Meaning()
    with open(path, encoding="utf-8") as f:
        head = json.loads(f.readline() + "]}")
        assert head["type"] == "bundle" and uuid.UUID(head["id"].split("--")[1]).version == 5
        for line in f:
            if line == "]}\n":
                break
            item = json.loads(line.rstrip("\n").removesuffix(","))
            schemas.check(item)
            meaning.see(item)
        else:
            raise AssertionError("the bundle does not end")
    print(path, meaning.end())


def main():
    schemas = Schemas(shared("conformance/schemas/stix-2.1"))
    if sys.argv[1] == "--file":
        check_file(sys.argv[2], schemas)
        return
    check_sample(sys.argv[1], schemas)
    check_sample(sys.argv[1], schemas, "standard")


main()
