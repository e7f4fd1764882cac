#!/usr/bin/python3
"""Runs one peer over files, in a process of its own: bench/model_peers.py NAME CHECKOUT < paths  (bench/models.py, bench/model_fixtures.py).

Prints a line a file: path, verdict (flagged, clean, error), reason. Each file goes through the peer's own entry for one file, so
that an exception is this file's error and not the end of the run. What "flagged" means is each tool's own notion:
  picklescan   a dangerous global ("infected"); a scan error without one is an error
  modelscan    any issue of its default settings
  fickling     scan_file: severity above LIKELY_SAFE; zip members by scan_zip_archive
  modelaudit   an issue of severity warning or critical, of which the tool makes exit code 1
"""
import io
import logging
import os
import sys
import types

logging.disable(logging.CRITICAL)


def picklescan(tree):
    sys.path.insert(0, os.path.join(tree, "src"))
    from picklescan.scanner import scan_file_path

    def scan(path):
        result = scan_file_path(path)
        return "flagged" if result.issues_count else "error" if result.scan_err else "clean", ""
    return scan


def modelscan(tree):
    sys.path.insert(0, tree)
    version = types.ModuleType("modelscan._version")  # written by its packaging only
    version.__version__ = "0.0.0"
    sys.modules["modelscan._version"] = version
    try:
        import tensorflow  # noqa: F401
    except ImportError:  # not in Debian 12; its Keras and H5 scans only ask whether it is there, its SavedModel scan stays without
        for label in ("tensorflow", "tensorflow.core.protobuf.saved_model_pb2", "tensorflow.python.keras.protobuf.saved_metadata_pb2"):
            sys.modules[label] = types.SimpleNamespace(SavedModel=None, SavedMetadata=None, raw_ops=types.SimpleNamespace())
    from modelscan.modelscan import ModelScan

    def scan(path):
        tool = ModelScan()
        tool.scan(path)
        return "flagged" if tool.issues.all_issues else "error" if tool.errors else "clean", ""
    return scan


def fickling(tree):
    sys.path.insert(0, tree)
    import typing_extensions
    if not hasattr(typing_extensions, "Buffer"):  # Debian 12 has 4.4; a type hint only
        typing_extensions.Buffer = bytes
    from fickling.analysis import Severity
    from fickling.loader import scan_file, scan_zip_archive
    import zipfile

    def scan(path):
        results = scan_zip_archive(path) if zipfile.is_zipfile(path) else scan_file(path, graceful=True)
        results = results if isinstance(results, list) else list(results.values()) if isinstance(results, dict) else [results]
        if any(r.severity is not None and r.severity > Severity.LIKELY_SAFE and r.results for r in results):
            return "flagged", ""
        return ("error", str(results[0].errors[0])) if any(r.errors for r in results) else ("clean", "")
    return scan


def modelaudit(tree):
    sys.path.insert(0, tree)
    from model_stubs import install
    install()
    from modelaudit.core import scan_file

    def scan(path):
        result = scan_file(path, {"timeout": 60, "cache_enabled": False})
        bad = [i for i in result.issues if str(getattr(i.severity, "value", i.severity)) in ("warning", "critical")]
        return "flagged" if bad else "clean" if result.success else "error", "; ".join(i.message for i in bad)
    return scan


def main():
    scan = {f.__name__: f for f in (picklescan, modelscan, fickling, modelaudit)}[sys.argv[1]](os.path.abspath(sys.argv[2]))
    out, sys.stdout = sys.stdout, io.StringIO()
    for line in sys.stdin:
        path = line.rstrip("\n")
        try:
            verdict, why = scan(path)
        except (Exception, RecursionError, MemoryError) as e:
            verdict, why = "error", f"{type(e).__name__}: {e}"
        out.write(f"{path}\t{verdict}\t{' '.join(why.split())[:200]}\n")
        out.flush()


if __name__ == "__main__":
    main()
