#!/usr/bin/python3
"""Compares the tensors seen in HDF5 files with h5py: names, types, shapes and where contiguous data stands."""
import os
import random
import subprocess
import sys
import tempfile

from oracle import skip

try:
    import h5py
    import numpy
except ImportError:
    skip("python3-h5py is not installed")

PROGRAM = sys.argv[1]
TYPES = {"f2": "f16", "f4": "f32", "f8": "f64", "i1": "i8", "u1": "u8", "i2": "i16", "u2": "u16", "i4": "i32", "u4": "u32", "i8": "i64", "u8": "u64", "b1": "bool"}


def seen(path):
    out = subprocess.run([PROGRAM, path], check=True, capture_output=True, text=True).stdout
    return {line.split("\t")[0]: tuple(line.split("\t")[1:]) for line in out.splitlines()}


def expected(path):
    rows = {}

    def visit(name, item):
        if not isinstance(item, h5py.Dataset) or item.is_virtual:
            return
        kind = TYPES.get(item.dtype.str[1:], "other")
        offset = item.id.get_offset()
        size = item.dtype.itemsize
        for n in item.shape:
            size *= n
        inside = offset is not None and item.dtype.byteorder != ">" and item.external is None
        rows[name] = (kind, ",".join(str(n) for n in item.shape), str(offset) if inside else "0")

    with h5py.File(path, "r") as f:
        f.visititems(visit)
    return rows


def fill(group, draw, depth):
    for i in range(draw.randint(0, 6)):
        shape = tuple(draw.randint(0, 5) for _ in range(draw.randint(0, 4)))
        kind = draw.choice(["f2", "f4", "f8", "i1", "u1", "<i2", ">i4", "u4", "i8", "u8", "?"])
        how = {} if not shape or 0 in shape else draw.choice([{}, {"chunks": True}, {"compression": "gzip"}, {"shuffle": True, "compression": "lzf"}])
        group.create_dataset(f"d{i}:0", data=numpy.zeros(shape, kind), **how)
    for i in range(draw.randint(0, 2) if depth < 3 else 0):
        fill(group.create_group(f"g{i}"), draw, depth + 1)


def check(path):
    ours, theirs = seen(path), expected(path)
    if ours != theirs:
        for name in sorted(set(ours) | set(theirs)):
            if ours.get(name) != theirs.get(name):
                print(f"{path}: {name}: {ours.get(name)} is {theirs.get(name)}")
        sys.exit(1)
    return len(ours)


def main():
    draw, tensors, files = random.Random(4), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for i in range(120):
            path = os.path.join(folder, "x.h5")
            options = draw.choice([{}, {"libver": "latest"}, {"userblock_size": 512}])
            with h5py.File(path, "w", **options) as f:
                fill(f, draw, 0)
            tensors += check(path)
            files += 1
    print(f"{tensors} tensors of {files} files are as h5py sees them")


main()
