"""Versions, specifiers, requirements and markers must mean what packaging says they mean.

usage: pep440.py PROGRAM [SEED]
"""
import random
import sys

sys.path.insert(0, sys.path[0])
from oracle import ask, decode, legacy_key, order, skip

try:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version
except ImportError:
    skip("python3-packaging is not installed")

SEPARATORS = ["", "", "", ".", "-", "_"]
NUMBERS = ["", "0", "1", "2", "3", "10", "00", "01", "007", "20230101", "9" * 30, "1" + "0" * 25]
PRE = ["a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "A", "RC", "Alpha", "pReView"]
POST = ["post", "rev", "r", "POST", "Rev"]
LOCALS = ["a", "abc", "1", "01", "0", "ubuntu", "cu118", "1a", "A", "10", "2", "deadbeef"]
HOSTILE = list(" \t\n\v\f\x1c.-_+!*v~=<>,;()[]{}@#\"'\\/0129abcrpostdevPREé\u0661") + ["==", ".*", "1!"]
WHITE = ["", "", "", "", " ", "\t", "\n ", "\x1f"]


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def some(self, options):
        return self.r.choice(options)

    def often(self, p):
        return self.r.random() < p

    def release(self):
        numbers = NUMBERS[1:] if self.often(0.2) else NUMBERS[1:5]
        return ".".join(self.some(numbers) for _ in range(self.r.randint(1, 4)))

    def suffix(self):
        text = ""
        if self.often(0.35):
            text += self.some(SEPARATORS) + self.some(PRE) + self.some(SEPARATORS) + self.some(NUMBERS)
        if self.often(0.3):
            if self.often(0.3):
                text += "-" + self.some(NUMBERS[1:])
            else:
                text += self.some(SEPARATORS) + self.some(POST) + self.some(SEPARATORS) + self.some(NUMBERS)
        if self.often(0.25):
            text += self.some(SEPARATORS) + self.some(["dev", "DEV", "Dev"]) + self.some(SEPARATORS)
            text += self.some(NUMBERS)
        return text

    def public(self):
        epoch = self.some(NUMBERS[1:7]) + "!" if self.often(0.1) else ""
        return ("v" if self.often(0.05) else "") + epoch + self.release() + self.suffix()

    def version(self):
        text = self.public()
        if self.often(0.25):
            parts = [self.some(LOCALS) for _ in range(self.r.randint(1, 3))]
            text += "+" + self.some(".-_").join(parts)
        return self.hostile(text) if self.often(0.15) else text

    def near(self, version):
        """A version that differs little, so that comparisons are not all decided at once."""
        try:
            v = Version(version)
        except InvalidVersion:
            return self.version()
        tail = self.some(["", ".0", ".0.0", ".1", "rc1", "a0", ".dev0", ".post0", "+a", "+1"])
        return self.some([v.base_version, v.public, str(v), v.base_version.upper()]) + tail

    def hostile(self, text):
        for _ in range(self.r.randint(1, 3)):
            at = self.r.randint(0, len(text))
            cut = at + self.some([0, 0, 1, 1, 2])
            text = text[:at] + self.some(HOSTILE + [""]) + text[cut:]
        return text

    def white(self, text):
        return self.some(WHITE) + text + self.some(WHITE)

    def clause(self, version):
        op = self.some(["==", "!=", "<=", ">=", "<", ">", "~=", "==="])
        near = self.near(version) if self.often(0.6) else self.public()
        if self.often(0.3) and op in ("==", "!="):
            near = near.split("+")[0]
            near = self.some([near, near.rsplit(".", 1)[0], self.release()]) + ".*"
        elif op not in ("==", "!=", "===") and self.often(0.9):
            near = near.split("+")[0]
        if op == "===" and self.often(0.2):
            near = self.some(["foo", "1.0-foo", "", "V1.0", near.upper()])
        text = self.white(op + self.some(WHITE) + near)
        return self.hostile(text) if self.often(0.08) else text

    def specifiers(self, version):
        clauses = [self.clause(version) for _ in range(self.some([0, 1, 1, 1, 1, 2, 2, 3]))]
        if clauses and self.often(0.1):
            clauses.append(self.some([""] + clauses))
        return ",".join(clauses)


def ascii_only(text):
    """Outside ASCII packaging inherits Python's white space and case folding; names use neither."""
    return text.isascii()


def python_compare(a, b):
    keys = []
    for text in (a, b):
        try:
            keys.append((1, Version(text)))
        except InvalidVersion:
            keys.append((0, legacy_key(text.strip())))
    return str(order(*keys))


def python_parse(text):
    try:
        v = Version(text)
    except InvalidVersion:
        return "bad"
    return "%s %d" % (v, v.is_prerelease)


def default_contains(s, v):
    """SpecifierSet.contains, which raises when "===" names no version: that one allows nothing."""
    admits = False
    for clause in s:
        try:
            admits |= clause.prereleases
        except InvalidVersion:
            pass
    return s.contains(v, prereleases=admits)


def python_contains(spec, version):
    try:
        s, v = SpecifierSet(spec), Version(version)
    except (InvalidSpecifier, InvalidVersion):
        return "bad"
    return "%d %d" % (s.contains(v, prereleases=True), default_contains(s, v))


def python_specifiers(spec):
    try:
        return str(SpecifierSet(spec))
    except InvalidSpecifier:
        return "bad"


ORACLES = {
    "compare": python_compare,
    "legacy": lambda a, b: str(order(legacy_key(a), legacy_key(b))),
    "parse": python_parse,
    "contains": python_contains,
    "specifiers": python_specifiers,
}


def questions_of(make):
    for _ in range(15000):
        a = make.version()
        b = make.near(a) if make.often(0.6) else make.version()
        yield "compare", make.white(a), b
    for _ in range(15000):
        yield "parse", make.white(make.version())
    for _ in range(5000):
        a = make.hostile(make.version())
        yield "legacy", a, make.hostile(a)
    for _ in range(30000):
        v = make.version()
        s = make.specifiers(v)
        yield "contains", s, v
        yield "specifiers", s


def main():
    program, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 440
    questions = [q for q in questions_of(Maker(seed)) if all(map(ascii_only, q))]
    answers = ask(program, questions)
    asked, bad, wrong = {}, {}, 0
    for question, answer in zip(questions, answers):
        expected = ORACLES[question[0]](*question[1:])
        asked[question[0]] = asked.get(question[0], 0) + 1
        bad[question[0]] = bad.get(question[0], 0) + (expected == "bad")
        if decode(answer) != expected:
            wrong += 1
            if wrong <= 20:
                print("%r: packaging says %r, we say %r" % (question, expected, decode(answer)))
    for name, count in asked.items():
        print("%-12s %6d asked, %6d of them invalid" % (name, count, bad[name]))
    print("%d differences" % wrong)
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
