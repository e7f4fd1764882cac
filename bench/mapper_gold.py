"""The ATLAS part of bench/mapper.py: tests/gold/cve-atlas.tsv, learned from its dev half and other curated sources, tested on the other."""
import json
import os
import re
import tarfile
from collections import defaultdict

import yaml

HOPS, DISCOUNT = 2, 0.7  # as src/graph/map.c climbs from a weakness to rules for its ancestors
CASE_WEIGHT, ATTACK_WEIGHT = 0.1, 0.1


def table(path):
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]


def read_atlas(root):
    with open(f"{root}/mitre-atlas/ATLAS.yaml", encoding="utf-8") as f:
        return yaml.load(f, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def advisories(root, wanted):
    """{CVE: (texts by source, weaknesses)} of the PyPI advisories."""
    texts, weak = defaultdict(dict), defaultdict(set)
    for feed, source, suffix in (("ghsa", "ghsa", ".json"), ("pysec", "pysec", ".yaml")):
        with tarfile.open(f"{root}/{feed}/main.tar.gz") as t:
            for member in t:
                if not member.isfile() or not member.name.endswith(suffix):
                    continue
                data = t.extractfile(member).read()
                if suffix == ".yaml" and not any(c.encode() in data for c in wanted):
                    continue
                record = json.loads(data) if suffix == ".json" else yaml.load(data, Loader=yaml.CSafeLoader)
                for cve in wanted & {record["id"], *record.get("aliases", [])}:
                    texts[cve].setdefault(source, f"{record.get('summary', '')} . {record.get('details', '')}")
                    weak[cve].update((record.get("database_specific") or {}).get("cwe_ids") or [])
    return texts, weak


def rules(feeds, flaws, roles_of):
    """Priors of the curated rules, keyed by weakness and role, and the facets a flaw matches them by."""
    direct = defaultdict(dict)
    for weaknesses, roles, technique, confidence, _ in table("facts/curated/enables.tsv"):
        for w in weaknesses.split():
            for role in roles.split():
                direct[w][role, technique] = float(confidence)
    priors, facets = {}, {}
    for cve, flaw in flaws.items():
        facets[cve] = {f"role:{r}" for r in roles_of.get(cve, ())}
        for w in flaw.cwe:
            climb = [w, *feeds.ancestors(w)]
            nearest = next((i for i, a in enumerate(climb[: HOPS + 1]) if any(r == "*" or r in roles_of.get(cve, ()) for r, _ in direct.get(a, ()))), None)
            if nearest is None:
                continue
            for (role, technique), confidence in direct[climb[nearest]].items():
                if role == "*" or role in roles_of.get(cve, ()):
                    facets[cve].add(f"rule:{w}@{role}")
                    priors[f"rule:{w}@{role}", technique] = confidence * DISCOUNT**nearest
    return priors, facets


def case_studies(atlas):
    """{name: (text, techniques)}"""
    return {
        c["id"]: (f"{c['name']} . {c.get('summary', '')} " + " ".join(p.get("description", "") for p in c["procedure"]), {p["technique"] for p in c["procedure"]})
        for c in atlas["case-studies"]
    }


def adapted(atlas):
    """{ATT&CK id: ATLAS ids that adapt it}"""
    found = defaultdict(set)
    for t in atlas["matrices"][0]["techniques"]:
        if "ATT&CK-reference" in t:
            found[t["ATT&CK-reference"]["id"]].add(t["id"])
    return found


def parent(technique):
    return re.sub(r"^(AML\.T\d{4})\.\d{3}$", r"\1", technique)


def rules_alone(priors, facets, questions):
    out = {}
    for c in questions:
        best = defaultdict(float)
        for (key, technique), weight in priors.items():
            if key in facets[c] and technique.startswith("AML."):
                best[technique] = max(best[technique], weight)
        out[c] = sorted(best, key=lambda t: (-best[t], t))
    return out


def atlas(options, feeds, bench):
    if not os.path.exists(options.gold):
        print(f"\nNo {options.gold}: ATLAS is not evaluated.")
        return None
    gold = {r[0]: (r[1], r[2], set(r[3].split())) for r in table(options.gold)}
    if options.dev:
        gold = {c: g for c, g in gold.items() if g[1] == "dev"}
    knowledge = read_atlas(options.feeds)
    names = {t["id"]: t["name"] for t in knowledge["matrices"][0]["techniques"]}
    labels = {
        t["id"]: ((names[t["subtechnique-of"]] + " " if "subtechnique-of" in t else "") + t["name"], bench.mapper_data.plain(t.get("description", "")))
        for t in knowledge["matrices"][0]["techniques"]
    }
    kev, other = feeds.ctid_kev(), feeds.attack_to_cve()
    flaws = feeds.flaws(set(gold) | set(kev) | set(other))
    texts, weak = advisories(options.feeds, set(gold))
    for c in gold:
        flaws[c].descriptions.update(texts[c])
        flaws[c].cwe.update(weak[c])
        flaws[c].products = {f"package={gold[c][0]}"}
    roles = defaultdict(set)
    for package, role in table("facts/curated/roles.tsv"):
        roles[package].add(role)
    priors, facets = rules(feeds, {c: flaws[c] for c in gold}, {c: roles[gold[c][0]] for c in gold})
    rows = feeds.rows(flaws, facets)
    cases, to_atlas = case_studies(knowledge), adapted(knowledge)
    rows.update({c: [bench.field(text), "", ""] for c, (text, _) in cases.items()})
    extra = [(c, CASE_WEIGHT, t) for c, (_, t) in sorted(cases.items())]
    for c, given in sorted({**other, **kev}.items()):
        translated = set().union(*(to_atlas[t] for t in given))
        if translated and c not in gold:
            extra.append((c, ATTACK_WEIGHT, translated))
    return evaluate(options, bench, bench.World(options.program, rows), gold, (priors, facets, labels, extra))


def evaluate(options, bench, world, gold, known):
    priors, facets, labels, extra = known
    truth = {c: g[2] for c, g in gold.items() if g[2]}
    if options.dev:
        few = bench.split_by(truth, {}, lambda c: bench.number_of(c) // 256 % 5)
    else:
        few = bench.split_by(truth, {}, lambda c: int(gold[c][1] == "test"), [1])
    split = bench.Split([(examples + extra, questions) for examples, questions in few.parts], truth)
    half = "5 folds of the dev half" if options.dev else "learned from the dev half, asked about the test half"
    table = bench.Table(f"ATLAS gold set, {half}")
    table.add("label frequency", bench.baseline(few, bench.frequency), truth)
    table.add("curated rules alone (package role and weakness)", bench.baseline(few, lambda e, q: rules_alone(priors, facets, q)), truth)
    table.add("nearest neighbours alone", bench.baseline(split, lambda e, q: bench.neighbours_alone(world, e, q)), truth)
    for name, without in bench.PARTS:
        table.add(name.replace("chains", "rules"), bench.names(bench.asked(world, split, labels, priors, without)), truth)
    table.add("ranked mapper, learned from the gold set only", bench.names(bench.asked(world, few, labels, priors)), truth)
    answers = bench.asked(world, split, labels, priors)
    table.add("**ranked mapper**", bench.names(answers), truth)
    up = {c: set(map(parent, t)) for c, t in truth.items()}
    table.add("scored by parent technique", bench.by_parent(bench.names(answers), parent), up)
    bench.report_calibration(answers, truth)
    return world
