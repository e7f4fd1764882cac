#!/usr/bin/python3
"""Recomputes from the raw feeds what facts/ must say, and compares. Shares nothing with vedette.

usage: bench/verify_facts.py FEEDS [FACTS]

Alias classes, withdrawn advisories, dates, labels, vectors, weaknesses, known versions; and for every
(package, version any advisory names, flaw): is it affected? The ranges column is parsed here again.
Then every row of the tables made from CWE, CAPEC, ATT&CK, ATLAS, KEV and EPSS.
Legacy versions order by packaging's old LegacyVersion key (bench/osv.py). Ends with one line; exit
status 1 when anything differs.
"""
import csv
import gzip
import json
import os
import re
import sys
from collections import defaultdict
from datetime import date

import yaml
from packaging.utils import canonicalize_name

from osv import Feeds, Loader, key, version_or_none

LABELS = ["", "low", "medium", "high", "critical"]
differences = 0


def differ(what, ours, raw):
    global differences
    differences += 1
    if differences <= 40:
        print(f"DIFFERENT {what}: facts {ours!r}, feeds {raw!r}")


def compare(what, ours, raw):
    for name in sorted(set(ours) | set(raw), key=str):
        if ours.get(name) != raw.get(name):
            differ(f"{what} {name}", ours.get(name), raw.get(name))


def table(folder, name):
    with open(os.path.join(folder, name + ".tsv"), "rb") as f:
        lines = f.read().decode("utf-8").split("\n")
    rows = lines[1:-1]
    if lines[-1] != "" or not lines[0].startswith("# ") or rows != sorted(set(rows), key=str.encode):
        differ(name + ".tsv", "not a sorted table", "sorted rows, a heading, a final newline")
    return [row.split("\t") for row in rows]


class Ranges:
    """The ranges cell of affected.tsv."""

    interval = re.compile(r"\[([^\s\[\](),]*),([^\s\[\](),]*)([)\]])")

    def __init__(self, text):
        self.parts = []
        for part in text.split():
            match = self.interval.fullmatch(part)
            if match is None or match[2] == "" and match[3] == "]":
                differ("interval", part, "well-formed")
                continue
            self.parts.append((match[1] and key(match[1]), match[2] and key(match[2]), match[3] == "]"))

    def __contains__(self, at):
        return any((not low or at >= low) and (not high or at < high or (closed and at == high))
                   for low, high, closed in self.parts)


def day(text):
    return str(text)[:10] if text else ""


def check_affected(feeds, folder):
    ours = defaultdict(list)  # (package, flaw) -> [(Ranges, listed keys)]
    stated = defaultdict(set)
    for package, flaw, advisories, ranges, versions in table(folder, "affected"):
        parsed = Ranges(ranges)
        listed = {key(v) for v in versions.split()}
        for text in versions.split():
            if key(text) in parsed:
                differ(f"{package} {flaw}", f"lists {text} inside {ranges}", "listed only outside")
        ours[package, flaw].append((parsed, listed))
        stated[package, flaw] |= set(advisories.split())
    raw = defaultdict(list)
    expected = defaultdict(set)
    for package, entries in feeds.packages.items():
        for advisory, entry in entries:
            flaw = feeds.name(feeds.root(advisory))
            raw[package, flaw].append(entry)
            if entry.listed or entry.ranges:
                expected[package, flaw].add(advisory)
    compare("advisories", stated, expected)
    checked = 0
    for pair in sorted(set(ours) | set(raw)):
        for text in sorted(feeds.known[pair[0]]):
            at = key(text)
            is_ours = any(at in ranges or at in listed for ranges, listed in ours[pair])
            is_raw = any(entry.holds(text) for entry in raw[pair])
            checked += 1
            if is_ours != is_raw:
                differ(f"{pair[0]} {text} {pair[1]}", is_ours, is_raw)
    return checked


def newest_first(vector):
    version = vector[5:8] if vector.startswith("CVSS:") else ""
    return [-ord(c) for c in version.ljust(3)], vector


def raw_flaws(feeds, records):
    published = {}
    for feed, record in records:
        published[feed] = max(published.get(feed, ""), day(record["published"]))
    flaws = defaultdict(lambda: {"published": [], "modified": [], "label": 0, "cvss": set(), "cwe": set()})
    for feed, record in records:
        if record.get("withdrawn"):
            continue
        flaw = flaws[feeds.name(feeds.root(record["id"]))]
        more = record.get("database_specific") or {}
        modified = day(record["modified"])
        label = (more.get("severity") or "").lower().replace("moderate", "medium")
        flaw["published"].append(day(record["published"]))
        if (date.fromisoformat(modified) - date.fromisoformat(published[feed])).days <= 31:
            flaw["modified"].append(modified)
        flaw["label"] = max(flaw["label"], LABELS.index(label))
        flaw["cvss"] |= {s["score"] for s in record.get("severity") or []}
        flaw["cwe"] |= set(more.get("cwe_ids") or [])
    return flaws


