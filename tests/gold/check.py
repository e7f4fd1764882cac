#!/usr/bin/python3
"""Checks the form of cve-atlas.tsv, the labelled CVEs against which the mapper is judged; the README says what they mean."""
import hashlib
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = "# cve\tpackage\tsplit\ttechniques\treason"
MIN_ROWS = 150
MAX_TECHNIQUES = 4
DEV_SHARE = (0.45, 0.55)
CVE = re.compile(r"CVE-\d{4}-\d{4,}")
PACKAGE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def atlas_ids(path):
    """The ids of the rows whose framework is atlas."""
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    return {row[0] for row in rows if len(row) > 2 and row[2] == "atlas"}


def expected_split(cve):
    """The rule of the README: the first byte of the SHA-256 of the id is even for dev."""
    return "test" if hashlib.sha256(cve.encode()).digest()[0] % 2 else "dev"


def technique_problems(cell, known):
    ids = cell.split(" ") if cell else []
    if len(ids) > MAX_TECHNIQUES:
        yield f"more than {MAX_TECHNIQUES} techniques"
    if len(set(ids)) != len(ids):
        yield "a technique twice"
    for name in ids:
        if name not in known:
            yield f"not an ATLAS technique: {name!r}"


def row_problems(line, known):
    """What is wrong with one line."""
    fields = line.split("\t")
    if len(fields) != 5:
        yield f"{len(fields)} columns instead of 5"
        return
    cve, package, split, techniques, reason = fields
    if not CVE.fullmatch(cve):
        yield f"not a CVE id: {cve!r}"
    if not PACKAGE.fullmatch(package):
        yield f"not a normalized package name: {package!r}"
    if split != expected_split(cve):
        yield f"split {split!r} instead of {expected_split(cve)!r}"
    yield from technique_problems(techniques, known)
    if not reason or reason != reason.strip():
        yield "the reason is empty or padded"


def table_problems(rows):
    """What is wrong with all lines together."""
    if len(rows) < MIN_ROWS:
        yield f"{len(rows)} rows, fewer than {MIN_ROWS}"
    if rows != sorted(rows, key=str.encode):
        yield "the rows are not sorted by bytes"
    cves = [row.split("\t")[0] for row in rows]
    for cve in sorted({c for c in cves if cves.count(c) > 1}):
        yield f"{cve} more than once"
    share = sum(1 for row in rows if row.split("\t")[2:3] == ["dev"]) / max(len(rows), 1)
    if not DEV_SHARE[0] <= share <= DEV_SHARE[1]:
        yield f"{share:.1%} of the rows are dev"


def problems(data, known):
    """All problems of the file's bytes, each with its line where it has one."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"not UTF-8: {error}"
        return
    lines = text.split("\n")
    if lines.pop() != "":
        yield "the last line does not end"
    if lines[:1] != [HEADER]:
        yield "line 1: not the header"
    for number, line in enumerate(lines, 1):
        if CONTROL.search(line):
            yield f"line {number}: a control byte"
    for number, line in enumerate(lines[1:], 2):
        for problem in row_problems(line, known):
            yield f"line {number}: {problem}"
    yield from table_problems(lines[1:])


def main(arguments):
    table = Path(arguments[0]) if arguments else HERE / "cve-atlas.tsv"
    known = atlas_ids(HERE.parent.parent / "facts" / "techniques.tsv")
    found = list(problems(table.read_bytes(), known))
    for problem in found:
        print(f"{table}: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
