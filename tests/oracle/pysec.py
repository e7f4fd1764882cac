"""The versions that PYSEC advisories list against the ranges the same advisories give.

Every verdict of our ranges is compared with one computed here by packaging and the legacy order;
then each disagreement between lists and ranges is put into a class, so that none stays unexplained.

usage: pysec.py PROGRAM [main.tar.gz]
"""
import functools
import os
import sys
import tarfile
from collections import Counter, defaultdict

from oracle import ask, legacy_key, skip

try:
    import yaml
    from packaging.version import InvalidVersion, Version
except ImportError:
    skip("python3-packaging or python3-yaml is not installed")

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@functools.lru_cache(maxsize=None)
def key(version):
    """Order of OSV for PyPI: PEP 440, and before it what is not PEP 440 in the legacy order."""
    try:
        return (1, Version(version))
    except InvalidVersion:
        return (0, legacy_key(version))


def is_legacy(version):
    return key(version)[0] == 0


def find_feed():
    for shared in (os.environ.get("VD_SHARED"), "../shared", "../../shared"):
        path = os.path.join(shared or "", "feeds/pysec/main.tar.gz")
        if shared and os.path.exists(path):
            return path
    skip("the PYSEC feed is not here (set VD_SHARED)")


def advisories(path):
    with tarfile.open(path) as tar:
        for member in tar:
            if member.isfile() and "/vulns/" in member.name and member.name.endswith(".yaml"):
                yield yaml.load(tar.extractfile(member), Loader=LOADER)


def events_of(affected):
    """(kind, version) of each ECOSYSTEM range."""
    ranges = [r for r in affected.get("ranges") or [] if r["type"] == "ECOSYSTEM"]
    return [[(kind, str(v)) for event in r["events"] for kind, v in event.items()] for r in ranges]


def in_order(events):
    """By version; what opens before what closes, and the beginning of time first."""
    return sorted(events, key=lambda e: (e != ("introduced", "0"), key(e[1]), e[0] != "introduced"))


def contains(events, version):
    """The evaluation that the OSV schema prescribes."""
    inside, v = False, key(version)
    for kind, bound in in_order(events):
        if kind == "introduced" and (bound == "0" or v >= key(bound)):
            inside = True
        elif kind == "fixed" and v >= key(bound):
            inside = False
        elif kind == "last_affected" and v > key(bound):
            inside = False
    return inside


def interval_text(ranges):
    """The form of docs/facts.md."""
    texts = []
    for events in ranges:
        low = None
        for kind, bound in in_order(events):
            if kind == "introduced":
                low = low if low is not None else "" if bound == "0" else bound
            elif low is not None:
                texts.append("[%s,%s%s" % (low, bound, ")" if kind == "fixed" else "]"))
                low = None
        if low is not None:
            texts.append("[%s,)" % low)
    return " ".join(texts)


def same_release(a, b):
    return not is_legacy(a) and not is_legacy(b) and key(a)[1].base_version == key(b)[1].base_version


def why_outside(version, ranges):
    """A listed version that the ranges do not hold."""
    bounds = [e for events in ranges for e in events if e != ("introduced", "0")]
    if not ranges:
        return "listed, but the advisory gives no ECOSYSTEM range"
    if any(is_legacy(v) for _, v in bounds):
        return "listed, a bound is not PEP 440"
    if is_legacy(version):
        return "listed, the version is not PEP 440 and so below every bound"
    for kind, bound in bounds:
        if kind == "fixed" and key(version) == key(bound):
            return "listed, but it is the fixed version itself"
        if kind == "introduced" and same_release(version, bound) and key(version) < key(bound):
            return "listed, pre-release of the version where the flaw begins"
        if kind != "introduced" and same_release(version, bound) and key(version) > key(bound):
            return "listed, post-release or local build of the last bound"
    if all(key(version) > key(v) for _, v in bounds):
        return "listed, above every bound"
    if all(key(version) < key(v) for _, v in bounds):
        return "listed, below every bound"
    return "listed, between two ranges"


def why_missing(version, ranges, listed, released):
    """A version known for the package, inside the ranges but not listed."""
    if is_legacy(version):
        return "not listed, not PEP 440, before the first bound"
    if version not in released:
        return "not listed, known only as a bound in some advisory, never listed by any"
    if all(key(v) < key(version) for v in listed):
        return "not listed, newer than all listed: released after the list was made"
    if key(version)[1].is_prerelease:
        return "not listed, pre-release"
    if key(version)[1].is_postrelease:
        return "not listed, post-release"
    if all(key(v) > key(version) for v in listed):
        return "not listed, older than all listed"
    return "not listed, among the listed ones: yanked, removed or overlooked"


def read(path):
    entries, released, known, total = [], defaultdict(set), defaultdict(set), 0
    for advisory in advisories(path):
        total += 1
        for affected in advisory.get("affected") or []:
            name = affected["package"]["name"].lower()
            listed = [str(v) for v in affected.get("versions") or []]
            ranges = events_of(affected)
            released[name].update(listed)
            known[name].update(v for events in ranges for _, v in events if v != "0")
            if listed:
                entries.append((advisory["id"], name, listed, ranges))
    for name, versions in released.items():
        known[name] |= versions
    return entries, released, known, total


def classify(entries, released, known, verdicts):
    pairs, flawed, examples = Counter(), defaultdict(set), {}
    for (ident, name, listed, ranges), (versions, digits) in zip(entries, verdicts):
        inside = {v for v, digit in zip(versions, digits) if digit == "1"}
        keys = {key(v)[1] for v in listed if not is_legacy(v)} | {v for v in listed if is_legacy(v)}
        for v in versions:
            is_listed = v in keys if is_legacy(v) else key(v)[1] in keys
            if is_listed == (v in inside):
                pairs["agree"] += 1
                continue
            why = why_outside(v, ranges) if is_listed else why_missing(v, ranges, listed, released[name])
            pairs[why] += 1
            flawed[why].add(ident)
            examples.setdefault(why, "%s %s %s" % (ident, name, v))
    return pairs, flawed, examples


def main():
    path = sys.argv[2] if len(sys.argv) > 2 else find_feed()
    entries, released, known, total = read(path)
    questions, universe = [], []
    for _, name, _, ranges in entries:
        versions = sorted(known[name])
        universe.append(versions)
        questions.append(("ranges", interval_text(ranges), "".join(v + "\n" for v in versions)))
    answers = ask(sys.argv[1], questions)
    wrong = 0
    for (ident, _, _, ranges), versions, answer in zip(entries, universe, answers):
        expected = "".join("01"[any(contains(r, v) for r in ranges)] for v in versions)
        if answer != expected:
            wrong += 1
            print("%s: ours %s, packaging %s" % (ident, answer, expected))
    pairs, flawed, examples = classify(entries, released, known, zip(universe, answers))
    print("%d advisories, %d list versions; %d verdicts" % (
        total, len({e[0] for e in entries}), sum(pairs.values())))
    for why, count in sorted(pairs.items(), key=lambda item: -item[1]):
        print("%8d pairs %6d advisories  %s%s" % (
            count, len(flawed[why]), why, " (%s)" % examples[why] if why in examples else ""))
    print("%d advisories without any disagreement" % (
        len({e[0] for e in entries}) - len(set().union(*flawed.values()))))
    print("%d differences" % wrong)
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