def check_flaws(feeds, records, folder):
    ours = {row[0]: row[1:] for row in table(folder, "vulnerabilities")}
    raw = {}
    for name, flaw in raw_flaws(feeds, records).items():
        ids = feeds.members[feeds.root(name)]
        raw[name] = [" ".join(sorted(ids - {name})), min(flaw["published"]), max(flaw["modified"], default=""),
                     LABELS[flaw["label"]], " ".join(sorted(flaw["cvss"], key=newest_first)),
                     " ".join(sorted(flaw["cwe"], key=lambda c: int(c[4:])))]
    compare("flaw", ours, raw)
    withdrawn = {row[0]: row[1:] for row in table(folder, "withdrawn")}
    compare("withdrawn", withdrawn,
            {r["id"]: [" ".join(sorted(r.get("aliases") or [])), day(r["withdrawn"])]
             for _, r in records if r.get("withdrawn")})
    return set().union(*feeds.members.values())


def check_packages(feeds, folder):
    ours = {name: versions.split() for name, versions in table(folder, "packages")}
    stated = {name for name, entries in feeds.packages.items() if any(e.listed or e.ranges for _, e in entries)}
    raw = {}
    for name in stated:
        texts = defaultdict(list)
        for text in feeds.known[name]:
            if version_or_none(text) is not None:
                texts[version_or_none(text)].append(text)
        raw[name] = [min(texts[v]) for v in sorted(texts)]
    compare("package", ours, raw)


def check_scores(mirror, folder, ids):
    newest = max(n for n in os.listdir(os.path.join(mirror, "epss")) if n.endswith(".csv.gz"))
    with gzip.open(os.path.join(mirror, "epss", newest), "rt", encoding="utf-8", newline="") as f:
        next(f)
        raw = {r["cve"]: [r["epss"], r["percentile"]] for r in csv.DictReader(f) if r["cve"] in ids}
    compare("epss", {row[0]: row[1:] for row in table(folder, "epss")}, raw)
    with open(os.path.join(mirror, "kev", "known_exploited_vulnerabilities.json"), encoding="utf-8") as f:
        known = json.load(f)["vulnerabilities"]
    compare("kev", {row[0]: row[1:] for row in table(folder, "kev")},
            {k["cveID"]: [k["dateAdded"], k["dueDate"],
                          "known" if k["knownRansomwareCampaignUse"] == "Known" else ""] for k in known})


def live(o):
    return not o.get("revoked") and not o.get("x_mitre_deprecated") and \
        o.get("x_capec_status") not in ("Deprecated", "Obsolete")


def stix(mirror, path, label):
    """Objects by STIX id, each with its own external id as `ext`."""
    with open(os.path.join(mirror, path), encoding="utf-8") as f:
        objects = json.load(f)["objects"]
    for o in objects:
        own = [r["external_id"] for r in o.get("external_references", []) if r["source_name"] == label]
        o["ext"] = own[0] if own else None
    return {o["id"]: o for o in objects}


def number(identifier):
    return int(identifier.split("-")[1])


