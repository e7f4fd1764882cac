"""What the oracle scripts share: talking to the C program, and the legacy version order."""
import re
import subprocess
import sys

SKIP = 77


def skip(why):
    print("skipped:", why)
    sys.exit(SKIP)


def encode(text):
    raw = text.encode("utf-8", "surrogateescape")
    return "".join(chr(b) if 0x20 <= b <= 0x7E and b != 0x5C else "\\x%02x" % b for b in raw)


def decode(text):
    raw = re.sub(rb"\\x(..)", lambda m: bytes([int(m[1], 16)]), text.encode("ascii"))
    return raw.decode("utf-8", "surrogateescape")


def ask(program, questions):
    """One answer for every question (a tuple of texts)."""
    text = "".join("\t".join(map(encode, q)) + "\n" for q in questions)
    run = subprocess.run([program], input=text, capture_output=True, encoding="ascii", check=True)
    answers = run.stdout.split("\n")[:-1]
    assert len(answers) == len(questions), (len(answers), len(questions))
    return answers


def legacy_key(version):
    """The list by which setuptools, and packaging until 21.3, ordered what is not PEP 440."""
    renamed = {"pre": "c", "preview": "c", "-": "final-", "rc": "c", "dev": "@"}
    key = []
    for part in re.split(r"([0-9]+|[a-z]+|\.|-)", version.lower()) + ["final"]:
        part = renamed.get(part, part)
        if part in ("", "."):
            continue
        if part[0] in "0123456789":
            key.append(part.zfill(8))
            continue
        part = "*" + part
        while part < "*final" and key and key[-1] == "*final-":
            key.pop()
        while key and key[-1] == "00000000":
            key.pop()
        key.append(part)
    return key


def order(a, b):
    return (a > b) - (a < b)
