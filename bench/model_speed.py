#!/usr/bin/python3
"""Throughput of model inspection: bench/model_speed.py VEDETTE FOLDER [--peers DIR] [--corpus DIR] [--pickles N] [--gigabytes G] [--rounds R].

Writes into FOLDER (made when absent, kept for the next run) N small honest pickles (with --corpus also N copies of its pickled estimators of up to 16 KiB), a safetensors file and a PyTorch zip of G gigabytes each with
real bytes, and sparse safetensors of 50 and 100 GB. Prints, of the same run: vedette and picklescan (its own folder mode) on the
pickles with the ratio; vedette on the big files, beside reading them with `cat`; what the sparse ones cost. VEDETTE is the
program (`vedette scan FOLDER --format json`) or bench_inspect_dump, which gets the files as arguments and reads them whole.
Times are the least of R rounds (3), files cached by the first; peak memory is that of the largest process (wait4).
"""
import argparse
import glob
import json
import os
import pickle
import random
import shutil
import struct
import subprocess
import sys
import zipfile

from models import measured

DAY = (2020, 1, 1, 0, 0, 0)
GIGA = 1 << 30


def write_pickles(folder, count):
    """Small dictionaries of lists, numbers and text, protocols 0 to 5."""
    if os.path.isdir(folder) and len(os.listdir(folder)) == count:
        return
    os.makedirs(folder, exist_ok=True)
    draw = random.Random(1)
    for i in range(count):
        tree = {"epoch": i, "loss": draw.random(), "names": [f"layer{k}" for k in range(i % 20)], "weights": [draw.random() for _ in range(i % 50)]}
        with open(os.path.join(folder, f"{i:05}.pkl"), "wb") as f:
            pickle.dump(tree, f, i % 6)


def write_trees(folder, count, kilobytes):
    """Dictionaries of names and numbers, some nine bytes a number, so that one pickle has about that size."""
    if os.path.isdir(folder) and len(os.listdir(folder)) == count:
        return
    os.makedirs(folder, exist_ok=True)
    draw = random.Random(kilobytes)
    for i in range(count):
        tree = {f"layer{k}": [draw.random() for _ in range(50)] for k in range(2 * kilobytes)}
        with open(os.path.join(folder, f"{i:05}.pkl"), "wb") as f:
            pickle.dump(tree, f, 2 + i % 4)


def write_copies(folder, corpus, count):
    """The pickles of honest models in a corpus, again and again."""
    if os.path.isdir(folder) and len(os.listdir(folder)) == count:
        return
    os.makedirs(folder, exist_ok=True)
    sources = sorted(glob.glob(os.path.join(corpus, "benign", "sklearn", "*.pkl")) + glob.glob(os.path.join(corpus, "benign", "pandas", "*.pkl")))
    sources = [s for s in sources if os.path.getsize(s) <= 16384]
    for i in range(count):
        shutil.copyfile(sources[i % len(sources)], os.path.join(folder, f"{i:05}.pkl"))