def check_attack(mirror, folder):
    objects = stix(mirror, "mitre-attack/enterprise-attack.json", "mitre-attack")
    relations = defaultdict(list)
    for o in objects.values():
        if o["type"] == "relationship" and live(o):
            relations[o["relationship_type"]].append((objects[o["source_ref"]], objects[o["target_ref"]]))
    alive = {o["ext"]: o for o in objects.values() if o["type"] == "attack-pattern" and live(o)}
    tactics = {o["x_mitre_shortname"]: o["ext"] for o in objects.values() if o["type"] == "x-mitre-tactic" and live(o)}
    parents = {s["ext"]: t["ext"] for s, t in relations["subtechnique-of"] if live(t)}
    heirs = {s["ext"]: t["ext"] for s, t in relations["revoked-by"] if s["type"] == "attack-pattern" and not live(s)}
    matrix = next(o for o in objects.values() if o["type"] == "x-mitre-matrix")
    order = {objects[ref]["ext"]: str(i + 1) for i, ref in enumerate(matrix["tactic_refs"])}
    mitigates = defaultdict(set)
    for s, t in relations["mitigates"]:
        if live(t) and t["type"] == "attack-pattern":
            mitigates[s["ext"]].add(t["ext"])

    with open(os.path.join(mirror, "mitre-atlas/ATLAS.yaml"), "rb") as f:
        atlas = yaml.load(f, Loader)["matrices"][0]

    def today(technique):
        while technique in heirs:
            technique = heirs[technique]
        return technique if technique in alive else ""

    def adapted(o):
        return (o.get("ATT&CK-reference") or {}).get("id", "")

    own = {t["id"]: t.get("tactics", []) for t in atlas["techniques"]}
    techniques = {k: [o["name"], "attack",
                      " ".join(sorted(tactics[p["phase_name"]] for p in o["kill_chain_phases"])),
                      parents.get(k, ""), ""] for k, o in alive.items()}
    for t in atlas["techniques"]:
        parent = t.get("subtechnique-of", "")
        techniques[t["id"]] = [t["name"], "atlas", " ".join(sorted(own[t["id"]] or own[parent])), parent,
                               today(adapted(t))]
    compare("technique", {r[0]: r[1:] for r in table(folder, "techniques")}, techniques)

    rows = {o["ext"]: [o["name"], "attack", order[o["ext"]], ""] for o in objects.values()
            if o["type"] == "x-mitre-tactic" and live(o)}
    rows |= {t["id"]: [t["name"], "atlas", str(i + 1), adapted(t)] for i, t in enumerate(atlas["tactics"])}
    compare("tactic", {r[0]: r[1:] for r in table(folder, "tactics")}, rows)

    rows = {o["ext"]: [o["name"], "attack", " ".join(sorted(mitigates[o["ext"]]))] for o in objects.values()
            if o["type"] == "course-of-action" and live(o)}
    rows |= {m["id"]: [m["name"], "atlas", " ".join(sorted({t["id"] for t in m["techniques"]}))]
             for m in atlas["mitigations"]}
    compare("mitigation", {r[0]: r[1:] for r in table(folder, "mitigations")}, rows)
    return today


def check_weaknesses(mirror, folder, today):
    objects = stix(mirror, "capec/stix-capec.json", "capec")
    patterns = {}
    for o in objects.values():
        if o["type"] != "attack-pattern" or not live(o):
            continue
        parents = {objects[r]["ext"] for r in o.get("x_capec_child_of_refs", []) if live(objects[r])}
        named = {"T" + r["external_id"].removeprefix("T") for r in o["external_references"]
                 if r["source_name"] == "ATTACK"}
        patterns[o["ext"]] = [o["name"], o["x_capec_abstraction"], " ".join(sorted(parents, key=number)),
                              " ".join(sorted({today(t) for t in named} - {""}))]
    compare("pattern", {r[0]: r[1:] for r in table(folder, "patterns")}, patterns)

    with open(os.path.join(mirror, "cwe/weaknesses.json"), encoding="utf-8") as f:
        weaknesses = json.load(f)["Weaknesses"]
    with open(os.path.join(mirror, "cwe/categories.json"), encoding="utf-8") as f:
        rows = {"CWE-" + c["ID"]: [c["Name"], "Category", "", ""] for c in json.load(f)}
    for w in weaknesses:
        parents = {"CWE-" + r["CweID"] for r in w.get("RelatedWeaknesses", [])
                   if r["Nature"] == "ChildOf" and r["ViewID"] == "1000"}
        attacks = {"CAPEC-" + p for p in w.get("RelatedAttackPatterns", [])} & set(patterns)
        rows["CWE-" + w["ID"]] = [w["Name"], w["Abstraction"], " ".join(sorted(parents, key=number)),
                                  " ".join(sorted(attacks, key=number))]
    compare("weakness", {r[0]: r[1:] for r in table(folder, "weaknesses")}, rows)


def main():
    mirror = sys.argv[1]
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), "..", "facts")
    records = []

    class Recording(Feeds):
        @staticmethod
        def _records(mirror):
            for record in Feeds._records(mirror):
                feed = {"GHSA": "ghsa", "MAL": "malicious"}.get(record["id"].split("-")[0], "pysec")
                records.append((feed, record))
                yield record

    feeds = Recording(mirror)
    checked = check_affected(feeds, folder)
    ids = check_flaws(feeds, records, folder)
    check_packages(feeds, folder)
    check_scores(mirror, folder, ids)
    check_weaknesses(mirror, folder, check_attack(mirror, folder))
    print(f"{len(records)} advisories, {len(feeds.members)} flaws, {checked} (package, version, flaw) verdicts, "
          f"{differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
