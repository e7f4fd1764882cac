#!/usr/bin/python3
"""Draws the CVEs to label, in random order, from the PyPI advisories of $VD_SHARED; the README says how.

It sees ids, package names and first weaknesses, no text of an advisory and no technique.
"""
import collections
import json
import os
import random
import re
import tarfile
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
SEED = 20260816
# Families by size: the least number of CVEs, how many of them to draw, and the chance to draw none.
QUOTAS = ((100, 10, 0.0), (40, 6, 0.0), (20, 4, 0.0), (10, 2, 0.0), (5, 1, 0.0), (2, 1, 0.4), (1, 1, 0.6))


def families():
    """Package name to the first name of its line."""
    lines = [line.split() for line in (HERE / "packages.txt").read_text().splitlines()]
    return {name: line[0] for line in lines for name in line}


def advisories(path, suffix, parse):
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(suffix):
                yield parse(archive.extractfile(member).read())


def records(feeds):
    yield from advisories(feeds / "pysec/main.tar.gz", ".yaml", lambda data: yaml.load(data, Loader=yaml.CSafeLoader))
    yield from advisories(feeds / "ghsa/main.tar.gz", ".json", json.loads)


def packages_of_cves(feeds):
    """CVE to the PyPI packages that a standing advisory names for it."""
    found = collections.defaultdict(set)
    for record in records(feeds):
        if not isinstance(record, dict) or record.get("withdrawn"):
            continue
        packages = [a["package"] for a in record.get("affected", []) if "package" in a]
        names = {re.sub(r"[-_.]+", "-", p["name"]).lower() for p in packages if p["ecosystem"] == "PyPI"}
        for alias in record.get("aliases", []) + record.get("upstream", []):
            if alias.startswith("CVE-"):
                found[alias] |= names
    return found


def first_weaknesses():
    with open(HERE.parent.parent / "facts/vulnerabilities.tsv", encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    return {row[0]: (row[6].split() or [""])[0] for row in rows}


def candidates(feeds, weakness):
    """Family to its CVEs; a CVE of several families counts for the first by name."""
    family = families()
    groups = collections.defaultdict(list)
    for cve, names in sorted(packages_of_cves(feeds).items()):
        own = sorted({family[name] for name in names if name in family})
        if own and cve in weakness:
            groups[own[0]].append(cve)
    return groups


def by_turns(cves, weakness, rng):
    """The CVEs in random order, one of each weakness in turn."""
    kinds = collections.defaultdict(list)
    for cve in cves:
        kinds[weakness[cve]].append(cve)
    for kind in sorted(kinds):
        rng.shuffle(kinds[kind])
    order = sorted(kinds)
    rng.shuffle(order)
    while any(kinds.values()):
        yield from [kinds[kind].pop() for kind in order if kinds[kind]]


def draw(groups, weakness):
    rng = random.Random(SEED)
    drawn = []
    for family in sorted(groups):
        order = list(by_turns(groups[family], weakness, rng))
        take, skip = next((q, s) for least, q, s in QUOTAS if len(order) >= least)
        if skip == 0.0 or rng.random() >= skip:
            drawn += [(cve, family) for cve in order[:take]]
    rng.shuffle(drawn)
    return drawn


def main():
    weakness = first_weaknesses()
    groups = candidates(Path(os.environ["VD_SHARED"]) / "feeds", weakness)
    print(f"# {sum(map(len, groups.values()))} CVEs of {len(groups)} package families")
    for cve, family in draw(groups, weakness):
        print(f"{cve}\t{family}")


if __name__ == "__main__":
    main()
