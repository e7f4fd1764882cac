#!/usr/bin/python3
"""Compares the digest of a folder and the reading of model.sig with a computation by hashlib and pathlib."""
import base64
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
IGNORED = ("model.sig", ".git", ".gitattributes", ".github", ".gitignore")


def ask(*arguments):
    run = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, check=True)
    return [line.split("\t") for line in run.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1]]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def expected(root):
    """The manifest as model signing defines it: sorted by PurePosixPath, links left out."""
    files = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = pathlib.Path(folder, name)
            relative = pathlib.PurePosixPath(path.relative_to(root))
            if not path.is_symlink() and relative.parts[0] not in IGNORED:
                files[relative] = digest(path)
    ordered = sorted(files.items())
    whole = hashlib.sha256(b"".join(bytes.fromhex(d) for _, d in ordered)).hexdigest()
    return [["root", whole, ""]] + [["file", d, str(p)] for p, d in ordered]


def make(root, draw):
    parts = ["a", "a-b", "a.b", "ab", "a b", "A", "é", "z0", ".git", ".gitignore", "model.sig", "config.json", "\U0001f600", "\uffee"]
    for _ in range(draw.randint(1, 60)):
        path = root.joinpath(*draw.choices(parts, k=draw.randint(1, 4)))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(draw.randbytes(draw.choice([0, 1, 63, 64, 65, 4096, 70000])))
        except OSError:
            pass  # a file and a folder of one name


def bundle(statement):
    payload = base64.b64encode(json.dumps(statement).encode()).decode()
    envelope = {"payload": payload, "payloadType": "application/vnd.in-toto+json", "signatures": [{"sig": "AA=="}]}
    return json.dumps({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {}, "dsseEnvelope": envelope})


def statements(manifest):
    """The statement that each version of model signing writes about a manifest."""
    files = [(name, d) for _, d, name in manifest[1:]]
    frame = {"_type": "https://in-toto.io/Statement/v1"}
    yield frame | {
        "subject": [{"name": "m", "digest": {"sha256": manifest[0][1]}}],
        "predicateType": "https://model_signing/signature/v1.0",
        "predicate": {
            "serialization": {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": list(IGNORED)},
            "resources": [{"name": n, "algorithm": "sha256", "digest": d} for n, d in files],
        },
    }
    yield frame | {
        "subject": [{"name": n, "digest": {"sha256": d}} for n, d in files],
        "predicateType": "https://model_signing/Digests/v0.1",
        "predicate": {"unused": "-"},
    }


def change(root, manifest, draw):
    """Changes, removes and adds one file each; returns what a comparison has to say."""
    names = [name for _, _, name in manifest[1:]]
    draw.shuffle(names)
    told = []
    if len(names) > 1:
        root.joinpath(names[0]).write_bytes(b"another content")
        root.joinpath(names[1]).unlink()
        told += [["changed", "", names[0]], ["missing", "", names[1]]]
    root.joinpath("added.bin").write_bytes(b"new")
    root.joinpath("link").symlink_to("/etc/passwd")
    return told + [["added", "", "added.bin"], ["not compared", "", "link"]]


def check_folder(number):
    draw = random.Random(number)
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as beside:
        root = pathlib.Path(name)
        make(root, draw)
        manifest = expected(root)
        assert ask(root) == manifest, number
        if len(manifest) == 1:
            return
        signatures = [pathlib.Path(beside, str(i)) for i in range(2)]
        for path, statement in zip(signatures, statements(manifest)):
            path.write_text(bundle(statement))
            assert ask(root, path) == manifest, number
        told = sorted(change(root, manifest, draw), key=lambda row: pathlib.PurePosixPath(row[2]))
        for path in signatures:
            found = [row for row in ask(root, path) if row[0] not in ("root", "file", "other")]
            assert found == told, (number, found, told)


for number in range(60):
    check_folder(number)
with tempfile.NamedTemporaryFile() as single:
    single.write(b"x" * 3_000_001)
    single.flush()
    d = digest(pathlib.Path(single.name))
    assert ask(single.name) == [["root", hashlib.sha256(bytes.fromhex(d)).hexdigest(), ""], ["file", d, "."]]
print("60 folders and a file agree")
