#!/usr/bin/env python3
"""Recounts what the feed readers must hand over, from the raw feeds and without our code: one line
`feed: records N, name N, ...`, where a name is an edge kind or a property. The numbers in
tests/test_feed_*.c come from here. Usage: bench/verify_feeds.py FEEDS"""
import collections
import csv
import glob
import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile

CWE = re.compile(r"(?<![A-Za-z0-9])CWE-0*([1-9]\d{0,4})(?![A-Za-z0-9])", re.I)
ISSUE = re.compile(r"https?://(?:www\.)?github\.com/([\w.-]{1,100})/([\w.-]{1,100})/(issues|pull)/"
                   r"([1-9]\d{0,9})(?=$|[/#?])", re.I | re.A)
EDB = re.compile(r"https?://(?:www\.)?exploit-db\.com/(?:exploits/)?([1-9]\d{0,9})(?=$|[/#?])", re.I)
CVE = re.compile(r"(?<![A-Za-z0-9])CVE-(?:1999|20\d\d)-\d{4,7}(?![A-Za-z0-9])")
NOTHING = {"n/a", "unknown", "unspecified", "-", ""}


def product(cpe):
    """part:vendor:product of a CPE 2.3 string or 2.2 URI, or None."""
    if not cpe or re.search(r"[\x00-\x20\x7f]", cpe):
        return None
    if cpe.startswith("cpe:2.3:"):
        parts = re.findall(r"((?:\\.|[^\\:])*)(?::|$)", cpe[8:])[:3]
        if len(parts) < 3 or any(p in ("*", "-", "") for p in parts):
            return None
        parts = [re.sub(r"\\(.)", r"\1", p) for p in parts]
    elif cpe.startswith("cpe:/"):
        parts = cpe[5:].split(":")[:3]
        if len(parts) < 3 or any(p in ("*", "-", "") for p in parts):
            return None
        parts = [re.sub("%([0-9a-fA-F]{2})", lambda m: chr(int(m.group(1), 16)), p) for p in parts]
    else:
        return None
    return ":".join(parts).lower() if parts[0].lower() in ("a", "o", "h") else None


class Record:
    def __init__(self):
        self.links, self.properties, self.defined = set(), set(), {"self"}

    def prop(self, name, value):
        if value:
            self.properties.add((name, value))

    def weakness(self, text):
        found = CWE.findall(text or "")
        self.links.update(("has_weakness", n) for n in found)
        return bool(found)

    def product(self, cpe):
        key = product(cpe)
        if key:
            self.links.add(("affects", "product", key))

    def reference(self, url, tags):
        m = ISSUE.match(url)
        if m:
            repo = f"{m.group(1)}/{m.group(2)}".lower()
            self.links.add(("reported_in", repo, m.group(4)))
            self.links.add(("member_of", repo, m.group(4)))
            self.defined.add((repo, m.group(4)))
        if not any(t.lower() == "exploit" or t == "x_refsource_EXPLOIT-DB" for t in tags):
            return
        m = EDB.match(url)
        if m:
            self.links.add(("exploits", m.group(1)))
        elif re.match(r"https?://[^/\s]\S*$", url, re.I):
            scheme, rest = url.split("://", 1)
            host, slash, path = rest.partition("/")
            key = scheme.lower() + "://" + host.lower() + (slash + path).rstrip("/")
            self.links.add(("exploits", key))
            self.defined.add(key)

    def affected(self, entry):
        if not isinstance(entry, dict):
            return
        status, versions = entry.get("defaultStatus"), entry.get("versions")
        if not (any(v.get("status") == "affected" for v in versions or []) or status == "affected"
                or (status is None and versions is None)):
            return
        m = re.match(r"https?://(?:pypi\.org|pypi\.python\.org)(?:/(.*))?$", entry.get("collectionURL") or "", re.I)
        if m:
            name = (entry.get("packageName") or "").strip()
            if not name and (m.group(1) or "").startswith("project/"):
                name = m.group(1).split("/")[1]
                name = "" if name == "pip" else name
            if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", name):
                self.links.add(("affects", "package", re.sub(r"[-_.]+", "-", name).lower()))
        for cpe in entry.get("cpes") or []:
            self.product(cpe)
        if not entry.get("cpes"):
            for key in ("vendor", "product"):
                name = (entry.get(key) or "").strip(" \t\r\n")
                if name.lower() not in NOTHING:
                    self.prop(key, name.encode()[:256])

    def configurations(self, nodes):
        for group in nodes or []:
            for node in group.get("nodes", []):
                if not node.get("negate"):
                    for m in node.get("cpeMatch", []):
                        if m.get("vulnerable"):
                            self.product(m.get("criteria"))

    def ssvc(self, content):
        points = [p for o in content.get("options", []) for p in o.items()]
        points += [(k, v) for k, v in content.items() if isinstance(v, str)]
        points += [(s["name"], s["values"][0]) for s in content.get("selections", [])]
        names = {"exploitation": "ssvc_exploitation", "automatable": "ssvc_automatable",
                 "technicalimpact": "ssvc_impact"}
        for key, value in points:
            name = names.get(key.replace(" ", "").lower())
            if name:
                self.prop(name, value.lower().replace("public ", ""))

    def date(self, name, text):
        if text and re.match(r"\d{4}-\d\d-\d\d", text):
            self.prop(name, text[:10])


