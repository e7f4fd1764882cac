"""What bench/mapper.py reads from the raw feeds: flaws with their texts and facets, techniques, curated mappings, chains."""
import csv
import glob
import gzip
import json
import math
import re
import subprocess
import tarfile
import zipfile

CVE_NAME = re.compile(r"(CVE-\d{4}-\d+)\.json$")
CVSS_PARTS = {"AV", "AC", "PR", "UI", "S", "C", "I", "A", "Au"}


class Flaw:
    """One CVE. descriptions and vectors are by source, the first of ORDER is used."""

    ORDER = ("cna", "nvd", "poc", "ghsa", "pysec")

    def __init__(self):
        self.descriptions, self.vectors = {}, {}
        self.cwe, self.products, self.evidence = set(), set(), set()
        self.kev = None

    def description(self):
        return next((self.descriptions[s] for s in self.ORDER if self.descriptions.get(s)), "")

    def text(self):
        if not self.kev:
            return self.description()
        return f"{self.description()} . {self.kev['vulnerabilityName']}. {self.kev['shortDescription']}"

    def vector(self):
        for start in ("CVSS:3", "CVSS:4", "AV"):
            for source in sorted(self.vectors):
                if self.vectors[source].startswith(start):
                    return self.vectors[source]
        return ""

    def facets(self, ancestors):
        parts = [p for p in self.vector().split("/") if p.split(":")[0] in CVSS_PARTS]
        up = {f"up:{a}" for w in self.cwe for a in [w, *ancestors(w)]}
        return sorted({*parts, *up, *self.products, *self.evidence})


def cwes(text):
    return re.findall(r"CWE-\d+", text or "")


