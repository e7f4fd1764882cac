#!/usr/bin/python3
"""Recall on the peers' own public test fixtures: bench/model_fixtures.py VEDETTE PEERS_DIR [--keep DIR] (docs/models-evaluation.md).

PEERS_DIR holds checkouts picklescan, modelscan, fickling, modelaudit; nothing of them is committed. Labels follow from their tests:
  picklescan   tests/data, tests/data2: what tests/test_scanner.py expects to be infected; what it expects without issues is benign
  modelscan    the files that the fixtures of tests/test_modelscan.py write, called here with a temporary folder
  fickling     the pickles its tests hand to check_safety, written out with the verdict those tests assert on
               (suspicious safetensors metadata is left out: its tests take it for safe and its generator does not)
  modelaudit   tests/assets by their names (malicious, evil, attack, exploit, nested; safe, benign), and the pickles of its bypass script
Generators only write: none of the pickles is loaded. A tool's verdict is as in bench/models.py; every miss is listed.
"""
import argparse
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import types
import unittest

import models

GENERATORS = ("modelscan", "fickling", "modelaudit")
NEITHER = re.compile(r"/safetensors/(shell|script|suspicious|obfuscated|multiple)|not_a_pickle|bad_pytorch|password_protected|/edge_cases/|/manifests/|license_scenarios|suspicious_benign|mixed_malicious_model/config|dill_func|pipeline\.skops")
BAD = re.compile(r"malicious|exploit|GHSA|attack|evil|nested_pickle|decode_exec|simple_nested|bypass|broken_model|io_FileIO|logging_FileHandler|urllib|types_CodeType"
                 r"|cloudpickle_code|dns_exfil|sploit|obfuscated|path_traversal|unsafe|/bypass_pocs/|poc", re.I)
GOOD = re.compile(r"benign|/safe_|int_array|object_array|pytorch_model|/safe", re.I)


def label_of(path):
    """By the name its project gave it; fickling's are named by verdict."""
    if NEITHER.search(path) or path.endswith((".py", ".md", ".csv")):
        return None
    name = "/" + "/".join(path.split("/")[-2:])
    if re.search(r"/(safe_|benign)[^/]*$|/benign/", name):
        return "benign"
    return "malicious" if BAD.search(name) or "/exploits/" in path else "benign" if GOOD.search(name) else None


class Loose:
    """Stands for a module that is not installed while test code that names it is imported."""

    def __getattr__(self, label):
        return Loose()

    def __call__(self, *args, **more):
        return args[0] if args and callable(args[0]) else self

    def __iter__(self):
        return iter(())

    def __mro_entries__(self, bases):
        return ()


def write_modelscan(tree, out):
    """Calls the pytest fixtures that write files."""
    for label in ("aiohttp", "tensorflow", "tf_keras", "requests"):
        try:
            importlib.import_module(label)
        except ImportError:  # the files that need it are left out
            sys.modules[label] = Loose()
    sys.path[:0] = [os.path.join(tree, "tests"), tree]
    version = types.ModuleType("modelscan._version")
    version.__version__ = "0"
    sys.modules["modelscan._version"] = version
    module = importlib.import_module("test_modelscan")
    for name in ("zip_file_path", "pytorch_file_path", "file_path", "numpy_file_path"):
        folder = os.path.join(out, name)
        os.makedirs(folder)
        factory = types.SimpleNamespace(mktemp=lambda _, at=folder: at)
        try:
            getattr(module, name).__pytest_wrapped__.obj(factory)
        except Exception as e:
            print(f"modelscan {name}: {type(e).__name__}: {e}", file=sys.stderr)


