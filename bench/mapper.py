#!/usr/bin/python3
"""Measures the ranked mapper: bench/mapper.py build/release/bench_mapper [FEEDS] [--dev] (docs/mapping.md, "Ranked mapper").

recall@k is the mean over flaws of |first k suggestions that are labels| / |labels|, where a label that no training flaw
has still counts; hit@k the share of flaws with a label among the first k; MRR the mean of 1 / rank of the first label, 0
beyond rank 100. Intervals are 95 % bootstrap percentiles over flaws. Folds are by SHA-256 of the CVE id, so nothing about
a flaw decides its fold. --dev is how decisions were made: fold 0 of 5 is neither learned from nor tested.
"""
import argparse
import hashlib
import math
import random
import subprocess
import sys
from collections import Counter, defaultdict

import mapper_data
import mapper_gold
from mapper_data import field

LEARNED, CHAIN, TEXT = 2, 4, 8  # bits of what to leave out, as in src/graph/suggest.h
KS = (3, 5, 10)
OTHER_WEIGHT = 0.3  # of mappings of another project with other habits
DEPTH = 100
RESAMPLES = 2000
# CIRCL/vulnerability-attack-technique-classification-roberta-base, as its authors report it: one split of 90 to 10,
# the best of 40 checkpoints chosen on the test part.
PUBLISHED = ("| zero-shot similarity (published) | 119 | 0.257 | 0.322 | 0.491 | | 0.397 |",
             "| fine-tuned transformer (published) | 119 | 0.482 | 0.686 | 0.842 | | 0.620 |")


def number_of(cve):
    return int(hashlib.sha256(cve.encode()).hexdigest(), 16)


def parent(technique):
    return technique.split(".")[0] if technique.startswith("T") else technique


class World:
    """How the program is asked about flaws; rows are text, weaknesses and facets by CVE."""

    def __init__(self, program, rows):
        self.program, self.rows, self.times = program, rows, []

    def ask(self, labels, priors, examples, questions, without=0):
        """examples: [(cve, weight, labels)]; {cve: [(technique, confidence, method)]}"""
        lines = [f"L\t{i}\t{field(n)}\t{field(d)}" for i, (n, d) in sorted(labels.items())]
        lines += [f"P\t{k}\t{t}\t{w:.6f}" for (k, t), w in sorted(priors.items())]
        lines += ["\t".join(["E", c, str(w), *self.rows[c], "|".join(sorted(t))]) for c, w, t in examples]
        lines += ["\t".join(["Q", c, *self.rows[c]]) for c in questions]
        lines.append(f"RUN\t{DEPTH}\t{without}")
        run = subprocess.run([self.program], input="\n".join(lines) + "\n", capture_output=True, encoding="utf-8", check=True)
        answers = {}
        for line in run.stdout.splitlines():
            cells = line.split("\t")
            if cells[0] == "R":
                answers[cells[1]] = [(t, float(p), m) for t, p, m in (c.split(" ") for c in cells[2:])]
            else:
                self.times.append((len(examples), len(labels), *map(float, cells[1:])))
        return answers


# ---- figures -----------------------------------------------------------------------------------


def row_of(ranked, truth):
    found = [len(truth & set(ranked[:k])) for k in KS]
    first = next((1 / (i + 1) for i, t in enumerate(ranked) if t in truth), 0.0)
    return [f / len(truth) for f in found] + [float(f > 0) for f in found] + [first]


def bootstrap(rows, seed=1):
    """Mean and 95 % interval of each column."""
    draw, n, width = random.Random(seed), len(rows), len(rows[0])
    means = []
    for _ in range(RESAMPLES):
        pick = draw.choices(rows, k=n)
        means.append([sum(r[j] for r in pick) / n for j in range(width)])
    out = []
    for j in range(width):
        ordered = sorted(m[j] for m in means)
        out.append((sum(r[j] for r in rows) / n, ordered[int(0.025 * RESAMPLES)], ordered[int(0.975 * RESAMPLES) - 1]))
    return out


def calibration(answers, truth):
    """Expected calibration error over ten bins of equal width, and Brier score, of the first ten suggestions."""
    pairs = [(p, t in truth[c]) for c, ranked in answers.items() for t, p, _ in ranked[:10]]
    bins = defaultdict(list)
    for p, hit in pairs:
        bins[min(int(p * 10), 9)].append((p, hit))
    gap = sum(abs(sum(p for p, _ in b) - sum(h for _, h in b)) for b in bins.values()) / len(pairs)
    return gap, sum((p - h) ** 2 for p, h in pairs) / len(pairs), bins


