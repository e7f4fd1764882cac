"""The OSV rule over the raw PYSEC and GHSA archives, with python3-packaging; shares nothing with vedette."""
import json
import os
import re
import tarfile
from collections import defaultdict
from functools import lru_cache

import yaml
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def legacy_key(text):
    """The sort key LegacyVersion of packaging < 22 had; all of them order before PEP 440."""
    parts = []
    for part in re.compile(r"(\d+ | [a-z]+ | \.| -)", re.VERBOSE).split(text.lower()):
        part = {"pre": "c", "preview": "c", "-": "final-", "rc": "c", "dev": "@"}.get(part, part)
        if not part or part == ".":
            continue
        part = part.zfill(8) if part[:1] in "0123456789" else "*" + part
        if part.startswith("*"):
            if part < "*final":
                while parts and parts[-1] == "*final-":
                    parts.pop()
            while parts and parts[-1] == "00000000":
                parts.pop()
        parts.append(part)
    return tuple(parts + ["*final"])


@lru_cache(maxsize=None)
def key(text):
    try:
        return (1, Version(text))
    except InvalidVersion:
        return (0, legacy_key(text))


def version_or_none(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


class Affected:
    """One `affected` entry of one advisory."""

    def __init__(self, entry):
        self.listed = {key(str(v)) for v in entry.get("versions", [])}
        self.names = {str(v) for v in entry.get("versions", [])}
        self.ranges = []
        for r in entry.get("ranges", []):
            if r["type"] == "GIT":
                continue
            events = [next((k, str(v)) for k, v in event.items()) for event in r["events"]]
            self.names |= {v for kind, v in events if not (kind == "introduced" and v == "0") and v != "*"}
            self.ranges.append(events)

    @staticmethod
    def _inside(events, at):
        limits = [v for kind, v in events if kind == "limit"]
        if limits and not any(v == "*" or at < key(v) for v in limits):
            return False
        inside = False
        ordered = [e for e in events if e[0] != "limit"]
        ordered.sort(key=lambda e: (0,) if e == ("introduced", "0") else (1, key(e[1])))
        for kind, bound in ordered:
            if kind == "introduced" and (bound == "0" or at >= key(bound)):
                inside = True
            elif kind == "fixed" and at >= key(bound):
                inside = False
            elif kind == "last_affected" and at > key(bound):
                inside = False
        return inside

    def holds(self, version):
        at = key(version)
        return at in self.listed or any(self._inside(events, at) for events in self.ranges)


class Feeds:
    def __init__(self, mirror):
        self.parent = {}
        self.packages = defaultdict(list)  # name -> [(advisory id, Affected)]
        self.known = defaultdict(set)  # name -> version texts
        for record in self._records(mirror):
            if not record.get("withdrawn"):
                self._add(record)
        members = defaultdict(set)
        for identifier in self.parent:
            members[self._find(identifier)].add(identifier)
        self.members = members
        self.flaws_of = lru_cache(maxsize=None)(self._flaws_of)

    @staticmethod
    def _records(mirror):
        for folder, pattern, load in (
            ("pysec", r".*/vulns/.+/PYSEC-[^/]*\.yaml$", lambda b: yaml.load(b, Loader)),
            ("ghsa", r".*/advisories/github-reviewed/.*\.json$", json.loads),
            ("malicious-packages", r".*/osv/(malicious|withdrawn)/pypi/.*\.json$", json.loads),
        ):
            with tarfile.open(os.path.join(mirror, folder, "main.tar.gz")) as archive:
                for entry in archive:
                    if entry.isfile() and re.match(pattern, entry.name):
                        yield load(archive.extractfile(entry).read())

    def _find(self, a):
        while self.parent[a] != a:
            self.parent[a] = self.parent[self.parent[a]]
            a = self.parent[a]
        return a

    def _add(self, record):
        affected = [e for e in record.get("affected", []) if e.get("package", {}).get("ecosystem") == "PyPI"]
        if not affected:
            return
        ids = [record["id"], *(record.get("aliases") or [])]
        for identifier in ids:
            self.parent.setdefault(identifier, identifier)
            self.parent[self._find(identifier)] = self._find(ids[0])
        for entry in affected:
            if record["id"].startswith("MAL-") and not entry.get("ranges") and not entry.get("versions"):
                entry = entry | {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}
            name = canonicalize_name(entry["package"]["name"])
            parsed = Affected(entry)
            self.packages[name].append((record["id"], parsed))
            self.known[name] |= parsed.names

    def root(self, identifier):
        return self._find(identifier) if identifier in self.parent else None

    def name(self, root):
        return min(self.members[root], key=lambda i: (not i.startswith("CVE"), not i.startswith("GHSA"), i))

    def _flaws_of(self, name, version, requirement):
        """flaw root -> verdict of a pinned version, or of a requirement (any version when empty)."""
        entries = self.packages.get(canonicalize_name(name), [])
        if not entries:
            return {}
        if version:
            return {self._find(i): "exact" for i, a in entries if a.holds(version)}
        specifiers = read_requirement(requirement or "")
        if specifiers is None:
            return {}
        known = sorted({version_or_none(v) for v in self.known[name]} - {None})
        allowed = [v for v in known if specifiers.contains(v)]
        allowed = allowed or [v for v in known if specifiers.contains(v, prereleases=True)]
        if not allowed:
            return self._unknown(entries, specifiers)
        verdicts = {}
        for root, parts in self._by_flaw(entries).items():
            hits = [any(a.holds(str(v)) for a in parts) for v in allowed]
            if any(hits):
                verdicts[root] = "always" if all(hits) else \
                    "newest_vulnerable" if hits[-1] else "newest_safe"
        return verdicts

    def _by_flaw(self, entries):
        flaws = defaultdict(list)
        for identifier, affected in entries:
            flaws[self._find(identifier)].append(affected)
        return flaws

    def _unknown(self, entries, specifiers):
        """No known version is allowed: does a flaw's range hold all, or some, of what would be?"""
        verdicts = {}
        for root, parts in self._by_flaw(entries).items():
            bounds = {s.version.replace(".*", "") for s in specifiers} | {n for a in parts for n in a.names}
            probes = {v for b in bounds for v in around(b)} | {Version("0"), Version("99999")}
            hits = [any(a.holds(str(p)) for a in parts) for p in probes if specifiers.contains(p)]
            if any(hits):
                verdicts[root] = "always" if all(hits) else "unknown"
        return verdicts


def around(bound):
    """A bound and versions just above it; together with the bounds below they meet every interval."""
    at = version_or_none(bound)
    if at is None:
        return []
    release = ".".join(map(str, at.release))
    epoch = f"{at.epoch}!" if at.epoch else ""
    return [at, Version(f"{epoch}{release}"), Version(f"{epoch}{release}.0.0.0.1"), Version(f"{epoch}{release}.post1")]


def read_requirement(text):
    """PEP 440 clauses, or Poetry's ^ and ~ and bare versions; None when it says no versions (a URL)."""
    clauses = []
    for clause in filter(None, (c.strip() for c in text.replace(" ", "").split(","))):
        if clause in ("*", "latest"):
            continue
        found = re.fullmatch(r"([\^~])(\d[\w.]*)", clause)
        if found:
            low = [int(n) for n in re.findall(r"\d+", found[2].split("a")[0].split("b")[0].split("rc")[0])]
            keep = 1 if len(low) == 1 else 2
            if found[1] == "^":
                keep = next((i for i, n in enumerate(low) if n), len(low) - 1) + 1
            top = low[:keep]
            top[-1] += 1
            clauses += [f">={found[2]}", f"<{'.'.join(map(str, top))}"]
        elif re.match(r"\d", clause):
            clauses.append(f"=={clause}")
        else:
            clauses.append(clause)
    try:
        return SpecifierSet(",".join(clauses))
    except InvalidSpecifier:
        return None