def write_fickling(tree, out):
    """Runs its tests of the analysis, which load nothing, and keeps what they hand over."""
    import typing_extensions
    if not hasattr(typing_extensions, "Buffer"):
        typing_extensions.Buffer = bytes
    sys.path.insert(0, tree)
    from fickling.analysis import Severity, check_safety
    from fickling.fickle import Pickled
    load = Pickled.load

    def load_and_keep(data, *args, **more):
        """What was parsed is kept as it was: written again it may have other frames."""
        raw = data if isinstance(data, bytes) else data.getvalue() if hasattr(data, "getvalue") else None
        pickled = load(data, *args, **more)
        pickled.vedette_raw = raw
        return pickled
    Pickled.load = staticmethod(load_and_keep)
    for name in ("test_bypasses", "test_expansion_attack_analysis", "test_scanner_deactivation_analysis"):
        module = importlib.import_module(f"test.{name}")
        if not hasattr(module, "check_safety"):
            continue
        case, real = [""], module.check_safety

        def keep(pickled, *args, real=real, case=case, **more):
            result = real(pickled, *args, **more)
            label = "malicious" if result.severity > Severity.LIKELY_SAFE else "benign"
            data = getattr(pickled, "vedette_raw", None) or pickled.dumps()
            try:
                same = (check_safety(load(data)).severity > Severity.LIKELY_SAFE) == (label == "malicious")
            except Exception:
                same = False
            if same:  # else the bytes are not what the test had in hand
                with open(os.path.join(out, f"{label}-{case[0]}-{len(os.listdir(out))}.pkl"), "wb") as f:
                    f.write(data)
            return result
        module.check_safety = keep
        suite = unittest.defaultTestLoader.loadTestsFromModule(module)
        for test in (t for group in suite for t in group):
            case[0] = test.id().split(".")[-1]
            test.run(unittest.TestResult())


def write_modelaudit(tree, out):
    shutil.copytree(os.path.join(tree, "tests", "assets"), os.path.join(out, "assets"))
    folder = os.path.join(out, "assets", "pickles", "bypass_pocs")
    subprocess.run([sys.executable, os.path.join(folder, "gen_bypass_v4.py")], capture_output=True, check=False, cwd=folder)


def collect(peers, folder):
    """[(project, path, label)]"""
    if os.path.isdir(os.path.join(peers, "picklescan", "tests")):
        for part in ("data", "data2"):
            shutil.copytree(os.path.join(peers, "picklescan", "tests", part), os.path.join(folder, "picklescan", part))
    for name in GENERATORS:
        if os.path.isdir(os.path.join(peers, name)):
            out = os.path.join(folder, name)
            os.makedirs(out)
            run = subprocess.run([sys.executable, os.path.abspath(__file__), "--write", name, os.path.join(peers, name), out], capture_output=True, text=True)
            if run.stderr.strip():
                print(f"{name}: {run.stderr.strip().splitlines()[-1]}")
    for at, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            path = os.path.join(at, name)
            label = label_of(path)
            if label:
                yield os.path.relpath(path, folder).split("/")[0], path, label


def report(rows, results):
    for project in (*models.PEERS, None):
        part = [r for r in rows if project in (None, r[0])]
        print(f"fixtures of {project or 'all projects'}\n")
        models.rates(results, [p for _, p, label in part if label == "malicious"], [p for _, p, label in part if label == "benign"])
    for name, (verdicts, _) in results.items():
        wrong = [(project, p, label) for project, p, label in rows if (verdicts[p][0] == "flagged") != (label == "malicious")]
        print(f"{name}: {len(wrong)} differ from the label")
        for project, p, label in wrong:
            print(f"  {'miss' if label == 'malicious' else 'false positive'}\t{project}\t{p.split('/' + project + '/', 1)[1]}\t{' '.join(verdicts[p]).strip()}")


def main():
    if sys.argv[1:2] == ["--write"]:
        return globals()[f"write_{sys.argv[2]}"](os.path.abspath(sys.argv[3]), sys.argv[4])
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("vedette")
    parser.add_argument("peers")
    parser.add_argument("--keep")
    parser.add_argument("--only")
    args = parser.parse_args()
    args.peers = os.path.abspath(args.peers)
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.abspath(args.keep) if args.keep else folder
        rows = list(collect(args.peers, folder))
        results = models.run_all(args, [p for _, p, _ in rows], folder)
        report(rows, results)
        models.costs(results, len(rows))


if __name__ == "__main__":
    main()