class Table:
    def __init__(self, title):
        print(f"\n### {title}\n")
        print("| method | flaws | recall@3 | recall@5 | recall@10 | hit@3 / 5 / 10 | MRR |\n|---|---|---|---|---|---|---|", flush=True)

    def add(self, name, ranks, truth):
        cells = bootstrap([row_of(ranks[c], truth[c]) for c in sorted(ranks)])
        show = [f"{m:.3f} ({low:.3f}-{high:.3f})" for m, low, high in cells]
        hits = " / ".join(f"{m:.2f}" for m, _, _ in cells[3:6])
        print(f"| {name} | {len(ranks)} | {show[0]} | {show[1]} | {show[2]} | {hits} | {show[6]} |", flush=True)


def names(answers):
    return {c: [t for t, _, _ in ranked] for c, ranked in answers.items()}


def by_parent(ranks, parent_of=parent):
    return {c: list(dict.fromkeys(map(parent_of, r))) for c, r in ranks.items()}


# ---- baselines -----------------------------------------------------------------------------------


def frequency(examples, questions):
    count = Counter(t for _, weight, labels in examples for t in labels for _ in range(round(weight * 10)))
    order = sorted(count, key=lambda t: (-count[t], t))
    return {c: order for c in questions}


def chains_alone(world, priors, questions):
    by_weakness = defaultdict(list)
    for (weakness, technique), weight in priors.items():
        by_weakness[weakness].append((technique, weight))
    out = {}
    for c in questions:
        best = {}
        for w in world.rows[c][1].split("|"):
            for technique, weight in by_weakness[w]:
                best[technique] = max(best.get(technique, 0), weight)
        out[c] = sorted(best, key=lambda t: (-best[t], t))
    return out


def neighbours_alone(world, examples, questions, k=20):
    """The labels of the k nearest flaws by cosine of TF-IDF, votes by its square, then label frequency."""
    documents = {c: world.rows[c][0].lower().split() + world.rows[c][2].split("|") for c in [e[0] for e in examples] + list(questions)}
    seen = Counter(w for c, _, _ in examples for w in set(documents[c]))
    idf = {w: math.log((1 + len(examples)) / (1 + n)) + 1 for w, n in seen.items()}

    def vector(c):
        v = {w: (1 + math.log(n)) * idf[w] for w, n in Counter(documents[c]).items() if w in idf}
        length = sum(x * x for x in v.values()) ** 0.5 or 1
        return {w: x / length for w, x in v.items()}

    known, rest = [(vector(c), weight, labels) for c, weight, labels in examples], frequency(examples, ["x"])["x"]
    out = {}
    for c in questions:
        q, near, votes = vector(c), [], Counter()
        for v, weight, labels in known:
            small, large = (q, v) if len(q) < len(v) else (v, q)
            near.append((sum(x * large[w] for w, x in small.items() if w in large), weight, labels))
        for likeness, weight, labels in sorted(near, key=lambda x: -x[0])[:k]:
            for t in labels:
                votes[t] += weight * likeness**2
        order = sorted(votes, key=lambda t: (-votes[t], t))
        out[c] = order + [t for t in rest if t not in votes]
    return out


# ---- experiments -------------------------------------------------------------------------------------


class Split:
    """parts are pairs of (examples, questions); truth holds the labels of every question."""

    def __init__(self, parts, truth):
        self.parts, self.truth = parts, truth


def split_by(own, other, fold_of, folds=range(5)):
    """Each flaw of own is asked about in its fold and learned from in the others; what is asked is learned from nowhere."""
    parts = []
    for fold in folds:
        questions = sorted(c for c in own if fold_of(c) == fold)
        examples = [(c, 1, own[c]) for c in sorted(own) if fold_of(c) != fold]
        examples += [(c, OTHER_WEIGHT, other[c]) for c in sorted(other) if c not in own]
        parts.append((examples, questions))
    return Split(parts, own)


def asked(world, split, labels, priors, without=0):
    out = {}
    for examples, questions in split.parts:
        out.update(world.ask(labels, priors, examples, questions, without))
    return out


def baseline(split, make):
    out = {}
    for examples, questions in split.parts:
        out.update(make(examples, questions))
    return out


PARTS = (("learned part alone", CHAIN | TEXT), ("text of techniques alone", LEARNED | CHAIN), ("ranked mapper without chains", CHAIN),
         ("ranked mapper without text of techniques", TEXT))


def compare(title, world, split, labels, priors, published=()):
    """The rows of one table; the last is the method as it is."""
    table = Table(title)
    for row in published:
        print(row, flush=True)
    table.add("label frequency", baseline(split, frequency), split.truth)
    table.add("chains alone", baseline(split, lambda e, q: chains_alone(world, priors, q)), split.truth)
    table.add("nearest neighbours alone", baseline(split, lambda e, q: neighbours_alone(world, e, q)), split.truth)
    for name, without in PARTS:
        table.add(name, names(asked(world, split, labels, priors, without)), split.truth)
    answers = asked(world, split, labels, priors)
    table.add("**ranked mapper**", names(answers), split.truth)
    return table, answers


