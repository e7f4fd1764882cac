#!/usr/bin/python3
"""Writes the evaluation corpus of model inspection: bench/model_corpus.py OUT_DIR (docs/models-evaluation.md).

Everything is generated, with the real producers where Debian has them; nothing is loaded or run. Payloads would print a line or
run `true`. OUT_DIR/labels.tsv says of each file: path, label (malicious, benign, caution), technique, format, source, and for
caution why it counts in no rate. Two runs on the same packages write the same bytes.
"""
import hashlib
import os
import sys
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import model_benign  # noqa: E402
import model_malicious_formats  # noqa: E402
import model_malicious_pickles  # noqa: E402


class Corpus:
    def __init__(self, folder):
        self.folder, self.rows, self.digest = folder, [], hashlib.sha256()

    def add(self, path, data, label, technique, fmt, source="generated", why=""):
        path = f"{label}/{path}"
        where = os.path.join(self.folder, path)
        assert not os.path.exists(where), path
        os.makedirs(os.path.dirname(where), exist_ok=True)
        with open(where, "wb") as f:
            f.write(data)
        self.rows.append((path, label, technique, fmt, source, why))
        self.digest.update(path.encode() + b"\0" + data)

    def close(self):
        with open(os.path.join(self.folder, "labels.tsv"), "w", encoding="utf-8") as f:
            f.write("# path\tlabel\ttechnique\tformat\tsource\twhy\n")
            f.writelines("\t".join(row) + "\n" for row in self.rows)
        print(f"{len(self.rows)} files: " + ", ".join(f"{n} {k}" for k, n in sorted(Counter(r[1] for r in self.rows).items())))
        print(f"{len({r[2] for r in self.rows if r[1] == 'malicious'})} techniques, formats: " + ", ".join(sorted({r[3] for r in self.rows})))
        print("sha256 of all:", self.digest.hexdigest())


def main():
    if len(sys.argv) != 2 or os.path.exists(sys.argv[1]):
        sys.exit("usage: bench/model_corpus.py OUT_DIR  (OUT_DIR must not exist)")
    if os.environ.get("PYTHONHASHSEED") != "0":  # TorchScript writes sets in their order
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    out = Corpus(sys.argv[1])
    model_malicious_pickles.add_pickles(out)
    model_malicious_formats.add_formats(out)
    model_benign.add_benign(out)
    out.close()


if __name__ == "__main__":
    main()
