#!/usr/bin/python3
"""Times `vedette update` from nothing and again, at one or several sizes of the feeds.

usage: bench/update.py VEDETTE FEEDS [--copies N] [--speed BENCH_GRAPH_SPEED] [--folder TMP]

Prints a Markdown row a size: the mirror as it is, or with --copies N one whose record-heavy feeds
hold every record N times under ids of its own (packages and weaknesses stay, so hubs grow with it;
vulnrichment at most 8 times, as one archive may not unpack to more).
CPU time is that of the processors; elapsed time says how busy the machine was. Everything made lies
in a folder under --folder (default /tmp), which is deleted.
"""
import argparse
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

# Feeds that are multiplied, as folder/file of the mirror; all others are linked as they are.
ARCHIVES = ["pysec/main.tar.gz", "ghsa/main.tar.gz", "malicious-packages/main.tar.gz"]
LINES = "literature/arxiv-ai-security.jsonl"
TABLE = "exploitdb/files_exploits.csv"
RECORDS = "cve/vulnrichment-2025-01-24.tar.zst"
RECORDS_COPIES_MAX = 8  # of 450 MB each: VD_ARCHIVE_TOTAL_MAX bounds what one archive unpacks to

GHSA = b"23456789cfghjmpqrvwx"
IDS = re.compile(rb"\b(CVE|PYSEC|MAL)-(\d{4})-(\d+)|\bGHSA(-[2-9cfghjmpqrvwx]{4}){3}\b")
STEPS = {b"CVE": 2_000_000, b"PYSEC": 100_000, b"MAL": 100_000}  # above every number in use


def with_ids_of(copy, text):
    """The text with every id moved to the number range of this copy; copy 0 is the original."""
    if copy == 0:
        return text
    turned = bytes.maketrans(GHSA, GHSA[copy:] + GHSA[:copy])

    def moved(m):
        if m[1] is None:
            return b"GHSA" + m[0][4:].translate(turned)
        return b"%s-%s-%04d" % (m[1], m[2], int(m[3]) + copy * STEPS[m[1]])

    return IDS.sub(moved, text)


def add_members(source, copy, out):
    for member in source:
        if not member.isfile():
            continue
        text = with_ids_of(copy, source.extractfile(member).read())
        info = tarfile.TarInfo(with_ids_of(copy, member.name.encode()).decode())
        info.size = len(text)
        out.addfile(info, io.BytesIO(text))


def multiply_archive(feeds, mirror, name, copies):
    with tarfile.open(f"{mirror}/{name}", "w:gz", compresslevel=1) as out:
        for copy in range(copies):
            with tarfile.open(f"{feeds}/{name}") as source:
                add_members(source, copy, out)


def multiply_records(feeds, mirror, copies):
    """One archive for all: the feed reads the newest only, and no more than 4 GiB of it."""
    with open(f"{mirror}/{RECORDS}", "wb") as file:
        pack = subprocess.Popen(["zstd", "-1cq"], stdin=subprocess.PIPE, stdout=file)
        with tarfile.open(fileobj=pack.stdin, mode="w|") as out:
            for copy in range(min(copies, RECORDS_COPIES_MAX)):
                read = subprocess.Popen(["zstd", "-dcq", f"{feeds}/{RECORDS}"], stdout=subprocess.PIPE)
                with tarfile.open(fileobj=read.stdout, mode="r|") as source:
                    add_members(source, copy, out)
                if read.wait() != 0:
                    sys.exit(f"cannot read {RECORDS}")
        pack.stdin.close()
        if pack.wait() != 0:
            sys.exit(f"cannot copy {RECORDS}")


def multiply_lines(feeds, mirror, copies):
    """arXiv ids begin with year and month; papers are of five years, so copies are five apart."""
    with open(f"{mirror}/{LINES}", "w") as out:
        for copy in range(copies):
            for line in open(f"{feeds}/{LINES}"):
                paper = json.loads(line)
                year = (int(paper["id"][:2]) + 5 * copy) % 100
                paper["id"] = f"{year:02}{paper['id'][2:]}"
                out.write(json.dumps(paper) + "\n")


def multiply_table(feeds, mirror, copies):
    with open(f"{mirror}/{TABLE}", "w", newline="") as out:
        write = csv.writer(out)
        for copy in range(copies):
            rows = csv.reader(open(f"{feeds}/{TABLE}", newline=""))
            head = next(rows)
            if copy == 0:
                write.writerow(head)
            codes = head.index("codes")
            for row in rows:
                row[0] = str(int(row[0]) + copy * 1_000_000)
                row[codes] = with_ids_of(copy, row[codes].encode()).decode()
                write.writerow(row)


def link_the_rest(feeds, mirror):
    made = {RECORDS, LINES, TABLE, *ARCHIVES}
    for folder, _, names in os.walk(feeds):
        below = os.path.relpath(folder, feeds)
        os.makedirs(os.path.join(mirror, below), exist_ok=True)
        for name in names:
            if os.path.normpath(os.path.join(below, name)) not in made:
                link_or_copy(os.path.join(folder, name), os.path.join(mirror, below, name))


def link_or_copy(source, target):
    """The updater follows no links inside a mirror, and other file systems take no hard ones."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)



def make_mirror(feeds, folder, copies):
    if copies == 1:
        return feeds
    mirror = f"{folder}/mirror"
    link_the_rest(feeds, mirror)
    for name in ARCHIVES:
        multiply_archive(feeds, mirror, name, copies)
    multiply_records(feeds, mirror, copies)
    multiply_lines(feeds, mirror, copies)
    multiply_table(feeds, mirror, copies)
    return mirror


def update(vedette, mirror, database):
    """Elapsed and CPU seconds, and peak memory in MB, of one update."""
    start = time.monotonic()
    process = subprocess.Popen([vedette, "update", "--quiet", "--from", mirror, "--db", database],
                               stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, status, use = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"the update failed:\n{said}")
    return time.monotonic() - start, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("vedette")
    p.add_argument("feeds")
    p.add_argument("--copies", type=int, default=1, choices=range(1, 17), metavar="N")
    p.add_argument("--speed", help="bench_graph_speed, to be run on the result")
    p.add_argument("--folder", default="/tmp")
    o = p.parse_args()
    with tempfile.TemporaryDirectory(dir=o.folder, prefix="vd-update-") as folder:
        mirror, database = make_mirror(o.feeds, folder, o.copies), f"{folder}/k.db"
        first = update(o.vedette, mirror, database)
        size = os.path.getsize(database) / 1e6
        again = update(o.vedette, mirror, database)
        load = os.getloadavg()[0]
        print("| copies | elapsed | CPU | peak memory | file | unchanged: elapsed | CPU | load |")
        print("|---|---|---|---|---|---|---|---|")
        print(f"| {o.copies} | {first[0]:.1f} s | {first[1]:.1f} s | {first[2]:.0f} MB | {size:.0f} MB "
              f"| {again[0]:.2f} s | {again[1]:.2f} s | {load:.1f} |", flush=True)
        if o.speed:
            subprocess.run([o.speed, database], check=True)


if __name__ == "__main__":
    main()