def report_calibration(answers, truth):
    gap, brier, bins = calibration(answers, truth)
    print(f"\nCalibration of the first ten suggestions: error {gap:.3f}, Brier score {brier:.3f}; confidence -> share right:", end=" ")
    print(", ".join(f"{sum(p for p, _ in b) / len(b):.2f} -> {sum(h for _, h in b) / len(b):.2f} ({len(b)})" for _, b in sorted(bins.items())))
    print("Methods of the first three:", dict(Counter(m for r in answers.values() for _, _, m in r[:3])), flush=True)


def published_split(mappings, folds):
    """The protocol of the published classifier: both sets together, parents, only techniques with 5 training flaws."""
    own = {c: {parent(t) for t in labels} for c, labels in mappings.items()}
    parts, truth = [], {}
    for fold in range(folds):
        train = {c: t for c, t in own.items() if number_of(c) % folds != fold}
        count = Counter(t for labels in train.values() for t in labels)
        vocabulary = {t for t, n in count.items() if n >= 5}
        kept = {c: t & vocabulary for c, t in own.items()}
        questions = sorted(c for c in own if c not in train and kept[c])
        truth.update({c: kept[c] for c in questions})
        parts.append(([(c, 1, kept[c]) for c in sorted(train) if kept[c]], questions))
    return Split(parts, truth)


def product_of(flaw, cve):
    return f"{flaw.kev['vendorProject']} {flaw.kev['product']}" if flaw.kev else cve


def agreement(kev, other):
    both = sorted(set(kev) & set(other))
    share = sum(len(kev[c] & other[c]) / len(kev[c]) for c in both) / len(both)
    print(f"\n{len(both)} flaws are in both sets; the older one names {share:.1%} of the techniques the newer one gives them.")


def late_split(kev, other, flaws):
    """The newest quarter by the day CISA listed it, learned from the rest."""
    added = {c: flaws[c].kev["dateAdded"] for c in kev if flaws[c].kev}
    cut = sorted(added.values())[len(added) * 3 // 4]
    return cut, split_by(kev, other, lambda c: int(added.get(c, "") >= cut), [1])


def attack(options, feeds):
    kev, other = feeds.ctid_kev(), feeds.attack_to_cve()
    if options.dev:
        kev, other = ({c: t for c, t in m.items() if number_of(c) % 5} for m in (kev, other))
    flaws = feeds.flaws(set(kev) | set(other))
    kev, other = ({c: t for c, t in m.items() if flaws[c].descriptions} for m in (kev, other))
    world, priors, labels = World(options.program, feeds.rows(flaws)), feeds.chains(flaws), feeds.techniques
    fold = (lambda c: number_of(c) // 5 % 5) if options.dev else (lambda c: number_of(c) % 5)
    table, answers = compare("CTID KEV (2025-07-28), exact techniques, 5 folds by CVE", world, split_by(kev, other, fold), labels, priors)
    ranks = names(answers)
    if not options.dev:
        table.add("fold 0 of it, held out from the decisions", {c: r for c, r in ranks.items() if fold(c) == 0}, kev)
    up = {c: set(map(parent, t)) for c, t in kev.items()}
    table.add("scored by parent technique", by_parent(ranks), up)
    report_calibration(answers, kev)
    agreement(kev, other)
    products = split_by(kev, other, lambda c: number_of(product_of(flaws[c], c)) % 5)
    compare("The same, folds by product", world, products, labels, priors)
    cut, late = late_split(kev, other, flaws)
    _, answers = compare(f"CTID KEV listed from {cut} on, learned from what was listed before", world, late, labels, priors)
    report_calibration(answers, kev)
    compare("attack_to_cve, exact techniques, 5 folds by CVE", world, split_by(other, kev, fold), labels, priors)
    both = {c: kev.get(c, set()) | other.get(c, set()) for c in set(kev) | set(other)}
    parents = published_split(both, 8 if options.dev else 10)
    table, answers = compare("Published protocol: both sets, parent techniques with 5 training flaws, 10 folds", world, parents, labels, priors, PUBLISHED)
    plain = World(options.program, {c: [field(f.description()), "", ""] for c, f in flaws.items()})
    table.add("ranked mapper, from the description alone", names(asked(plain, parents, labels, {})), parents.truth)
    report_calibration(answers, parents.truth)
    return world


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("feeds", nargs="?", default="../shared/feeds")
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--gold", default="tests/gold/cve-atlas.tsv")
    options = parser.parse_args()
    feeds = mapper_data.Feeds(options.feeds)
    worlds = [attack(options, feeds), mapper_gold.atlas(options, feeds, sys.modules[__name__])]
    times = [t for w in worlds if w for t in w.times]
    slowest = max(times, key=lambda t: t[2])
    print(f"\nSlowest training: {slowest[2]:.0f} ms CPU, {slowest[0]} examples; slowest ranking: {max(t[3] for t in times) / 1e3:.2f} ms a flaw;", end=" ")
    print(f"most memory: {max(t[4] for t in times) / 1e6:.0f} MB.")


if __name__ == "__main__":
    main()
