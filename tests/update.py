#!/usr/bin/python3
"""`vedette update` end to end: from a mirror on loopback HTTP, with everything that can go wrong on the way.

usage: update.py PROGRAM [TEST...]
"""
import json
import os
import shutil
import socket
import sys
import tarfile
import time
import unittest
import zlib

from feed_mirror import ATLAS, EPSS, KEV, ONLY, PYSEC, Mirror, Vedette, advisory, scratch
from mirror_server import Fault, MirrorServer

PROGRAM = os.path.realpath(sys.argv[1])
BOMB = 260 << 20  # above VD_ARCHIVE_ENTRY_MAX
SHOWN = ("CVE-2099-1001", "CVE-2099-1005", "AML.T9000")


def bomb(head, byte, size):
    """`head` and `size` times `byte`, in gzip's format."""
    packer, piece = zlib.compressobj(1, zlib.DEFLATED, 31), byte * (1 << 20)
    return b"".join([packer.compress(head), *(packer.compress(piece) for _ in range(size >> 20)), packer.flush()])


def tar_bomb():
    info = tarfile.TarInfo("main/vulns/bomb/PYSEC-2099-99.yaml")
    info.size = BOMB
    return bomb(info.tobuf(), b"\0", BOMB + (1 << 20))


class UpdateTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch("update")
        self.addCleanup(shutil.rmtree, self.folder)
        self.root = os.path.join(self.folder, "mirror")
        self.mirror = Mirror(self.root)
        self.vedette = Vedette(PROGRAM, self.folder)
        self.server = self.enterContext(MirrorServer(self.root))

    def update(self, *words, faults=(), day="2099-01-02"):
        self.server.faults = [Fault(f) for f in faults]
        self.server.requests.clear()
        return self.vedette.update(self.server.url, "--only", ONLY, "--tries", "1", "--patience", "1", "--date", day,
                                   *words)

    def state(self):
        """What the knowledge base answers, and that it is whole."""
        status, said = self.vedette.graph("verify")
        self.assertEqual(status, 0, said)
        return [self.vedette.graph("show", name, "--format", "json") for name in SHOWN]

    def first(self):
        status, feeds, said = self.update()
        self.assertEqual(status, 0, said)
        self.assertEqual({f["outcome"] for f in feeds.values()}, {"updated"}, feeds)
        return self.state()

    # ---- what should happen ----

    def test_first_then_unchanged(self):
        before = self.first()
        with open(self.vedette.db, "rb") as f:
            self.assertEqual(f.read(19)[18], 2, "WAL mode")
        status, feeds, _ = self.update()
        self.assertEqual(status, 0)
        for name, feed in feeds.items():
            self.assertEqual(feed["outcome"], "unchanged", name)
            self.assertEqual((feed["files_asked"], feed["files_unchanged"], feed["bytes_received"]), (1, 1, 0), name)
        self.assertEqual(self.state(), before)

    def test_same_records_in_another_file_are_not_rewritten(self):
        before = self.first()
        self.mirror.pysec({n: "1.0" for n in range(8, 0, -1)})
        status, feeds, _ = self.update(day="2099-02-01")
        pysec = feeds["pysec"]
        self.assertEqual((status, pysec["outcome"], pysec["same"]), (0, "updated", 8))
        for count in ("added", "changed", "gone", "statements_opened", "statements_closed"):
            self.assertEqual(pysec[count], 0, count)
        self.assertEqual(self.state(), before)

    def test_changed_and_gone_records_stay_in_history(self):
        self.first()
        self.mirror.pysec({n: "2.0" if n == 1 else "1.0" for n in range(1, 8)})
        self.mirror.kev(range(1002, 1006))
        status, feeds, _ = self.update(day="2099-02-01")
        self.assertEqual(status, 0)
        self.assertEqual([feeds["pysec"][k] for k in ("added", "changed", "gone", "same")], [0, 1, 1, 6])
        self.assertEqual([feeds["kev"][k] for k in ("added", "gone", "same")], [0, 1, 4])
        self.assertEqual(feeds["atlas"]["outcome"], "unchanged")
        now, then = (self.vedette.graph("show", "CVE-2099-1001", *words)[1]
                     for words in ((), ("--as-of", "2099-01-15")))
        self.assertIn("kev_added", then)
        self.assertNotIn("kev_added", now)
        self.assertEqual(self.vedette.graph("verify")[0], 0)
        now, then = (self.vedette.graph("show", "PYSEC-2099-8", *words)[1]
                     for words in ((), ("--as-of", "2099-01-15")))
        self.assertIn("ours-8", then)
        self.assertNotIn("ours-8", now)

    def test_offline_reads_what_was_fetched(self):
        before = self.first()
        os.unlink(self.vedette.db)
        status, feeds, said = self.vedette.update(self.server.url, "--offline", "--only", ONLY, "--date", "2099-01-02")
        self.assertEqual(status, 0, said)
        self.assertEqual({f["outcome"] for f in feeds.values()}, {"updated"})
        self.assertEqual(self.state(), before)

    def test_an_index_names_dated_files_and_drops_old_ones(self):
        os.unlink(os.path.join(self.root, EPSS))
        day = "epss/epss_scores-2099-01-0{}.csv.gz"
        self.mirror.epss({1001: 0.5}, day.format(1), "2099-01-01")
        self.mirror.write("index.txt", f"{KEV}\n./{PYSEC}\n{day.format(1)}\n{ATLAS}\n")
        self.first()
        self.mirror.epss({1001: 0.75}, day.format(3), "2099-01-03")
        self.mirror.write("index.txt", f"{KEV}\n{PYSEC}\n{day.format(3)}\n")
        status, feeds, said = self.update()
        self.assertEqual(status, 0, said)
        self.assertEqual([feeds[n]["outcome"] for n in ("kev", "epss", "atlas")], ["unchanged", "updated", "absent"])
        self.assertEqual([n for n in os.listdir(f"{self.vedette.cache}/epss") if n.endswith(".gz")],
                         ["epss_scores-2099-01-03.csv.gz"])

    def test_dry_run_asks_nothing(self):
        url = self.server.url
        done = self.vedette.run("update", "--from", url, "--dry-run", "--only", "kev,nvd", "--db", self.vedette.db,
                                "--date", "2004-05-06")
        self.assertEqual(self.server.requests, [])
        self.assertEqual(done.returncode, 0)
        lines = [line.split()[-1] for line in done.stdout.splitlines()]
        years = [f"{url}/nvd/nvdcve-2.0-{y}.json.gz" for y in (2002, 2003, 2004)]
        self.assertEqual(lines, [f"{url}/index.txt", f"{url}/{KEV}", *years])
        self.assertEqual(sorted(os.listdir(self.folder)), ["mirror"])

    def test_dry_run_of_a_folder_keeps_nothing(self):
        status, feeds, _ = self.vedette.update(self.root, "--dry-run", "--only", "kev")
        self.assertEqual((status, feeds["kev"]["records"]), (0, 5))
        self.assertEqual(sorted(os.listdir(self.folder)), ["mirror"])

    def test_status_and_list(self):
        self.first()
        self.update(faults=[f"status=500@{KEV}"])
        done = self.vedette.run("update", "--status", "--format", "json", "--db", self.vedette.db, "--date",
                                "2099-01-12")
        states = {s["name"]: s for s in json.loads(done.stdout)}
        self.assertEqual((states["kev"]["age_days"], states["kev"]["records"]), (10, 5))
        self.assertIn("500", states["kev"]["failure"])
        self.assertIsNone(states["epss"]["failure"])
        done = self.vedette.run("update", "--status", "--db", self.vedette.db, "--date", "2099-01-12")
        self.assertRegex(done.stdout, r"(?m)^kev +10 d +2099\.01\.02 +5 +0 .*HTTP status 500")
        listed = json.loads(self.vedette.run("update", "--list", "--format", "json").stdout)
        self.assertTrue(all(f["licence"] and f["home"].startswith("https://") for f in listed))

    def test_a_reader_holds_nothing_up(self):
        self.first()
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        reader = self.vedette.start("graph", "stats", "--db", self.vedette.db, "--output", fifo)
        try:
            deadline = time.monotonic() + 30
            while not os.path.exists(self.vedette.db + "-shm"):  # where readers say that they are there
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)
            self.mirror.kev(range(1001, 1009))
            status, feeds, said = self.update()
            self.assertEqual((status, feeds["kev"]["added"]), (0, 3), said)
            self.assertIsNone(reader.poll(), "the reader was still at it")
        finally:
            with open(fifo, "rb") as f:
                f.read()
            self.assertEqual(reader.wait(30), 0)

    # ---- what may go wrong ----

    def breaks(self, feed, reason, faults=(), says_path=True):
        """The feed fails for that reason and all is as before; the others are read."""
        before = self.before
        self.extra += 1
        self.mirror.atlas(["Invented technique", f"Invented {self.extra}"])
        other = "atlas" if feed != "atlas" else "kev"
        status, feeds, said = self.update(faults=faults)
        self.assertEqual(status, 3, (feed, reason))
        self.assertEqual(feeds[feed]["outcome"], "failed", (reason, feeds[feed], said))
        self.assertRegex(feeds[feed]["error"], reason)
        if says_path:
            self.assertIn({"kev": KEV, "epss": EPSS, "pysec": PYSEC}[feed], feeds[feed]["error"])
        self.assertEqual(feeds[other]["outcome"], "updated")
        self.assertEqual([f["outcome"] for f in feeds.values()].count("failed"), 1, feeds)
        self.assertEqual(self.state(), before, (feed, reason))

    def begin(self):
        self.before, self.extra = self.first(), 0

    def test_servers_that_fail(self):
        self.begin()
        self.mirror.kev(range(1001, 1009))
        self.breaks("kev", "HTTP status 500", [f"status=500@{KEV}"])
        self.breaks("kev", "limit", [f"length=+2000000000@{KEV}"])
        self.breaks("kev", "broken off after 100 bytes", [f"stall=100@{KEV}"])
        self.breaks("kev", "[Tt]imeout|timed out|too slow", [f"silent@{KEV}"])
        self.breaks("kev", "sha-256", [f"digest=wrong@{KEV}"])
        self.breaks("kev", "HTTP status 404", [f"status=404@{KEV}"])
        status, feeds, _ = self.update()
        self.assertEqual((status, feeds["kev"]["added"]), (0, 3))

    def test_a_transfer_that_broke_goes_on(self):
        self.begin()
        self.mirror.kev(range(1001, 1021))
        size = len(self.mirror.read(KEV))
        self.breaks("kev", "broken off after 2000 bytes", [f"drop=2000@{KEV}"])
        status, feeds, _ = self.update()
        self.assertEqual((status, feeds["kev"]["added"], feeds["kev"]["bytes_received"]), (0, 15, size - 2000))

    def test_files_that_are_not_what_they_should_be(self):
        self.begin()
        whole = {path: self.mirror.read(path) for path in (KEV, EPSS, PYSEC)}
        self.mirror.write(KEV, whole[KEV][:-100])
        self.breaks("kev", "JSON|string|end|brace|structur")
        self.mirror.write(KEV, whole[KEV])
        self.mirror.write(PYSEC, whole[PYSEC][:len(whole[PYSEC]) // 2])
        self.breaks("pysec", "truncated|gzip|damaged|end")
        self.mirror.write(PYSEC, tar_bomb())
        self.breaks("pysec", "unpacks to too much")
        self.mirror.write(PYSEC, whole[PYSEC])
        self.mirror.write(EPSS, bomb(b"", b"\0", 1 << 20))
        self.breaks("epss", "epss.*: nothing in it is a document", says_path=False)
        self.mirror.write(EPSS, bomb(b"", b"0", BOMB))
        self.breaks("epss", "unpacks to too much")
        self.mirror.epss({})
        self.breaks("epss", "epss.*: it states nothing, where there were 5 records", says_path=False)
        self.mirror.write(EPSS, whole[EPSS])
        status, feeds, said = self.update()
        self.assertEqual(status, 0, said)
        self.assertEqual(self.state(), self.before)

    def test_hostile_names_stay_inside(self):
        link = tarfile.TarInfo("main/vulns/link/PYSEC-2099-70.yaml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        hostile = [("../../../evil/vulns/x/PYSEC-2099-71.yaml", advisory(71, "1.0").encode()),
                   ("/vulns/\x1b[2J/PYSEC-2099-72.yaml", b"id: ["), (link.name, link)]
        self.mirror.pysec({n: "1.0" for n in range(1, 9)}, hostile)
        with open(os.path.join(self.folder, "outside.json"), "w", encoding="utf-8") as f:
            f.write("{}")
        self.mirror.write("index.txt", f"{KEV}\n{PYSEC}\n{EPSS}\n{ATLAS}\n../outside.json\n/etc/passwd\n"
                                       "kev/../../x.csv\nkev/known_exploited_vulnerabilities/../../../evil.csv\n"
                                       "github-issues/../../outside.json\ngithub-issues/.hidden.json\n")
        status, feeds, said = self.update("--only", ONLY + ",issues")
        self.assertEqual(status, 0, said)
        self.assertNotIn("\x1b", said)
        self.assertEqual((feeds["issues"]["outcome"], feeds["pysec"]["bad"]), ("absent", 1), said)
        self.assertEqual(sorted(os.listdir(self.folder)), ["cache", "k.db", "mirror", "outside.json"])
        asked = [path for path, _ in self.server.requests]
        self.assertEqual([p for p in asked if ".." in p or "passwd" in p or "hidden" in p], [])

    def test_one_bad_record_sinks_nothing(self):
        self.first()
        self.mirror.kev(range(1001, 1006), [{"cveID": "no id", "dateAdded": "2099-01-01"}, None])
        self.mirror.pysec({n: "1.0" for n in range(1, 9)}, [("main/vulns/x/PYSEC-2099-50.yaml", b"id: [")])
        status, feeds, said = self.update()
        self.assertEqual(status, 0)
        self.assertEqual([(feeds[n]["outcome"], feeds[n]["same"], feeds[n]["bad"]) for n in ("kev", "pysec")],
                         [("updated", 5, 2), ("updated", 8, 1)])
        self.assertIn("PYSEC-2099-50.yaml", said)

    def test_without_a_network(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            nobody = f"http://127.0.0.1:{s.getsockname()[1]}"
        done = self.vedette.run("update", "--from", nobody, "--db", self.vedette.db, "--tries", "2")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stdout.count("offline?"), 1)
        self.assertEqual(done.stdout.count("(try 2)"), 2, "two feeds, then one try each")
        self.assertFalse(os.path.exists(self.vedette.db), "an empty one would hide the one that ships")

    def test_a_mirror_that_is_not_there(self):
        for words in (("--from", self.folder + "/none"), ("--offline",), ("--offline", "--cache", "/nope")):
            done = self.vedette.run("update", "--db", self.vedette.db, *words)
            self.assertEqual(done.returncode, 3, words)
            self.assertIn("vedette: ", done.stderr)
        self.assertFalse(os.path.exists(self.vedette.db))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