def header_of(size):
    text = json.dumps({"model.weight": {"dtype": "F16", "shape": [size // 2], "data_offsets": [0, size]}}).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def write_sparse(path, size):
    with open(path, "wb") as f:
        f.write(header_of(size))
        f.truncate(f.tell() + size)


def write_big(folder, size):
    os.makedirs(folder, exist_ok=True)
    block = random.Random(2).randbytes(1 << 20)
    path = os.path.join(folder, "model.safetensors")
    if not os.path.exists(path):
        with open(path, "wb") as f:
            f.write(header_of(size))
            for _ in range(size >> 20):
                f.write(block)
    path = os.path.join(folder, "pytorch_model.bin")
    if not os.path.exists(path):
        with zipfile.ZipFile(path, "w") as z:
            z.writestr(zipfile.ZipInfo("archive/data.pkl", DAY), pickle.dumps({"weight": [0.5] * 10}, 2))
            with z.open(zipfile.ZipInfo("archive/data/0", DAY), "w", force_zip64=True) as f:
                for _ in range(size >> 20):
                    f.write(block)
            z.writestr(zipfile.ZipInfo("archive/version", DAY), "3\n")


def best(command, rounds):
    """(wall, CPU, peak MB) of the quickest round."""
    return min(measured(command)[1:] for _ in range(rounds))


def vedette(program, folder):
    if os.path.basename(program).startswith("bench_"):
        return [program, *sorted(os.path.join(folder, f) for f in os.listdir(folder))]
    return [program, "scan", folder, "--format", "json", "--quiet"]


def checked(program, folder, count):
    """The command, when it did look at count models."""
    command = vedette(program, folder)
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if "bench_" not in program and (not said.stdout or len(json.loads(said.stdout)["models"]) != count):
        sys.exit(f"vedette did not inspect {count} models of {folder}: {said.stderr[-300:]}")
    return command


def line(what, cost, extra):
    print(f"| {what} | {cost[0]:.3f} s | {cost[1]:.3f} s | {cost[2]:.0f} MB | {extra} |")


def compare(args, program, folder, what):
    count = len(os.listdir(folder))
    ours = best(checked(program, folder, count), args.rounds)
    line(f"vedette, {count:,} {what}", ours, f"{count / ours[0]:,.0f} files a second")
    if args.peers:
        os.environ["PYTHONPATH"] = os.path.join(os.path.abspath(args.peers), "picklescan", "src")
        command = [sys.executable, "-m", "picklescan.cli", "-p", folder]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        if f"Scanned files: {count}" not in said.stdout + said.stderr:
            sys.exit(f"picklescan did not scan them all: {said.stderr[-300:]}")
        theirs = best(command, args.rounds)
        line(f"picklescan, {count:,} {what}", theirs,
             f"{count / theirs[0]:,.0f} files a second; ratio {theirs[0] / ours[0]:.1f} by wall, {theirs[1] / max(ours[1], 0.01):.1f} by CPU")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("vedette")
    parser.add_argument("folder")
    parser.add_argument("--peers")
    parser.add_argument("--corpus")
    parser.add_argument("--pickles", type=int, default=10000)
    parser.add_argument("--gigabytes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    program = os.path.abspath(args.vedette)
    small, big = os.path.join(args.folder, "pickles"), os.path.join(args.folder, "big")
    write_pickles(small, args.pickles)
    write_big(big, args.gigabytes * GIGA)
    print("| run | wall | CPU | peak memory | |\n|---|---|---|---|---|")
    compare(args, program, small, "plain pickles")
    if args.corpus:
        copies = os.path.join(args.folder, "models")
        write_copies(copies, args.corpus, args.pickles)
        compare(args, program, copies, "pickled estimators")
    for count, kilobytes in ((2000, 20), (200, 200), (20, 2000)):
        trees = os.path.join(args.folder, f"trees{kilobytes}")
        write_trees(trees, count, kilobytes)
        compare(args, program, trees, f"pickles of {kilobytes} KB")
    bytes_all = sum(os.path.getsize(os.path.join(big, f)) for f in os.listdir(big))
    read = best(["/bin/sh", "-c", "cat \"$0\"/* > /dev/null", big], args.rounds)
    line(f"cat, {bytes_all / GIGA:.1f} GiB", read, f"{bytes_all / read[0] / GIGA:.1f} GiB a second")
    cost = best(checked(program, big, 2), args.rounds)
    line(f"vedette, {bytes_all / GIGA:.1f} GiB", cost, f"{bytes_all / cost[0] / GIGA:.1f} GiB a second")
    for size in (50, 100):
        folder = os.path.join(args.folder, f"sparse{size}")
        os.makedirs(folder, exist_ok=True)
        write_sparse(os.path.join(folder, "model.safetensors"), size * 10**9)
        if not os.path.basename(program).startswith("bench_"):
            line(f"vedette, {size} GB sparse safetensors", best(checked(program, folder, 1), args.rounds), "")


if __name__ == "__main__":
    main()