def cve5(doc):
    r, meta = Record(), doc["cveMetadata"]
    if meta["state"] == "REJECTED":
        r.prop("status", "rejected")
        return r
    r.date("published", meta.get("datePublished"))
    r.date("modified", meta.get("dateUpdated"))
    containers = doc["containers"]
    for c in [containers["cna"]] + containers.get("adp", []):
        for metric in c.get("metrics", []):
            for key in metric:
                if key.startswith("cvss"):
                    r.prop("cvss", metric[key].get("vectorString"))
            other = metric.get("other", {})
            if other.get("type", "").lower().startswith("ssvc"):
                r.ssvc(other["content"])
            elif other.get("type") == "kev":
                r.date("kev_added", other["content"].get("dateAdded"))
        for p in c.get("problemTypes", []):
            for d in p["descriptions"]:
                if not r.weakness(d.get("cweId")):
                    r.weakness(d.get("description"))
        for entry in c.get("affected", []):
            r.affected(entry)
        r.configurations(c.get("cpeApplicability"))
        for ref in c.get("references", []):
            r.reference(ref["url"], ref.get("tags", []))
        for tag in c.get("tags", []):
            if re.fullmatch(r"\S+", tag):
                r.prop("tag", tag)
        for t in c.get("taxonomyMappings", []):
            if t.get("taxonomyName", "").upper() == "ATT&CK":
                r.links.update(("maps_to", x["taxonomyId"]) for x in t.get("taxonomyRelations", []))
    return r


def nvd11(item):
    r, cve = Record(), item["cve"]
    text = next((d["value"] for d in cve["description"]["description_data"] if d["lang"] == "en"), "")
    if text.startswith("** REJECT **"):
        r.prop("status", "rejected")
        return r
    r.date("published", item.get("publishedDate"))
    r.date("modified", item.get("lastModifiedDate"))
    impact = item.get("impact", {})
    r.prop("cvss", impact.get("baseMetricV3", {}).get("cvssV3", {}).get("vectorString"))
    r.prop("cvss", impact.get("baseMetricV2", {}).get("cvssV2", {}).get("vectorString"))
    for p in cve["problemtype"]["problemtype_data"]:
        for d in p["description"]:
            r.weakness(d["value"])
    nodes = list(item.get("configurations", {}).get("nodes", []))
    while nodes:
        node = nodes.pop()
        if not node.get("negate"):
            nodes += node.get("children", [])
            for m in node.get("cpe_match", []):
                if m.get("vulnerable"):
                    r.product(m.get("cpe23Uri") or m.get("cpe22Uri"))
    for ref in cve["references"]["reference_data"]:
        r.reference(ref["url"], ref.get("tags", []))
    return r


def nvd2(item):
    r, cve = Record(), item["cve"]
    if cve.get("vulnStatus") == "Rejected":
        r.prop("status", "rejected")
        return r
    for name, key in (("published", "published"), ("modified", "lastModified"),
                      ("kev_added", "cisaExploitAdd"), ("kev_due", "cisaActionDue")):
        r.date(name, cve.get(key))
    for kind, metrics in cve.get("metrics", {}).items():
        for m in metrics:
            if kind.startswith("cvss"):
                r.prop("cvss", m["cvssData"]["vectorString"])
            elif kind == "ssvcV203":
                r.ssvc(m["ssvcData"])
    for w in cve.get("weaknesses", []):
        for d in w["description"]:
            r.weakness(d["value"])
    r.configurations(cve.get("configurations"))
    for part in cve.get("affected", []):
        for entry in part["affectedData"]:
            r.affected(entry)
    for ref in cve.get("references", []):
        r.reference(ref["url"], ref.get("tags", []))
    for part in cve.get("cveTags", []):
        for tag in part.get("tags", []):
            r.prop("tag", tag)
    return r


def nvd_records(feeds):
    for path in sorted(glob.glob(feeds + "/nvd/nvdcve-1.1-*.json.gz")):
        with gzip.open(path) as f:
            yield from map(nvd11, json.load(f)["CVE_Items"])


def sample_records(feeds, pattern):
    for path in glob.glob(feeds + "/cve/samples/" + pattern, recursive=True):
        with open(path, encoding="utf-8") as f:
            doc = json.load(f)
        yield from map(nvd2, doc["vulnerabilities"]) if "vulnerabilities" in doc else [cve5(doc)]


