#!/usr/bin/python3
"""Checks the JSON and SARIF reports of the sample scan against their schemas, and some of their meaning."""
import json
import os
import subprocess
import sys
import urllib.parse

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

PROGRAM = sys.argv[1]


def report(*arguments):
    first = subprocess.run([PROGRAM, *arguments], capture_output=True, check=True).stdout
    again = subprocess.run([PROGRAM, *arguments], capture_output=True, check=True).stdout
    assert first == again, f"{arguments}: two runs differ"
    return first.decode("utf-8")  # strict: no invalid byte may get through


def shared(path):
    roots = [os.environ.get("VD_SHARED"), "../shared", "../../shared"]
    found = [f"{r}/{path}" for r in roots if r and os.path.exists(f"{r}/{path}")]
    return found[0] if found else None


def check_json(variant):
    document = json.loads(report("json", *variant))
    with open("docs/schema/vedette.schema.json", encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
    assert not errors, errors[:3]
    with open("docs/json.md", encoding="utf-8") as f:
        documented = f.read()
    for name, part in [("", schema), *schema["$defs"].items()]:
        for key in part["properties"]:
            assert f"`{key}`" in documented, f"docs/json.md does not mention {name} {key}"
    return document


def check_sarif(variant):
    log = json.loads(report("sarif", *variant))
    path = shared("conformance/schemas/sarif-schema-2.1.0.json")
    if path:
        with open(path, encoding="utf-8") as f:
            schema = json.load(f)
        errors = list(jsonschema.validators.validator_for(schema)(schema).iter_errors(log))
        assert not errors, errors[:3]
    else:
        print("no SARIF schema here: only the meaning is checked")
    check_run(log["runs"][0])
    return log


def check_run(run):
    rules = run["tool"]["driver"]["rules"]
    assert len({r["id"] for r in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert "](" not in result["message"]["text"]
        for place in result["locations"]:
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            parts = urllib.parse.urlsplit(uri)
            assert not (parts.scheme or parts.netloc or parts.query or parts.fragment), uri
            assert not uri.startswith("/") and " " not in uri and uri.isascii()
            assert place["physicalLocation"].get("region", {"startLine": 1})["startLine"] >= 1
    fingerprints = [r["partialFingerprints"]["vedetteFindingId/v1"] for r in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints)


def main():
    for variant in ([], ["clean"]):
        document, log = check_json(variant), check_sarif(variant)
        run = log["runs"][0]
        assert len(run["results"]) == len(document["findings"])
        notices = run["invocations"][0]["toolExecutionNotifications"]
        assert len(notices) == document["summary"]["failed"]
        print(f"{len(document['findings'])} findings: JSON and SARIF are valid")
    hostile = urllib.parse.quote(b"odd names/100%/#one\n\xff\xe2\x80\xae: [a](b).txt")
    assert hostile in report("sarif")


main()
