#!/usr/bin/env python3
"""Candidates for facts/curated/cpe.tsv, to be judged by a person: which product of NVD and the CVE list
stands beside which PyPI package of PYSEC and GHSA in the same CVEs. Prints the pairs that the table
does not have, then how it fares: CVEs it finds a package of, pairs it confirms and contradicts.
Needs python3-yaml and zstd. Usage: bench/cpe_candidates.py FEEDS [MINIMUM OF CVES IN COMMON]"""
import collections
import glob
import gzip
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import zipfile

import yaml

import verify_feeds

TABLE = pathlib.Path(__file__).parent.parent / "facts/curated/cpe.tsv"


def packages_by_cve(feeds):
    found = collections.defaultdict(set)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for name, ending in (("pysec", ".yaml"), ("ghsa", ".json")):
        with tarfile.open(f"{feeds}/{name}/main.tar.gz") as t:
            for m in t:
                if not m.isfile() or not m.name.endswith(ending):
                    continue
                text = t.extractfile(m).read()
                doc = yaml.load(text, loader) if ending == ".yaml" else json.loads(text)
                if not isinstance(doc, dict) or doc.get("withdrawn"):
                    continue
                names = {re.sub(r"[-_.]+", "-", a["package"]["name"]).lower() for a in doc.get("affected", [])
                         if a.get("package", {}).get("ecosystem") == "PyPI"}
                for i in [doc["id"]] + (doc.get("aliases") or []):
                    if i.startswith("CVE-"):
                        found[i] |= names
    return found


def records(feeds):
    for path in sorted(glob.glob(feeds + "/nvd/nvdcve-1.1-*.json.gz")):
        with gzip.open(path) as f:
            for item in json.load(f)["CVE_Items"]:
                yield item["cve"]["CVE_data_meta"]["ID"], verify_feeds.nvd11(item)
    with zipfile.ZipFile(feeds + "/cve/cvelistV5-main.zip") as z:
        for n in z.namelist():
            if n.split("/")[-1].startswith("CVE-"):
                yield pathlib.PurePath(n).stem, verify_feeds.cve5(json.loads(z.read(n)))
    raw = subprocess.run(["zstd", "-dcq", glob.glob(feeds + "/cve/vulnrichment-*.tar.zst")[-1]], check=True,
                         stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as t:
        for m in t:
            if m.isfile() and m.name.split("/")[-1].startswith("CVE-"):
                yield pathlib.PurePath(m.name).stem, verify_feeds.cve5(json.load(t.extractfile(m)))


def main():
    feeds, minimum = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    packages, products = packages_by_cve(feeds), collections.defaultdict(set)
    for cve, record in records(feeds):
        products[cve].update(x[2] for x in record.links if x[:2] == ("affects", "product"))
    table = {tuple(row.split("\t")[:2]) for row in TABLE.read_text().splitlines()[1:]}
    common = [cve for cve in packages if products[cve]]
    together = collections.Counter((p, k) for cve in common for p in products[cve] for k in packages[cve])
    for (product, package), n in together.most_common():
        if n >= minimum and (product, package) not in table:
            print(f"{n}\t{product}\t{package}")
    mapped = {cve: {k for p, k in table if p in products[cve]} for cve in common}
    confirmed = sum(n for pair, n in together.items() if pair in table)
    other = sum(p in products[c] and k not in packages[c] for c in common for p, k in table)
    print(f"{len(table)} rows: {sum(bool(mapped[c] & packages[c]) for c in common)} of {len(common)} CVEs find a "
          f"package, {confirmed} pairs confirmed, {other} not stated by the advisories")


if __name__ == "__main__":
    main()
