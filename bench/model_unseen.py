#!/usr/bin/python3
"""Detection on files no detector was mended for: bench/model_unseen.py VEDETTE AISBOM [--peers DIR] (docs/models-evaluation.md).

AISBOM is a checkout of github.com/Lab700xOrg/aisbom, whose aisbom/corpus.py writes the published evasions with harmless payloads and
says of each whether a scanner should flag it; nothing of it is committed. Its generator only writes. py7zr, which Debian lacks, is
stood in for by bsdtar. A verdict is as in bench/models.py. Do not mend a detector for a miss here and go on calling it unseen.
"""
import argparse
import importlib
import os
import pathlib
import subprocess
import sys
import tempfile
import types

import model_fixtures
import models


class SevenZipFile:
    """As much of py7zr as the generator asks for."""

    def __init__(self, path, mode="w", **more):
        self.path, self.members = path, []

    def __enter__(self):
        return self

    def writestr(self, data, name):
        self.members.append((name, data if isinstance(data, bytes) else data.encode()))

    def writef(self, stream, name):
        self.members.append((name, stream.read()))

    def write(self, path, name=None):
        self.members.append((name or os.path.basename(path), pathlib.Path(path).read_bytes()))

    def __exit__(self, *error):
        with tempfile.TemporaryDirectory() as folder:
            for name, data in self.members:
                place = pathlib.Path(folder, name)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            subprocess.run(["bsdtar", "--format", "7zip", "-cf", str(self.path), "-C", folder, *(n for n, _ in self.members)], check=True)


def write(tree, out):
    """Its cases, each a folder of files below out: [(id, malicious)]."""
    sys.modules["py7zr"] = types.SimpleNamespace(SevenZipFile=SevenZipFile)
    for name in ("cyclonedx", "cyclonedx.model", "cyclonedx.model.bom", "pip_requirements_parser", "rich", "rich.console", "typer", "requests"):
        try:
            importlib.import_module(name)
        except ImportError:  # asked for by the scanner beside the generator
            sys.modules[name] = model_fixtures.Loose()
    sys.path.insert(0, tree)
    corpus = importlib.import_module("aisbom.corpus")
    list(corpus.generate_corpus(pathlib.Path(out)))
    return [(case.id, case.malicious) for case in corpus.CASES]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("vedette")
    parser.add_argument("aisbom")
    parser.add_argument("--peers")
    parser.add_argument("--only")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = write(os.path.abspath(args.aisbom), folder)
        files = {case: [os.path.join(at, f) for at, _, names in os.walk(os.path.join(folder, case)) for f in sorted(names)] for case, _ in cases}
        bad = [f for case, malicious in cases if malicious for f in files[case]]
        good = [f for case, malicious in cases if not malicious for f in files[case]]
        results = models.run_all(args, bad + good, folder)
        models.rates(results, bad, good)
        for name, (verdicts, _) in results.items():
            wrong = [os.path.relpath(f, folder) for f in bad + good if (verdicts[f][0] == "flagged") != (f in bad)]
            print(f"{name}: differs from the label on {', '.join(wrong) or 'none'}")


if __name__ == "__main__":
    main()
