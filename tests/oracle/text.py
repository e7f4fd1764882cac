#!/usr/bin/python3
"""Compares words, TF-IDF vectors and Jaccard likeness with scikit-learn, on generated and on real descriptions."""
import json
import os
import random
import re
import subprocess
import sys

from oracle import skip

try:
    from sklearn.feature_extraction.text import TfidfVectorizer
except ImportError:
    skip("python3-sklearn is not installed")

PROGRAM = sys.argv[1]
IDLE = set(
    "a an and are as at be by can could for from in into is it its may of on or that the this to via was were which with".split()
)


def words(text):
    found = [w for w in re.findall(r"[a-z0-9]+", text.lower()) if 2 <= len(w) <= 64 and not w.isdigit() and w not in IDLE]
    return [w[:-1] if len(w) > 3 and w[-1] == "s" and w[-2] not in "sui" else w for w in found]


def words_and_pairs(text):
    found = words(text)
    return found + [f"{x} {y}" for x, y in zip(found, found[1:])]


def generated(seed=1):
    draw = random.Random(seed)
    stock = ["".join(draw.choices("abcstuv019", k=draw.randint(1, 7))) for _ in range(300)] + sorted(IDLE) + ["x" * 64, "y" * 65, "2024"]
    documents = [" ".join(draw.choices(stock, k=draw.randint(0, 60))) for _ in range(400)]
    return documents + ["", "the of", "Caf\u00e9 \u017fervers", "A\x00b\x01CLASSES", "one one one"]


def real():
    roots = [os.environ.get("VD_SHARED"), "../shared", "../../shared"]
    paths = [f"{r}/feeds/kev/known_exploited_vulnerabilities.json" for r in roots if r]
    path = next((p for p in paths if os.path.exists(p)), None)
    if path is None:
        print("no KEV catalogue here: only generated texts are compared")
        return []
    with open(path, encoding="utf-8") as f:
        return [" ".join(v["shortDescription"].split()) for v in json.load(f)["vulnerabilities"]]


def lower_ascii(text):
    return re.sub("[A-Z]", lambda m: m[0].lower(), text)


def jaccard(x, y):
    return len(x & y) / len(x | y) if x | y else 0


def compare(documents, analyzer, arguments):
    text = "".join(d + "\n" for d in documents).encode()
    lines = subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, check=True).stdout.decode().split("\n")[:-1]
    learner = TfidfVectorizer(analyzer=lambda d: analyzer(lower_ascii(d)), sublinear_tf=True)
    matrix = learner.fit_transform(documents)
    names, worst, before = learner.get_feature_names_out(), 0.0, set()
    assert len(lines) == len(documents)
    for i, line in enumerate(lines):
        likeness, *cells = line.split("\t")
        ours = {w: float(x) for w, x in (c.rsplit("=", 1) for c in cells)}
        row = matrix[i]
        theirs = {names[j]: x for j, x in zip(row.indices, row.data)}
        assert ours.keys() == theirs.keys(), documents[i]
        worst = max([worst, *(abs(ours[w] - theirs[w]) for w in ours)])
        assert abs(float(likeness) - jaccard(before, theirs.keys())) < 1e-12, documents[i]
        before = theirs.keys()
    print(f"{len(documents)} documents, {len(names)} terms: largest difference {worst:.1e}")
    assert worst < 1e-6


for given in filter(None, (generated(), real())):
    compare(given, words, [])
    compare(given, words_and_pairs, ["pairs"])