class Feeds:
    def __init__(self, root):
        self.root = root
        with open(f"{root}/cwe/weaknesses.json", encoding="utf-8") as f:
            self.parents = {
                w["ID"]: [r["CweID"] for r in w.get("RelatedWeaknesses", []) if r["Nature"] == "ChildOf" and r["ViewID"] == "1000"]
                for w in json.load(f)["Weaknesses"]
            }
        self.read_attack()

    def ancestors(self, cwe):
        found, todo = [], [cwe[4:]]
        while todo:
            for parent in self.parents.get(todo.pop(), []):
                if f"CWE-{parent}" not in found:
                    found.append(f"CWE-{parent}")
                    todo.append(parent)
        return found

    # ---- techniques ----------------------------------------------------------------------------

    def read_attack(self):
        with open(f"{self.root}/mitre-attack/enterprise-attack.json", encoding="utf-8") as f:
            objects = json.load(f)["objects"]
        ids, self.techniques, dead = {}, {}, set()
        for o in objects:
            refs = [r["external_id"] for r in o.get("external_references", []) if r.get("source_name") == "mitre-attack"]
            if o["type"] != "attack-pattern" or not refs:
                continue
            ids[o["id"]] = refs[0]
            if o.get("revoked") or o.get("x_mitre_deprecated"):
                dead.add(refs[0])
            else:
                self.techniques[refs[0]] = (o["name"], plain(o.get("description", "")))
        successor = {
            ids[o["source_ref"]]: ids[o["target_ref"]]
            for o in objects
            if o["type"] == "relationship" and o["relationship_type"] == "revoked-by" and o["source_ref"] in ids and o["target_ref"] in ids
        }
        self.current = {}
        for old in dead:
            new = old
            for _ in range(8):
                new = successor.get(new, new)
            self.current[old] = new

    def alive(self, technique):
        technique = self.current.get(technique, technique)
        return technique if technique in self.techniques else None

    def alive_set(self, techniques):
        return {a for a in map(self.alive, techniques) if a}

    # ---- curated mappings ------------------------------------------------------------------------

    def ctid_kev(self, edition="attack-16.1"):
        found = {}
        for path in glob.glob(f"{self.root}/ctid-mappings/mappings/kev/{edition}/*/enterprise/*.json"):
            with open(path, encoding="utf-8") as f:
                for m in json.load(f)["mapping_objects"]:
                    found.setdefault(m["capability_id"], set()).add(m["attack_object_id"])
        return self.living(found)

    def attack_to_cve(self):
        found = {}
        with open(f"{self.root}/attack_to_cve/Att&ckToCveMappings.csv", encoding="utf-8-sig", newline="") as f:
            for row in csv.DictReader(f):
                columns = ("Primary Impact", "Secondary Impact", "Exploitation Technique", "Uncategorized")
                named = re.findall(r"T\d{4}(?:\.\d{3})?", " ".join(row[c] or "" for c in columns))
                found.setdefault(row["CVE ID"].strip(), set()).update(named)
        return self.living(found)

    def living(self, mappings):
        current = {cve: self.alive_set(t) for cve, t in mappings.items()}
        return {cve: t for cve, t in sorted(current.items()) if t}

    # ---- chains --------------------------------------------------------------------------------------

    def chains(self, flaws):
        """{(CWE, technique): weight} as docs/mapping.md weighs them; flaws give the rarity."""
        with open(f"{self.root}/capec/stix-capec.json", encoding="utf-8") as f:
            patterns = [o for o in json.load(f)["objects"] if o["type"] == "attack-pattern" and o.get("x_capec_status") != "Deprecated"]
        ways, named = [], {}
        for o in patterns:
            refs = o["external_references"]
            weak = [r["external_id"] for r in refs if r["source_name"] == "cwe"]
            uses = self.alive_set(f"T{r['external_id'].lstrip('T')}" for r in refs if r["source_name"] == "ATTACK")
            for w in weak:
                named[w] = named.get(w, 0) + 1
            ways.append((weak, uses))
        reach = {}
        for weak, uses in ways:
            for w in weak:
                reach.setdefault(w, set()).update(uses)
        weakened = [f for f in flaws.values() if f.cwe]
        spread = {}
        for f in weakened:
            for t in set().union(*(reach.get(w, set()) for w in f.cwe)):
                spread[t] = spread.get(t, 0) + 1
        weights, all_flaws = {}, max(len(weakened), 2)
        for weak, uses in ways:
            for w in weak:
                depth = 1 - 2.0 ** -len(self.ancestors(w))
                for t in uses:
                    rarity = math.log(all_flaws / spread.get(t, 1)) / math.log(all_flaws)
                    value = depth / named[w] / len(uses) / math.sqrt(len(weak)) * rarity
                    weights[w, t] = max(weights.get((w, t), 0), value)
        return weights

    # ---- flaws ----------------------------------------------------------------------------------------

    def flaws(self, wanted):
        found = {cve: Flaw() for cve in wanted}
        self.read_cve5(found)
        self.read_nvd(found)
        self.read_poc(found)
        self.read_kev(found)
        self.read_exploits(found)
        return found

    def rows(self, flaws, more=None):
        """{CVE: [text, weaknesses, facets]} for the program; more holds further facets."""
        out = {}
        for cve, flaw in flaws.items():
            facets = set(flaw.facets(self.ancestors)) | (more or {}).get(cve, set())
            out[cve] = [field(flaw.text()), "|".join(sorted(flaw.cwe)), "|".join(sorted(map(field, facets)))]
        return out

    def read_cve5(self, found):
        with zipfile.ZipFile(f"{self.root}/cve/cvelistV5-main.zip") as z:
            for name in z.namelist():
                m = CVE_NAME.search(name)
                if m and m[1] in found:
                    take_cve5(found[m[1]], json.loads(z.read(name)), "a")
        with subprocess.Popen(["zstd", "-dc", f"{self.root}/cve/vulnrichment-2025-01-24.tar.zst"], stdout=subprocess.PIPE) as p:
            with tarfile.open(fileobj=p.stdout, mode="r|") as t:
                for member in t:
                    m = CVE_NAME.search(member.name)
                    if m and m[1] in found:
                        take_cve5(found[m[1]], json.load(t.extractfile(member)), "b")

    def read_nvd(self, found):
        for path in glob.glob(f"{self.root}/nvd/nvdcve-1.1-*.json.gz"):
            with gzip.open(path, "rt", encoding="utf-8") as f:
                items = json.load(f)["CVE_Items"]
            for item in items:
                flaw = found.get(item["cve"]["CVE_data_meta"]["ID"])
                if flaw is None:
                    continue
                flaw.descriptions["nvd"] = " ".join(d["value"] for d in item["cve"]["description"]["description_data"] if d["lang"] == "en")
                flaw.cwe.update(w for p in item["cve"]["problemtype"]["problemtype_data"] for d in p["description"] for w in cwes(d["value"]))
                impact = item.get("impact", {})
                for metric, part in (("baseMetricV3", "cvssV3"), ("baseMetricV2", "cvssV2")):
                    if metric in impact:
                        flaw.vectors["nvd" + part] = impact[metric][part]["vectorString"]
                cpes = sorted({tuple(c.split(":")[2:5]) for c in re.findall(r"cpe:2\.3:[aoh]:[^:\"]+:[^:\"]+", json.dumps(item.get("configurations", {})))})
                for part, vendor, product in cpes[:5]:
                    flaw.products.update({f"part={part}", f"v={vendor.replace('_', ' ')}", f"p={product.replace('_', ' ')}"})

    def read_poc(self, found):
        with tarfile.open(f"{self.root}/poc-trickest/main.tar.gz") as t:
            for member in t:
                m = CVE_NAME.search(member.name)
                if m and m[1] in found:
                    d, flaw = json.load(t.extractfile(member)), found[m[1]]
                    flaw.descriptions["poc"] = d.get("description") or ""
                    flaw.cwe.update(cwes(" ".join(map(str, d.get("vulnerability") or []))))
                    add_product(flaw, "", str(d.get("product") or ""))

    def read_kev(self, found):
        with open(f"{self.root}/kev/known_exploited_vulnerabilities.json", encoding="utf-8") as f:
            for entry in json.load(f)["vulnerabilities"]:
                flaw = found.get(entry["cveID"])
                if flaw is None:
                    continue
                flaw.kev = entry
                flaw.cwe.update(entry.get("cwes", []))
                flaw.evidence.update({"kev", "ransom:" + entry["knownRansomwareCampaignUse"]})
                add_product(flaw, entry["vendorProject"], entry["product"])

    def read_exploits(self, found):
        with open(f"{self.root}/nuclei-cves/cves.json", encoding="utf-8") as f:
            for line in f:
                flaw = found.get(json.loads(line)["ID"])
                if flaw is not None:
                    flaw.evidence.add("nuclei")
        with open(f"{self.root}/metasploit/modules_metadata_base.json", encoding="utf-8") as f:
            for module in json.load(f).values():
                for reference in set(module.get("references", [])) & found.keys():
                    found[reference].evidence.update({"msf:" + module["type"], "msf:" + "/".join(module["fullname"].split("/")[:3])})
        with open(f"{self.root}/exploitdb/files_exploits.csv", encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                for code in set((row["codes"] or "").split(";")) & found.keys():
                    found[code].evidence.update({"edb:" + row["type"], "edb:" + row["type"] + row["platform"]})


def field(text):
    """Text without the separators of the program's input."""
    return " ".join(text.replace("|", " ").split())


def plain(text):
    text = re.sub(r"\(Citation:[^)]*\)|<[^>]+>", " ", text)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def add_product(flaw, vendor, product):
    for kind, name in (("v", vendor), ("p", product)):
        name = name.strip().lower()
        if name and name != "n/a":
            flaw.products.add(f"{kind}={name}")


def take_cve5(flaw, record, rank):
    containers = record.get("containers", {})
    named = [("cna", containers.get("cna", {}))] + [("adp", c) for c in containers.get("adp", [])]
    for source, c in named:
        texts = [d["value"] for d in c.get("descriptions", []) if d.get("lang", "").startswith("en")]
        if texts:
            flaw.descriptions.setdefault(source, " ".join(texts))
        for p in c.get("problemTypes", []):
            for d in p.get("descriptions", []):
                flaw.cwe.update(cwes(f"{d.get('cweId') or ''} {d.get('description') or ''}"))
        for m in c.get("metrics", []):
            for key in ("cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"):
                if m.get(key, {}).get("vectorString"):
                    flaw.vectors.setdefault(rank + source + key, m[key]["vectorString"])
        for a in c.get("affected", [])[:5]:
            add_product(flaw, a.get("vendor") or "", a.get("product") or "")
