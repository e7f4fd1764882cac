#!/usr/bin/python3
"""Checks the JSON of `vedette scan` against an independent reading of the same inputs.

usage: bench/verify_scan.py --feeds ../shared/feeds TARGET=SCAN.json [TARGET=SCAN.json ...]

Nothing of vedette is used: versions and specifiers are python3-packaging's, advisories come from the
raw PYSEC and GHSA archives, and the rule is OSV's: affected when listed or inside a range, and not
withdrawn. Three questions are asked of every target.

  pairs      For every component of the JSON, which flaws does it meet, with which verdict? The
             (component, flaw) pairs must be the same: none missing, none extra.
  fixes      Does a finding's flaw stay away from the version or requirement its fix names? Does a fix
             without reservation leave no flaw at all? Is a finding without a fix one that the newest
             final release anybody names still has?
  inventory  Which packages do its simple manifests name (bench/read_manifests.py)? None may be absent
             from the JSON, and none of those files may hold a package nobody wrote there.

Ends with one line a target; exit status 1 when anything differs.
"""
import argparse
import json
import os
import sys
from collections import Counter, defaultdict

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import osv  # noqa: E402
import read_manifests  # noqa: E402


def purl_parts(purl):
    """Name and version (or None) of pkg:pypi/NAME[@VERSION][?...]; None for other types."""
    if not purl.startswith("pkg:pypi/"):
        return None
    from urllib.parse import unquote

    body = purl[len("pkg:pypi/"):].split("?")[0].split("#")[0]
    name, _, version = body.partition("@")
    return unquote(name), unquote(version) or None


def places(item):
    return frozenset((loc["path"], loc.get("line")) for loc in item["locations"])


def reported_pairs(scan):
    """component key -> {flaw class root: verdict}, from the findings."""
    owner = defaultdict(list)
    for number, component in enumerate(scan["components"]):
        owner[component["purl"]].append((places(component), number))
    pairs = defaultdict(dict)
    strays = []
    for finding in scan["findings"]:
        if finding["kind"] != "dependency":
            continue
        where = places(finding)
        numbers = [n for at, n in owner[finding["component"]] if at & where]
        if not numbers:
            strays.append(finding["id"])
        for number in numbers:
            pairs[number][finding["id"]] = finding
    return pairs, strays


def check_pairs(scan, feeds, show):
    pairs, strays = reported_pairs(scan)
    counts = {"components": 0, "other ecosystems": 0, "pairs": 0, "missing": 0, "extra": len(strays), "verdicts": 0}
    ids = Counter(finding["id"] for finding in scan["findings"])
    for repeated in sorted(i for i, n in ids.items() if n > 1):
        show(f"finding id {repeated} stands for {ids[repeated]} findings")
    for stray in strays:
        show(f"finding {stray} belongs to no component of the JSON")
    for number, component in enumerate(scan["components"]):
        parts = purl_parts(component["purl"])
        if parts is None:
            counts["other ecosystems"] += 1
            continue
        counts["components"] += 1
        version, requirement = component["version"], component["requirement"]
        unmatched = component["local"] or (version is None and component["url"] is not None)
        expected = {} if unmatched else feeds.flaws_of(parts[0], version, requirement)
        found = {}
        for finding in pairs[number].values():
            roots = {feeds.root(a) for a in finding["advisories"]} - {None}
            if len(roots) != 1:
                show(f"finding {finding['id']}: its advisories are {len(roots)} flaws, not one")
            for root in roots:
                found[root] = finding["verdict"]
        label = f"{component['purl']} {requirement or ''} ({sorted(places(component))[0]})"
        counts["pairs"] += len(expected)
        for root in sorted(set(expected) - set(found)):
            counts["missing"] += 1
            show(f"missing: {label}: {feeds.name(root)} ({expected[root]})")
        for root in sorted(set(found) - set(expected)):
            counts["extra"] += 1
            show(f"extra: {label}: {feeds.name(root)} ({found[root]})")
        for root in sorted(set(found) & set(expected)):
            if found[root] != expected[root]:
                counts["verdicts"] += 1
                show(f"verdict: {label}: {feeds.name(root)}: {found[root]}, expected {expected[root]}")
    return counts


def newest_final(feeds, name):
    known = {osv.version_or_none(v) for v in feeds.known[name]} - {None}
    return max((v for v in known if not v.is_prerelease), default=None)


def check_fixes(scan, feeds, show):
    counts = {"fixes": 0, "without": 0}
    for finding in scan["findings"]:
        parts = purl_parts(finding["component"])
        if parts is None:
            continue
        name, fix = parts[0], finding["fixed_requirement"]
        root = feeds.root(finding["advisories"][0])
        if fix is None:
            counts["without"] += 1
            newest = newest_final(feeds, name)
            if newest is not None and root not in feeds.flaws_of(name, str(newest), None):
                show(f"fix: {finding['id']} has none, but {name} {newest} is free of it")
            continue
        counts["fixes"] += 1
        version = fix[2:] if finding["verdict"] == "exact" else None
        left = feeds.flaws_of(name, version, fix)
        if root in left:
            show(f"fix: {name} {fix} still has {feeds.name(root)} of {finding['id']}")
        elif left and "no fix yet" not in finding["fix"]:
            show(f"fix: {name} {fix} has {len(left)} other flaws, which {finding['id']} does not say")
    return counts


def check_inventory(scan, target, show):
    """Compares (path, package) of the files both have read."""
    failed = {c["path"] for c in scan["coverage"] if c["status"] == "failed" and not c.get("line")}
    mine = read_manifests.read_tree(target)
    theirs = defaultdict(set)
    for component in scan["components"]:
        parts = purl_parts(component["purl"])
        for location in component["locations"] if parts else []:
            theirs[location["path"]].add(parts[0])
    absent = extra = 0
    for path, names in sorted(mine.items()):
        for name in sorted(names - theirs[path]):
            absent += 1
            show(f"absent: {path}: {name}" + (" (the scan failed on this file)" if path in failed else ""))
        for name in sorted(theirs[path] - names):
            extra += 1
            show(f"nobody wrote: {path}: {name}")
    unread = sorted(set(theirs) - set(mine))
    return {"files": len(mine), "named": sum(map(len, mine.values())), "absent": absent,
            "invented": extra, "not compared": len([p for p in unread if theirs[p]])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--feeds", required=True, help="mirror folder with pysec/ and ghsa/")
    parser.add_argument("--most", type=int, default=20, help="differences to print per target")
    parser.add_argument("pairs", nargs="+", metavar="TARGET=SCAN.json")
    options = parser.parse_args()
    feeds = osv.Feeds(options.feeds)
    bad = 0
    for pair in options.pairs:
        target, _, path = pair.rpartition("=")
        with open(path, encoding="utf-8") as f:
            scan = json.load(f)
        differences = []
        counts = {**check_pairs(scan, feeds, differences.append),
                  **check_fixes(scan, feeds, differences.append),
                  **check_inventory(scan, target, differences.append)}
        print(f"{os.path.basename(target.rstrip('/'))}: "
              + ", ".join(f"{value} {key}" for key, value in counts.items()))
        for line in differences[:options.most]:
            print(f"  {line}")
        if len(differences) > options.most:
            print(f"  and {len(differences) - options.most} more")
        bad += len(differences)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
