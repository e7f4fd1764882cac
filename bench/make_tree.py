#!/usr/bin/python3
"""Writes a folder shaped like a large ML repository: 5,000 files, 300 of them manifests.

usage: bench/make_tree.py FOLDER [--files 5000] [--manifests 300] [--seed 1] [--reuse 0.8]

The same seed gives the same bytes. Half of the packages are the 400 with the longest history in
facts/, so that the scan has real matching to do. --reuse is the share of requirements that repeat how an
earlier manifest spelled that package, as parts of one repository do; 0 is the worst case, where
nearly every requirement is a component of its own.
"""
import argparse
import os
import random

KINDS = (("requirements.txt", 60), ("requirements-dev.txt", 10), ("pyproject.toml", 12), ("poetry.lock", 4),
         ("environment.yml", 6), ("setup.py", 4), ("Dockerfile", 4))


def packages(root):
    """(name, versions) of the packages facts/ knows, most versions first: the popular ones."""
    with open(os.path.join(root, "facts", "packages.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    table = [(name, versions.split()) for name, versions in rows if versions]
    return sorted(table, key=lambda row: (-len(row[1]), row[0]))[:400]


class Tree:
    def __init__(self, known, seed, reuse):
        self.random = random.Random(seed)
        self.known = known
        self.reuse = reuse
        self.spelled = {}  # package -> its requirement in an earlier manifest
        self.locked = {}  # package -> its version in an earlier lock file

    def package(self):
        if self.random.random() < 0.5:
            return self.random.choice(self.known)
        return f"inhouse-{self.random.randrange(3000)}", ["1.0", "1.1", "2.0"]

    def requirement(self):
        name, versions = self.package()
        if self.random.random() >= self.reuse or name not in self.spelled:
            self.spelled[name] = self.spelling(name, versions)
        return self.spelled[name]

    def version(self, name, versions):
        if self.random.random() >= self.reuse or name not in self.locked:
            self.locked[name] = self.random.choice(versions)
        return self.locked[name]

    def spelling(self, name, versions):
        version = self.random.choice(versions)
        kind = self.random.random()
        if kind < 0.14:
            return f"{name}=={version}"
        if kind < 0.45:
            return f"{name}>={version}"
        if kind < 0.55:
            return f"{name}>={versions[0]},!={version}"
        return name

    def requirements(self):
        return "".join(self.requirement() + "\n" for _ in range(self.random.randrange(3, 40)))

    def pyproject(self):
        items = ",\n".join(f'  "{self.requirement()}"' for _ in range(self.random.randrange(3, 25)))
        return f'[project]\nname = "part"\nversion = "1.0"\ndependencies = [\n{items}\n]\n'

    def poetry_lock(self):
        rows = []
        for _ in range(self.random.randrange(40, 160)):
            name, versions = self.package()
            digest = "%064x" % self.random.getrandbits(256)
            rows.append(f'[[package]]\nname = "{name}"\nversion = "{self.version(name, versions)}"\noptional = false\n'
                        f'files = [\n    {{file = "{name}.whl", hash = "sha256:{digest}"}},\n]\n')
        return "\n".join(rows) + '\n[metadata]\nlock-version = "2.0"\n'

    def environment(self):
        pip = "".join(f"      - {self.requirement()}\n" for _ in range(self.random.randrange(1, 15)))
        return f"name: part\nchannels: [conda-forge]\ndependencies:\n  - python=3.10\n  - pip\n  - pip:\n{pip}"

    def setup(self):
        items = ", ".join(repr(self.requirement()) for _ in range(self.random.randrange(2, 12)))
        return f"from setuptools import setup\n\nsetup(name='part', version='1.0', install_requires=[{items}])\n"

    def dockerfile(self):
        return f"FROM python:3.10\nRUN pip install '{self.requirement()}' '{self.requirement()}'\n"

    def manifest(self, kind):
        return {"pyproject.toml": self.pyproject, "poetry.lock": self.poetry_lock, "environment.yml": self.environment,
                "setup.py": self.setup, "Dockerfile": self.dockerfile}.get(kind, self.requirements)()

    def other(self):
        """A source file: lines of no interest to a dependency scan."""
        lines = self.random.randrange(5, 300)
        return "".join(f"value_{i} = compute({self.random.random()})\n" for i in range(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--manifests", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reuse", type=float, default=0.8)
    options = parser.parse_args()
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    tree = Tree(packages(root), options.seed, options.reuse)
    kinds, weights = zip(*KINDS)
    for number in range(options.files):
        if number < options.manifests:
            name = tree.random.choices(kinds, weights)[0]
            path = f"part{number % 20}/module{number}/{name}"
            text = tree.manifest(name)
        else:
            path = f"part{number % 20}/module{number % 700}/file{number}.{tree.random.choice(['py', 'md', 'json'])}"
            text = tree.other()
        full = os.path.join(options.folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)


if __name__ == "__main__":
    main()
