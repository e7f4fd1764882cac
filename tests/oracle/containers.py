"""Compares the members that vedette sees in honest zips and tars with those of Python's zipfile and tarfile."""

import io
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

CASES = 200
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def random_name(rng, n):
    parts = ["".join(rng.choices("abcxyzäλ _-.", k=rng.randint(1, 12))).strip(". ") or "n" for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.1:
        parts.insert(0, "long" * rng.randint(20, 60))
    return "/".join(parts) + str(n)


def random_data(rng):
    kind = rng.random()
    size = rng.choice([0, 1, 100, 5000, rng.randint(0, 70000)])
    return rng.randbytes(size) if kind < 0.4 else (b"PK\3\4 PK\5\6 PK\1\2 text " * (size // 20 + 1))[:size]


class NoSeek(io.RawIOBase):
    """Makes zipfile write data descriptors."""

    def __init__(self, path):
        self.file = open(path, "wb")

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)

    def close(self):
        if not self.closed:
            self.file.close()
        super().close()


def write_zip(rng, path):
    out = NoSeek(path) if rng.random() < 0.3 else open(path, "wb")
    with out, zipfile.ZipFile(out, "w") as z:
        for n in range(rng.randint(0, 12)):
            info = zipfile.ZipInfo(random_name(rng, n), (2020, 1, 1, 0, 0, 0))
            info.compress_type = rng.choice(METHODS)
            if rng.random() < 0.2:
                info.extra = b"FB\x04\x00" + bytes(4)
            with z.open(info, "w", force_zip64=rng.random() < 0.2) as f:
                f.write(random_data(rng))
        if rng.random() < 0.3:
            z.comment = bytes(rng.choices(b"comment ", k=rng.randint(1, 300)))


def write_tar(rng, path):
    form = rng.choice([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    with tarfile.open(path, "w", format=form) as t:
        for n in range(rng.randint(1, 12)):
            name = random_name(rng, n)
            data = random_data(rng)
            info = tarfile.TarInfo(name[:90] if form == tarfile.USTAR_FORMAT else name)
            info.size = len(data)
            info.mtime = rng.choice([0, 1.5, 1 << 34]) if form == tarfile.PAX_FORMAT else 0
            t.addfile(info, io.BytesIO(data))


def members_of(path):
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as z:
            infos = z.infolist()
            return [(i.orig_filename.encode("utf-8" if i.flag_bits & 0x800 else "cp437"), z.read(i)) for i in infos]
    with tarfile.open(path) as t:
        return [(i.name.encode(), t.extractfile(i).read()) for i in t.getmembers()]


def main():
    rng = random.Random(4)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for n in range(CASES):
            for write in write_zip, write_tar:
                path = os.path.join(folder, f"{n}.{write.__name__[6:]}")
                write(rng, path)
                paths.append(path)
        told = subprocess.run([sys.argv[1], *paths], check=True, capture_output=True, text=True).stdout
        wanted, members = [], 0
        for path in paths:
            wanted.append(f"file {path}")
            for name, data in members_of(path):
                members += 1
                wanted.append(f"m {name.hex()} {len(data)} {zlib.crc32(data):08x}")
        lines = told.split("\n")[:-1]
        different = [(a, b) for a, b in zip(wanted, lines) if a != b]
        print(f"{len(paths)} archives, {members} members, {len(different)} different")
        for pair in different[:5]:
            print("wanted %s\n   got %s" % pair)
        return int(bool(different) or len(wanted) != len(lines) or members < CASES)


if __name__ == "__main__":
    sys.exit(main())
