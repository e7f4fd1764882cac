"""A small mirror of four feeds in their upstream formats, all invented, and how to run `vedette update` on it."""
import gzip
import io
import json
import os
import subprocess
import tarfile
import tempfile

KEV = "kev/known_exploited_vulnerabilities.json"
EPSS = "epss/epss_scores-current.csv.gz"
PYSEC = "pysec/main.tar.gz"
ATLAS = "mitre-atlas/ATLAS.yaml"
ONLY = "kev,epss,pysec,atlas"
SETTINGS = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "vedette_db", "vd_shared")


def scratch(name):
    """A folder for a test; in memory where that is to be had, for what is tested is not the disk."""
    memory = "/dev/shm"
    return tempfile.mkdtemp(prefix=f"vd-{name}-", dir=memory if os.access(memory, os.W_OK) else None)


def advisory(number, fixed):
    return f"""id: PYSEC-2099-{number}
aliases: [CVE-2099-{1000 + number}]
modified: 2099-01-02T00:00:00Z
published: 2099-01-01T00:00:00Z
details: An invented flaw of an invented package.
affected:
- package: {{name: ours-{number}, ecosystem: PyPI}}
  ranges:
  - type: ECOSYSTEM
    events: [{{introduced: '0'}}, {{fixed: {fixed}}}]
"""


def archive(entries):
    """A tar.gz of (name, bytes or a tarfile.TarInfo)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for name, body in entries:
            if isinstance(body, tarfile.TarInfo):
                tar.addfile(body)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return out.getvalue()


class Mirror:
    """Files of feeds below `root`; each write gives a file a new modification time."""

    def __init__(self, root):
        self.root = root
        self.clock = 2_000_000_000
        self.kev(range(1001, 1006))
        self.epss({n: 0.25 for n in range(1001, 1006)})
        self.pysec({n: "1.0" for n in range(1, 9)})
        self.atlas(["Invented technique", "Another one"])

    def write(self, path, body):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(body if isinstance(body, bytes) else body.encode())
        self.clock += 10
        os.utime(full, (self.clock, self.clock))

    def read(self, path):
        with open(os.path.join(self.root, path), "rb") as f:
            return f.read()

    def kev(self, numbers, extra=()):
        entries = [{"cveID": f"CVE-2099-{n}", "dateAdded": "2099-01-01", "dueDate": "2099-01-21",
                    "vendorProject": "Ours", "product": "Ours", "vulnerabilityName": f"Invented {n}",
                    "knownRansomwareCampaignUse": "Unknown", "cwes": ["CWE-79"]} for n in numbers]
        self.write(KEV, json.dumps({"catalogVersion": "2099.01.02", "dateReleased": "2099-01-02T00:00:00Z",
                                    "vulnerabilities": entries + list(extra)}))

    def epss(self, scores, path=EPSS, date="2099-01-02"):
        rows = "".join(f"CVE-2099-{n},{p:.5f},0.50000\n" for n, p in scores.items())
        text = f"#model_version:v9,score_date:{date}T00:00:00+0000\ncve,epss,percentile\n{rows}"
        self.write(path, gzip.compress(text.encode(), mtime=0))

    def pysec(self, fixes, extra=()):
        entries = [(f"main/vulns/ours-{n}/PYSEC-2099-{n}.yaml", advisory(n, f).encode()) for n, f in fixes.items()]
        self.write(PYSEC, archive(entries + list(extra)))

    def atlas(self, names):
        lines = "".join(f"  - {{id: AML.T900{i}, name: {name}, tactics: [AML.TA9001]}}\n"
                        for i, name in enumerate(names))
        self.write(ATLAS, "id: ATLAS\nversion: 9.9.0\nmatrices:\n- id: ATLAS\n  tactics:\n"
                          f"  - {{id: AML.TA9001, name: Invented tactic}}\n  techniques:\n{lines}")


class Vedette:
    """The program, with a knowledge base and a cache of its own below `folder`."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.db = os.path.join(folder, "k.db")
        self.cache = os.path.join(folder, "cache")
        self.environment = {k: v for k, v in os.environ.items() if k.lower() not in SETTINGS}
        self.environment.update(HOME=folder, XDG_CACHE_HOME=os.path.join(folder, "xdg-cache"),
                                XDG_DATA_HOME=os.path.join(folder, "xdg-data"))

    def run(self, *words, timeout=120):
        return subprocess.run([self.program, *words], env=self.environment, capture_output=True, text=True,
                              timeout=timeout)

    def start(self, *words):
        return subprocess.Popen([self.program, *words], env=self.environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def update(self, source, *words, db=None):
        """(status, results by feed, everything said on standard error)"""
        done = self.run("update", "--from", source, "--cache", self.cache, "--db", db or self.db, "--format", "json",
                        *words)
        report = json.loads(done.stdout) if done.stdout else {"feeds": []}
        return done.returncode, {f["name"]: f for f in report["feeds"]}, done.stderr

    def graph(self, *words, db=None):
        done = self.run("graph", *words, "--db", db or self.db)
        return done.returncode, done.stdout + done.stderr
