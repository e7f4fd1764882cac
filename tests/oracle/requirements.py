"""Requirements files must hold what pip finds in them: same lines, names, specifiers, extras, hashes.

pip's own reader splits the files, packaging reads the requirements.
usage: requirements.py PROGRAM [SEED]
"""
import os
import random
import re
import subprocess
import sys
import tempfile

from oracle import skip

try:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name
    from pip._internal.req import req_file
except ImportError as missing:
    skip(missing)

FILES = 1500
NAMES = ["torch", "Flask_SQLAlchemy", "zope.interface", "a", "py-yaml"]
SPECS = ["", "==1.0", ">=1.0,<2", " >= 1.0 , != 1.3", "~=2.1", "===1.0", " (>=1)", "==2.*"]
EXTRAS = ["", "", "[gpu]", "[a, b]", " [x]"]
MARKERS = ["", "", " ; python_version < '3.8'", ";os_name == \"nt\"", " ; extra == 'x#y'"]
OPTIONS = ["", "", " --hash=sha256:00", " --hash sha256:00 --hash=sha256:11", " \\\n  --hash=sha256:22",
           " --global-option=\"a b\""]
COMMENTS = ["", "", "  # note", " # a \\", "\t#x", "#no"]
LINES = ["", "   ", "# comment", "  # comment \\", "-r other.txt", "--requirement=x.txt -c y.txt",
         "-i https://example.org/simple", "--extra-index-url https://example.org/x",
         "--no-index --pre", "-f ./wheels", "--trusted-host example.org", "--no-binary :all:", "\\"]


def line(rng):
    if rng.random() < 0.3:
        return rng.choice(LINES)
    text = rng.choice(["", "", " ", "\t"]) + rng.choice(NAMES) + rng.choice(EXTRAS) + rng.choice(SPECS)
    text += rng.choice(MARKERS) + rng.choice(OPTIONS) + rng.choice(COMMENTS)
    if rng.random() < 0.1:
        at = rng.randrange(len(text))
        text = text[:at] + "\\\n" + text[at:]
    return text


def generate(folder, rng):
    for i in range(FILES):
        end = rng.choice(["\n", "\n", "\r\n", "\r"])
        text = "\n".join(line(rng) for _ in range(rng.randrange(12))).replace("\n", end)
        mark = rng.choice([b"", b"", b"\xef\xbb\xbf"])
        path = os.path.join(folder, "%d.txt" % i)
        with open(path, "wb") as f:
            f.write(mark + text.encode())
        yield path


def lines_of(path):
    """pip's parsed lines, without following -r; None when pip gives the file up."""
    parser = req_file.RequirementsFileParser(None, req_file.get_line_parser(None))
    try:
        return [x for x in parser._parse_file(path, False) if x.is_requirement]
    except (req_file.RequirementsFileParseError, UnicodeDecodeError):
        return None


def expected(parsed):
    """What packaging makes of a line, or None when it is no plain PEP 508 requirement."""
    try:
        req = Requirement(parsed.requirement)
    except InvalidRequirement:
        return None
    if req.url or parsed.is_editable:
        return None
    clauses = ",".join(sorted(str(req.specifier).split(",")))
    hashed = "hashed" if parsed.opts.hashes else ""
    return (str(parsed.lineno), canonicalize_name(req.name), clauses, "", hashed,
            ",".join(sorted(req.extras)))


def ours(program, paths):
    run = subprocess.run([program, *paths], capture_output=True, check=True)
    found = {}
    for row in run.stdout.decode("utf-8", "surrogateescape").splitlines():
        if row.startswith("== "):
            rows = found.setdefault(row[3:], [])
            continue
        cells = row.split("\t")
        cells[2] = ",".join(sorted(cells[2].split(",")))
        cells[5] = ",".join(sorted(cells[5].split(",")))
        rows.append(tuple(cells))
    return found


def compare(path, rows):
    parsed = lines_of(path)
    if parsed is None:
        return 0, 0
    wanted = [(str(x.lineno), expected(x)) for x in parsed]
    sure = [w for _, w in wanted if w is not None]
    unsure = {number for number, w in wanted if w is None}
    seen = [r for r in rows if r[0] not in unsure]
    if sure != seen:
        print(path, open(path, "rb").read(), "\n  pip:", sure, "\n  vedette:", seen)
    return len(sure), sure != seen


def main():
    program, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    corpus = "fuzz/corpus/requirements/"
    with tempfile.TemporaryDirectory() as folder:
        paths = list(generate(folder, random.Random(seed)))
        paths += sorted(corpus + name for name in os.listdir(corpus) if name != "conda.txt")
        found = ours(program, paths)
        results = [compare(path, found[path]) for path in paths]
    requirements, wrong = (sum(column) for column in zip(*results))
    print("%d files, %d requirements, %d files differ" % (len(results), requirements, wrong))
    return 1 if wrong or requirements < FILES else 0


if __name__ == "__main__":
    sys.exit(main())