def kev(entry):
    r = Record()
    for name, key in (("kev_added", "dateAdded"), ("kev_due", "dueDate")):
        r.date(name, entry[key])
    for name, key in (("vendor", "vendorProject"), ("product", "product")):
        r.prop(name, entry[key].strip())
    if entry["knownRansomwareCampaignUse"] == "Known":
        r.prop("kev_ransomware", "known")
    cwes = entry["cwes"]
    for cwe in cwes.split(",") if isinstance(cwes, str) else cwes:
        r.weakness(cwe)
    return r


def exploitdb(row):
    r = Record()
    r.date("published", row["date_published"])
    for name in ("type", "platform"):
        r.prop(name, row[name])
    if row["verified"] == "1":
        r.prop("verified", "yes")
    r.links.update(("exploits", c) for c in CVE.findall(row["codes"]))
    return r


def metasploit(module):
    r = Record()
    r.date("published", module.get("disclosure_date"))
    r.prop("rank", str(module.get("rank", "")))
    r.prop("type", module.get("type"))
    for p in (module.get("platform") or "").split(","):
        r.prop("platform", p.strip().lower())
    for ref in module.get("references", []):
        if ref.startswith("CVE-"):
            r.links.update(("exploits", c) for c in CVE.findall(ref))
    return r


def nuclei(line):
    r, doc = Record(), json.loads(line)
    r.prop("severity", doc["Info"]["Severity"])
    r.links.add(("exploits", doc["ID"]))
    return r


def poc(doc):
    r = Record()
    r.defined = set()
    urls = {u.rstrip("/") for u in doc["poc"]["github"] if re.match(r"https?://(www\.)?github\.com/[\w.-]+/[\w.-]+", u)}
    kept = sorted(urls)[:50]
    r.defined.update(kept)
    r.links.update(("exploits", u) for u in kept)
    if len(urls) > 50:
        r.prop("more_pocs", len(urls) - 50)
    return r


def tar_records(path, read):
    with tarfile.open(path) as t:
        for m in t:
            if m.isfile() and m.name.endswith(".json"):
                yield read(json.load(t.extractfile(m)))


def tally(name, records):
    total = collections.Counter()
    for r in records:
        total["records"] += 1
        total["defined"] += len(r.defined)
        total["links"] += len(r.links)
        total["properties"] += len(r.properties)
        total.update(x[0] for x in r.links)
        total.update(x[0] for x in r.properties)
    first = ["records", "defined", "properties", "links"]
    rest = sorted(k for k in total if k not in first)
    print(f"{name}: " + ", ".join(f"{k} {total[k]}" for k in first + rest), flush=True)


def zip_records(path):
    with zipfile.ZipFile(path) as z:
        for n in z.namelist():
            if n.split("/")[-1].startswith("CVE-"):
                yield cve5(json.loads(z.read(n)))


def zstd_records(path):
    raw = subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as t:
        for m in t:
            if m.isfile() and m.name.split("/")[-1].startswith("CVE-"):
                yield cve5(json.load(t.extractfile(m)))


def main():
    feeds = sys.argv[1]
    tally("cve5", zip_records(feeds + "/cve/cvelistV5-main.zip"))
    tally("vulnrichment", zstd_records(glob.glob(feeds + "/cve/vulnrichment-*.tar.zst")[-1]))
    tally("nvd", nvd_records(feeds))
    with open(feeds + "/kev/known_exploited_vulnerabilities.json", encoding="utf-8") as f:
        tally("kev", map(kev, json.load(f)["vulnerabilities"]))
    for path in glob.glob(feeds + "/kev/known_exploited_vulnerabilities-*.csv"):
        with open(path, encoding="utf-8-sig", newline="") as f:
            tally("kev as CSV", map(kev, csv.DictReader(f)))
    with open(feeds + "/exploitdb/files_exploits.csv", encoding="utf-8", newline="") as f:
        tally("exploitdb", map(exploitdb, csv.DictReader(f)))
    with open(feeds + "/metasploit/modules_metadata_base.json", encoding="utf-8") as f:
        tally("metasploit", map(metasploit, json.load(f).values()))
    with open(feeds + "/nuclei-cves/cves.json", encoding="utf-8") as f:
        tally("nuclei", map(nuclei, f))
    tally("poc", tar_records(feeds + "/poc-trickest/main.tar.gz", poc))
    samples = ["CVE-2024-9422_API_v2.json", "nvdcve-2.0/*.json"]
    tally("nvd samples", (r for p in samples for r in sample_records(feeds, p)))
    samples = ["cve5/*.json", "cvelistV5/**/*.json"]
    tally("cve5 samples", (r for p in samples for r in sample_records(feeds, p)))


if __name__ == "__main__":
    main()
