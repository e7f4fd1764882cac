#!/usr/bin/python3
"""`kill -9` at random moments of an update: the knowledge base opens, is whole, and the next update mends it.

usage: kill.py PROGRAM [--rounds N] [--seed N] [--feeds DIR] [--only FEEDS]

Each round starts from one of two states, by turns: from nothing, or from an older state of the same feeds (their days
differ, so every feed is read again), is killed after a random part of the time an undisturbed update takes, and then has to
- open and pass `graph verify` but for one check: that what follows from the feeds is as new as they are. A kill between
  the last feed and that step leaves it behind, and the next update mends it;
- complete the next update, after which the content is that of an undisturbed one and every check passes.
Without --feeds, a small mirror of its own; the ctest takes some feeds of $VD_SHARED when it is there.
"""
import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time

from feed_mirror import ONLY, Mirror, Vedette, scratch

LATE = "what follows from the feeds is as new as they are"
SOME = "kev,atlas,avid,owasp_llm,cosai"
# Live statements by the keys of what they are about: row ids and days differ with the way there.
CONTENT = (
    "SELECT s.name,d.key,d.hash FROM document d JOIN source s ON s.id=d.source WHERE d.until IS NULL",
    "SELECT n.kind,n.key,c.kind,c.key,n.name,n.class,n.position,n.rank FROM node n "
    "JOIN node c ON c.id=n.canon WHERE n.rank IS NOT NULL",
    "SELECT s.name,d.key,a.key,e.kind,b.key,coalesce(x.key,''),p.source,p.method,e.confidence,e.evidence FROM edge e "
    "JOIN document d ON d.id=e.document JOIN source s ON s.id=d.source JOIN node a ON a.id=e.src JOIN node b ON "
    "b.id=e.dst LEFT JOIN node x ON x.id=e.context JOIN provenance p ON p.id=e.provenance WHERE e.until IS NULL",
    "SELECT s.name,d.key,n.key,p.name,p.value FROM property p JOIN document d ON d.id=p.document JOIN source s ON "
    "s.id=d.source JOIN node n ON n.id=p.node WHERE p.until IS NULL",
    "SELECT s.name,d.key,n.key,f.name,f.class,f.body FROM definition f JOIN document d ON d.id=f.document JOIN source s "
    "ON s.id=d.source JOIN node n ON n.id=f.node WHERE f.until IS NULL",
    "SELECT cve,epss,percentile FROM epss",
    "SELECT name,rank,version,date,records,bad,content,error FROM source",
    "SELECT count(*) FROM flaw", "SELECT count(*) FROM affected", "SELECT count(*) FROM kev", "SELECT id FROM alias",
    "SELECT d.key,a.data FROM advisory a JOIN document d ON d.id=a.document WHERE d.until IS NULL",
)


def content(db):
    """One number for all that holds, whatever the order it was written in."""
    connection = sqlite3.connect(db)
    connection.text_factory = bytes
    mask = (1 << 64) - 1
    sums = [sum(hash(row) & mask for row in connection.execute(query)) & mask for query in CONTENT]
    rows = [connection.execute(f"SELECT count(*) FROM ({query})").fetchone()[0] for query in CONTENT]
    connection.close()
    return sums, rows


def fail(message):
    print(message)
    sys.exit(1)


class Trial:
    def __init__(self, options, folder):
        self.feeds, self.only = options.feeds, options.only
        self.vedette = Vedette(os.path.realpath(options.program), folder)
        self.db = self.vedette.db
        self.old, self.whole = os.path.join(folder, "old.db"), os.path.join(folder, "whole.db")
        self.folder = folder

    def words(self, db, mirror=None):
        only = ["--only", self.only] if self.only else []
        return ["update", "--from", mirror or self.feeds, "--db", db, "--quiet", "--date", "2099-02-01", *only]

    def update(self, db, mirror=None):
        """Seconds an undisturbed update takes."""
        start = time.monotonic()
        done = self.vedette.run(*self.words(db, mirror), timeout=900)
        if done.returncode != 0:
            fail(f"an update failed: {done.stdout}{done.stderr}")
        return time.monotonic() - start

    def checks(self, db):
        """Names of the checks that do not hold."""
        done = self.vedette.run("graph", "verify", "--format", "json", "--db", db)
        if not done.stdout:
            fail(f"verify: status {done.returncode}: {done.stderr}")
        return [c["check"] for c in json.loads(done.stdout) if c["violations"]]

    def prepare(self, older):
        self.times = [self.update(self.whole)]
        self.wanted = content(self.whole)
        if older is None:
            shutil.copyfile(self.whole, self.old)
            age(self.old)
        else:
            self.update(self.old, older)
        shutil.copyfile(self.old, self.db)
        self.times.append(self.update(self.db))
        if content(self.db)[1:] != self.wanted[1:]:
            fail(f"from the older state: {content(self.db)[1]}, from nothing: {self.wanted[1]} rows")
        print(f"undisturbed: {self.times[0]:.2f} s from nothing, {self.times[1]:.2f} s from an older state; "
              f"{sum(self.wanted[1])} rows compared")
        self.wanted = (self.wanted, content(self.db))

    def clear(self):
        for ending in ("", "-wal", "-shm", "-journal"):
            if os.path.exists(self.db + ending):
                os.unlink(self.db + ending)

    def round(self, number, share):
        older = number % 2
        self.clear()
        if older:
            shutil.copyfile(self.old, self.db)
        process = self.vedette.start(*self.words(self.db))
        time.sleep(share * self.times[older])
        process.send_signal(signal.SIGKILL)
        killed = process.wait() == -signal.SIGKILL
        late = self.inspect(number) if os.path.exists(self.db) and os.path.getsize(self.db) else []
        self.update(self.db)
        if self.checks(self.db):
            fail(f"round {number}: after the next update: {self.checks(self.db)}")
        if content(self.db) != self.wanted[older]:
            fail(f"round {number}: other content: {content(self.db)[1]}, wanted {self.wanted[older][1]} rows")
        return killed, bool(late)

    def inspect(self, number):
        broken = self.checks(self.db)
        if [name for name in broken if name != LATE]:
            fail(f"round {number}: after the kill: {broken}")
        return broken


def age(db):
    """Makes an update read every feed again: as if each edition had been another."""
    connection = sqlite3.connect(db)
    connection.execute("UPDATE source SET content=1 WHERE content IS NOT NULL")
    connection.execute("UPDATE document SET hash=hash+1 WHERE id%7=0")
    connection.commit()
    connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--feeds")
    parser.add_argument("--only")
    options = parser.parse_args()
    folder = scratch("kill")
    shared = os.path.join(os.environ.get("VD_SHARED", "/nonexistent"), "feeds")
    older = None
    if options.feeds is None and os.path.isdir(shared):
        options.feeds, options.only = shared, SOME
    elif options.feeds is None:
        options.feeds, options.only = os.path.join(folder, "mirror"), ONLY
        older = os.path.join(folder, "older")
        Mirror(older)
        new = Mirror(options.feeds)
        new.pysec({n: "2.0" if n % 3 else "1.0" for n in range(5, 200)})
        new.kev(range(1003, 1400))
    try:
        trial = Trial(options, folder)
        trial.prepare(older)
        generator, killed, late = random.Random(options.seed), 0, 0
        for number in range(options.rounds):
            results = trial.round(number, generator.random())
            killed, late = killed + results[0], late + results[1]
            if number % 20 == 19:
                print(f"{number + 1} rounds, {killed} killed in time, {late} late", flush=True)
        print(f"{options.rounds} rounds, {killed} killed in time, {late} left what is derived for the next update, "
              "all opened, verified and completed")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
