#!/usr/bin/python3
"""Vedette and its peers side by side on the same files, in one run: bench/models.py VEDETTE CORPUS_DIR [--peers DIR] [--only NAME,...] [--misses].

CORPUS_DIR is what bench/model_corpus.py wrote; DIR holds checkouts picklescan, modelscan, fickling, modelaudit (docs/models-evaluation.md).
VEDETTE is the program, run once as `vedette scan CORPUS_DIR --format json`, or bench_inspect_dump, which looks at files without worker and report.
Flagged is, for vedette, a finding of kind "model" of severity medium or above on the file; for a peer what bench/model_peers.py says. A file that a
tool could not read counts as neither detected nor clean: it has columns of its own. Vedette's "could not read" finding is a
finding like any other, at its severity. Intervals are Wilson's at 95 %.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = ("picklescan", "modelscan", "fickling", "modelaudit")
FLAGGED = ("critical", "high", "medium")
UNREAD = ("model-unreadable", "model-limit")


def wilson(hits, n, z=1.959964):
    if n == 0:
        return 0.0, 0.0, 1.0
    p, d = hits / n, 1 + z * z / n
    middle, half = (p + z * z / 2 / n) / d, z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n) / d
    return p, max(0.0, middle - half), min(1.0, middle + half)


def measured(command, feed=None):
    """(standard output, wall s, CPU s, peak MB) of a command and its children; the peak is that of the largest process."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as into, tempfile.NamedTemporaryFile("r") as used:
        into.write(feed or "")
        into.seek(0)
        # time(1) is small: a child forked by this process would count its memory as its own
        subprocess.run(["/usr/bin/time", "-q", "-o", used.name, "-f", "%e %U %S %M", *command], stdin=into, stdout=out, stderr=subprocess.DEVNULL,
                       env={**os.environ, "PYTHONHASHSEED": "0"}, check=False)
        out.seek(0)
        wall, user, system, peak = map(float, used.read().split())
        return out.read(), max(wall, 0.005), user + system, peak / 1024


def read_scan(text, folder):
    """{path: [(severity, rule, evidence)]} of the JSON of `vedette scan`."""
    found = defaultdict(list)
    for finding in json.loads(text)["findings"]:
        if finding["kind"] != "model":
            continue
        for place in finding["locations"]:
            path = place["path"] if os.path.isabs(place["path"]) else os.path.join(folder, place["path"])
            path = path.split("!/")[0]
            found[path].append((finding["severity"], finding.get("rule", finding["id"]), finding.get("evidence", finding.get("title", ""))))
    return found


def read_dump(text):
    """The same of bench_inspect_dump."""
    found, path = defaultdict(list), None
    for line in text.splitlines():
        if line.startswith("/"):
            path = line.split(": ")[0]
        elif line.startswith("  ") and path:
            words = line.split(None, 2)
            if words[0] in (*FLAGGED, "low", "info") and len(words) > 2:
                found[path].append((words[0], words[1], words[2]))
    return found


def run_vedette(program, files, folder):
    dump = os.path.basename(program).startswith("bench_")
    text, *cost = measured([program, *files] if dump else [program, "scan", folder, "--format", "json", "--quiet"])
    found = read_dump(text) if dump else read_scan(text, folder)
    verdicts = {}
    for path in files:
        worst = sorted((f for f in found[path] if f[0] in FLAGGED), key=lambda f: (f[1] in UNREAD, FLAGGED.index(f[0])))
        unread = any(f[1] in UNREAD for f in found[path])
        verdicts[path] = ("flagged", f"{worst[0][1]}: {worst[0][2]}") if worst else ("error", "") if unread else ("clean", "")
    return verdicts, cost


def run_peer(name, tree, files):
    text, *cost = measured([sys.executable, os.path.join(HERE, "model_peers.py"), name, tree], "\n".join(files) + "\n")
    verdicts = {p: (v, why) for p, v, why in (line.split("\t") for line in text.splitlines() if line.count("\t") == 2)}
    return {p: verdicts.get(p, ("error", "no answer")) for p in files}, cost


def run_all(args, files, folder):
    """{tool: (verdicts, [wall, CPU, peak])}"""
    results = {}
    names = args.only.split(",") if args.only else ("vedette", *PEERS)
    for name in names:
        if name == "vedette":
            results[name] = run_vedette(os.path.abspath(args.vedette), files, folder)
        elif args.peers and os.path.isdir(os.path.join(args.peers, name)):
            results[name] = run_peer(name, os.path.join(args.peers, name), files)
        else:
            print(f"{name}: no checkout, left out")
    return results


def table(rows, head):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(c) for c in row) + " |")
    print()


def rates(results, bad, good):
    rows = []
    for name, (verdicts, _) in results.items():
        hits, wrong = (sum(verdicts[p][0] == "flagged" for p in group) for group in (bad, good))
        only = sum(verdicts[p][0] == "flagged" and verdicts[p][1].split(": ")[0] in UNREAD for p in bad)
        silent, unread = (sum(verdicts[p][0] == "error" for p in group) for group in (bad, good))
        r, f = wilson(hits, len(bad)), wilson(wrong, len(good))
        rows.append([name, f"{hits} of {len(bad)}", f"{r[0]:.3f} ({r[1]:.3f} to {r[2]:.3f})", only, silent, f"{wrong} of {len(good)}",
                     f"{100 * f[0]:.2f} % ({100 * f[1]:.2f} to {100 * f[2]:.2f})", unread])
    table(rows, ["tool", "malicious flagged", "recall (95 %)", "of these only as unreadable", "malicious unread", "benign flagged", "false positives (95 %)", "benign unread"])


def costs(results, count):
    table([[n, f"{w:.2f} s", f"{c:.2f} s", f"{m:.0f} MB", f"{count / w:,.0f}"] for n, (_, (w, c, m)) in results.items()],
          ["tool", "wall", "CPU", "peak memory", "files a second"])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("vedette")
    parser.add_argument("corpus")
    parser.add_argument("--peers")
    parser.add_argument("--only")
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args()
    folder = os.path.abspath(args.corpus)
    rows = [line.rstrip("\n").split("\t") for line in open(os.path.join(folder, "labels.tsv"), encoding="utf-8") if not line.startswith("#")]
    rows = [(os.path.join(folder, r[0]), *r[1:]) for r in rows]
    results = run_all(args, [r[0] for r in rows], folder)
    print(f"{len(rows)} files; labels: {dict(Counter(r[1] for r in rows))}; flagged: vedette medium and above, peers as in bench/model_peers.py\n")
    rates(results, [r[0] for r in rows if r[1] == "malicious"], [r[0] for r in rows if r[1] == "benign"])
    costs(results, len(rows))
    groups = defaultdict(list)
    for r in rows:
        if r[1] != "benign":
            groups[r[1], r[2]].append(r[0])
    table([[t, label, len(paths), *[sum(v[p][0] == "flagged" for p in paths) for v, _ in results.values()]] for (label, t), paths in sorted(groups.items())],
          ["technique", "label", "files", *results])
    if args.misses and "vedette" in results:
        for path, label, technique, *_ in rows:
            verdict, why = results["vedette"][0][path]
            if (label, verdict) == ("benign", "flagged") or label == "malicious" and verdict != "flagged":
                print(f"{'false positive' if label == 'benign' else 'miss'}\t{os.path.relpath(path, folder)}\t{technique}\t{verdict}\t{why}")


if __name__ == "__main__":
    main()
