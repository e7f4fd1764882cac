"""Versions, specifiers, requirements and markers must mean what packaging says they mean.

usage: pep440.py PROGRAM [SEED]
"""
import random
import re
import sys
from collections import Counter

sys.path.insert(0, sys.path[0])
from oracle import ask, decode, legacy_key, order, skip

try:
    from packaging.markers import UndefinedComparison
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version
except ImportError:
    skip("python3-packaging is not installed")

SEPARATORS = ["", "", "", ".", "-", "_"]
NUMBERS = ["", "0", "1", "2", "3", "10", "00", "01", "007", "20230101", "9" * 30, "1" + "0" * 25]
PRE = ["a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "A", "RC", "Alpha", "pReView"]
POST = ["post", "rev", "r", "POST", "Rev"]
LOCALS = ["a", "abc", "1", "01", "0", "ubuntu", "cu118", "1a", "A", "10", "2", "deadbeef"]
NAMES = ["a", "numpy", "zope.interface", "A-b_c", "x9", "foo_", "ruamel.yaml.clib", "and", "in", "v"]
URLS = ["https://example.org/a.whl", "git+ssh://git@host/r.git@main#egg=x", "file:///tmp/a", "file:a",
        "file://h/p?q#f", "./local", "HTTP://x", "http:/x", "file:////x", "//host/x", "C:/x", "a:b"]
ENVIRONMENT = {
    "os_name": ["posix", "nt"],
    "sys_platform": ["linux", "linux2", "win32", "darwin", ""],
    "platform_machine": ["x86_64", "arm64", "aarch64"],
    "platform_python_implementation": ["CPython", "PyPy"],
    "platform_release": ["5.10.0", "6.1.0-13-amd64", "10", "22.6.0"],
    "platform_system": ["Linux", "Windows", "Darwin"],
    "platform_version": ["#1 SMP Debian", "10.0.19041", "1"],
    "python_version": ["2.7", "3", "3.8", "3.10", "3.13"],
    "python_full_version": ["3.8.1", "3.11.0rc2", "3.13.0+"],
    "implementation_name": ["cpython", "pypy"],
    "implementation_version": ["3.8.1", "7.3.0"],
    "extra": ["", "test", "Dev_Tools", "1.0", "a.b"],
}
VARIABLES = list(ENVIRONMENT) + ["os.name", "sys.platform", "platform.version", "platform.machine",
                                 "platform.python_implementation", "python_implementation"]
OPERATORS = ["==", "==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "not in"]
HOSTILE = list(" \t\n\v\f\x1c.-_+!*v~=<>,;()[]{}@#\"'\\/0129abcrpostdevPREé\u0661") + ["==", ".*", "1!"]
WHITE = ["", "", "", "", " ", "\t", "\n ", "\x1f"]


# Two quoted texts compared: packaging takes the right one for the name of a variable.
QUOTED = r"""('[^']*'|"[^"]*")"""
TWO_QUOTED = re.compile(QUOTED + r"\s*(===?|[~!<>]=|[<>]|in\b|not\s+in\b)\s*" + QUOTED)

# Another variable compared with extra: what packaging makes of that depends on where it stands.
EXTRA_RIGHT = re.compile(r"[a-z]\s*(===?|[~!<>]=|[<>]|\bin\b)\s*extra\b")


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
        if op == "~=" and self.often(0.5):
            near = near.split("+")[0].split("!")[-1].rstrip("abcdefghijklmnopqrstuvwxyz")
            near = re.sub("[0-9]+$", "0", near) if self.often(0.5) else near
            near += self.some(["", ".", "-"]) + self.some(PRE + POST + ["dev"]) + self.some(["", ".", "1"])
        if op == "===" and self.often(0.2):
            near = self.some(["foo", "1.0-foo", "", "V1.0", near.upper()])
        text = self.white(op + self.some(WHITE) + near)
        return self.hostile(text) if self.often(0.08) else text

    def specifiers(self, version):
        clauses = [self.clause(version) for _ in range(self.some([0, 1, 1, 1, 1, 2, 2, 3]))]
        if clauses and self.often(0.15):
            again = self.some(clauses)
            clauses.append(self.some(["", again, again + ".0", again.lower(), again.upper()]))
        return ",".join(clauses)

    def blank(self):
        return self.some(["", "", "", " ", "  ", "\t"])

    def quoted(self, name):
        known = ENVIRONMENT.get(name.replace(".", "_"), ["CPython"])
        text = self.some(known + known + ["", "3.9", "3.8.*", "=3.8", "linux win32 nt posix", self.public()])
        quote = self.some("'\"")
        return quote + text.replace(quote, "") + quote

    def test(self):
        name = self.some(VARIABLES + ["python_version"] * 6 + ["extra"] * 3)
        left, right = name, self.quoted(name)
        if self.often(0.2):
            left, right = right, left
        if self.often(0.03):
            right = self.some(VARIABLES)
        op = self.some(OPERATORS)
        space = " " if op[-1] == "n" or self.often(0.7) else self.blank()
        return left + space + op.replace(" ", self.some([" ", "  "])) + space + right

    def marker(self, depth=0):
        parts = []
        for _ in range(self.some([1, 1, 1, 2, 2, 3])):
            nested = depth < 6 and self.often(0.25)
            test = "(" + self.marker(depth + 1) + ")" if nested else self.test()
            parts += [self.some(["and", "or"]), self.blank() + test + self.blank()]
        text = " ".join(parts[1:])
        return self.hostile(text) if depth == 0 and self.often(0.1) else text

    def requirement(self):
        text = self.blank() + self.some(NAMES) + self.blank()
        if self.often(0.3):
            extras = [self.blank() + self.some(NAMES) + self.blank() for _ in range(self.r.randint(0, 3))]
            text += "[" + ",".join(extras) + "]" + self.blank()
        if self.often(0.15):
            text += "@" + self.blank() + self.some(URLS) + self.some(["", " "])
        else:
            specifiers = self.specifiers(self.version())
            text += self.some(["%s", "%s", "(%s)"]) % specifiers
        if self.often(0.3):
            text += self.blank() + ";" + self.marker()
        text += self.some(["", "", " ", "\n"])
        return self.hostile(text) if self.often(0.15) else text

    def environment(self):
        return [self.some(values) for values in ENVIRONMENT.values()]


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


def python_requirement(text):
    try:
        r = Requirement(text)
    except (InvalidRequirement, InvalidSpecifier):
        return "bad"
    extras = "".join(e + "," for e in sorted(r.extras))
    return "%s|%s|%s|%d|%s" % (r.name, extras, r.specifier, r.marker is not None, r.url or "")


RAISED = "packaging raises"


def python_marker(text, *values):
    # Marker() itself does not look at what follows the marker; Requirement() does.
    try:
        marker = Requirement("x;" + text).marker
    except InvalidRequirement:
        return "bad"
    try:
        return "%d" % marker.evaluate(dict(zip(ENVIRONMENT, values)))
    except (InvalidVersion, UndefinedComparison, KeyError):
        # A text compared as a version, "~=" of texts, or two quoted texts: ours is a plain answer.
        return RAISED


def tidy(question, answer):
    if question[0] == "requirement" and answer != "bad":
        fields = answer.split("|", 4)
        fields[1] = "".join(e + "," for e in sorted(set(fields[1].split(",")) - {""}))
        answer = "|".join(fields)
    return answer


def comparable(question):
    """Leaves out what PEP 508 does not define and packaging inherits from Python."""
    text = question[1]
    if question[0] == "marker":
        return not (set(text) & set("\\\n\r") or TWO_QUOTED.search(text) or EXTRA_RIGHT.search(text))
    if question[0] == "requirement":
        url, marker = "@" in text, ";" in text
        return not (url and set(text) & set("[]\n\r\v\f\x1c\x1f")) and not (
            marker and set(text) & set("\\\n\r"))
    return True


ORACLES = {
    "requirement": python_requirement,
    "marker": python_marker,
    "compare": python_compare,
    "legacy": lambda a, b: str(order(legacy_key(a), legacy_key(b))),
    "parse": python_parse,
    "contains": python_contains,
    "specifiers": python_specifiers,
}


def compatible_questions():
    """What "~=" takes for its prefix depends on how the suffix is written."""
    for label in PRE + POST + ["dev", "DEV"]:
        for before in ["", ".", "-"]:
            for after in ["", ".", "1", ".1"]:
                for version in ["1.2.3", "1.2.4", "1.2.3.1", "1.3", "1.2.3rc1", "1.2.3.post1", "1!1.2.3"]:
                    yield "contains", "~=1.2.3" + before + label + after, version


def questions_of(make):
    yield from compatible_questions()
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
    for _ in range(16000):
        yield "requirement", make.requirement()
        yield ("marker", make.marker(), *make.environment())


def main():
    program, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 440
    questions = [q for q in questions_of(Maker(seed)) if all(map(ascii_only, q)) and comparable(q)]
    answers = ask(program, questions)
    asked, wrong = Counter(), 0
    for question, answer in zip(questions, answers):
        expected = ORACLES[question[0]](*question[1:])
        asked[question[0]] += 1
        asked[question[0], expected] += 1
        answer = tidy(question, decode(answer))
        if answer != expected and not (expected == RAISED and answer != "bad"):
            wrong += 1
            if wrong <= 20:
                print("%r: packaging says %r, we say %r" % (question, expected, answer))
    for name in ORACLES:
        print("%-12s %6d asked, %6d of them invalid, for %d packaging raises" % (
            name, asked[name], asked[name, "bad"], asked[name, RAISED]))
    print("%d differences" % wrong)
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
