"""An independent reading of the simple manifest kinds: which packages does each file name?

Standard library and python3-packaging only. Kept deliberately plain: line joining for requirements
files, tomllib for TOML, configparser for setup.cfg. Kinds that need more (setup.py, Conda, Dockerfiles,
SBOMs) are not read here.
"""
import configparser
import json
import os
import re
import tomllib

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name


def requirement_name(text):
    """The package a PEP 508 text names, or None."""
    try:
        return canonicalize_name(Requirement(text).name)
    except InvalidRequirement:
        return None


def requirement_lines(text):
    """Logical lines as pip joins them: comments cut, backslash continues."""
    joined = ""
    for line in text.lstrip("\ufeff").splitlines():
        if line.lstrip().startswith("#"):
            joined, line = "", joined  # a comment line ends a continuation
        if line.endswith("\\"):
            joined += line[:-1]
            continue
        line = re.sub(r"(^|\s)#.*$", "", joined + line).strip()
        joined = ""
        if line:
            yield line
    if joined.strip():
        yield joined.strip()


def url_name(line):
    """The package a bare URL is likely to hold: what it says, the wheel's name, or the repository's."""
    if not re.match(r"[a-z+]+://", line):
        return None
    egg = re.search(r"#egg=([A-Za-z0-9._-]+)", line)
    last = re.sub(r"[#?].*", "", line).rstrip("/").rsplit("/", 1)[-1]
    if egg:
        return canonicalize_name(egg[1])
    if last.endswith(".whl"):
        return canonicalize_name(last.split("-")[0])
    return canonicalize_name(re.sub(r"(\.git)?(@.*)?$", "", last)) if "+" in line.split("://")[0] else None


def read_requirements(text):
    names = set()
    for line in requirement_lines(text):
        editable = re.match(r"(-e|--editable)[ =]\s*(.*)", line)
        if line.startswith("-") and not editable:
            continue
        line = editable[2] if editable else line
        line = re.split(r"\s+--?[a-z]", line)[0].strip()
        if line[:1] in "\"'" and line[-1:] == line[:1]:
            line = line[1:-1]
        name = url_name(line) or requirement_name(line)
        if name:
            names.add(name)
    return names


def tables(document, *path):
    for part in path:
        document = document.get(part, {}) if isinstance(document, dict) else {}
    return document


def read_pyproject(text):
    document = tomllib.loads(text)
    texts = list(tables(document, "project").get("dependencies", []))
    for group in tables(document, "project", "optional-dependencies").values():
        texts += group
    for group in tables(document, "dependency-groups").values():
        texts += [t for t in group if isinstance(t, str)]
    for group in tables(document, "tool", "pdm", "dev-dependencies").values():
        texts += group
    texts += tables(document, "tool", "uv").get("dev-dependencies", [])
    texts += tables(document, "build-system").get("requires", [])
    for environment in tables(document, "tool", "hatch", "envs").values():
        texts += environment.get("dependencies", []) + environment.get("extra-dependencies", [])
    poetry = tables(document, "tool", "poetry")
    named = [*poetry.get("dependencies", {}), *poetry.get("dev-dependencies", {})]
    for group in poetry.get("group", {}).values():
        named += group.get("dependencies", {})
    return ({requirement_name(t) for t in texts} | {canonicalize_name(n) for n in named if n != "python"}) - {None}


def read_lock(text):
    """poetry.lock, uv.lock, pdm.lock and pylock.toml all list [[package]] or [[packages]]."""
    document = tomllib.loads(text)
    packages = document.get("package", []) + document.get("packages", [])
    return {canonicalize_name(p["name"]) for p in packages}


def read_pipfile_lock(text):
    document = json.loads(text)
    return {canonicalize_name(n) for s, packages in document.items() if s != "_meta" for n in packages}


def read_setup_cfg(text):
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    blocks = [parser.get("options", key, fallback="") for key in ("install_requires", "setup_requires", "tests_require")]
    if parser.has_section("options.extras_require"):
        blocks += [value for _, value in parser.items("options.extras_require")]
    lines = [re.sub(r"(^|\s)#.*$", "", line).strip() for block in blocks for line in block.splitlines()]
    return {requirement_name(line) for line in lines} - {None}


def is_requirements(path):
    folder, name = os.path.split(path.lower())
    if not name.endswith((".txt", ".in")):
        return False
    return "requirements" in name or "requirements" in folder.split("/")


READERS = [
    (is_requirements, read_requirements),
    (lambda p: os.path.basename(p) == "pyproject.toml", read_pyproject),
    (lambda p: os.path.basename(p) in ("poetry.lock", "uv.lock", "pdm.lock")
     or re.fullmatch(r"pylock(\..+)?\.toml", os.path.basename(p)), read_lock),
    (lambda p: os.path.basename(p) == "Pipfile.lock", read_pipfile_lock),
    (lambda p: os.path.basename(p) == "setup.cfg", read_setup_cfg),
]

SKIPPED = {".git", "node_modules", "__pycache__"}


def read_tree(target):
    """relative path -> set of package names, for every file one of the readers can read."""
    found = {}
    for folder, folders, files in os.walk(target):
        folders[:] = sorted(f for f in folders if f not in SKIPPED)
        for name in files:
            full = os.path.join(folder, name)
            path = os.path.relpath(full, target)
            reader = next((r for wants, r in READERS if wants(path)), None)
            if reader is None or not os.path.isfile(full) or os.path.islink(full):
                continue
            try:
                with open(full, encoding="utf-8", errors="surrogateescape") as f:
                    found[path] = reader(f.read())
            except (ValueError, configparser.Error, AttributeError, KeyError, TypeError):
                continue  # not readable here: nothing to compare
    return found
