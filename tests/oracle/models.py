#!/usr/bin/python3
"""Compares tensors, operators and metadata with what python3-onnx, python3-msgpack and R read from the same files."""
import glob
import os
import random
import shutil
import subprocess
import sys
import tempfile

from oracle import decode, skip

try:
    import msgpack
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError as missing:
    skip(f"{missing.name} is not installed")

PROGRAM = sys.argv[1]
TYPES = {"f4": "f32", "f8": "f64", "f2": "f16", "i1": "i8", "i2": "i16", "i4": "i32", "i8": "i64", "u1": "u8", "u2": "u16", "u4": "u32",
         "u8": "u64", "b1": "bool", "c8": "c64", "c16": "c128"}
draw = random.Random(1)


def short(array):
    return TYPES[array.dtype.str[1:]]


def ours(paths):
    """For each file what the C program says: properties, tensors, findings."""
    run = subprocess.run([PROGRAM], input="".join(p + "\n" for p in paths), capture_output=True, text=True, check=True)
    files = []
    for line in run.stdout.split("\n")[:-1]:
        kind, *parts = (decode(p) for p in line.split("\t"))
        if kind == "file":
            files.append({"path": parts[0], "property": {}, "tensor": [], "said": []})
        elif kind == "property":
            files[-1]["property"][parts[0]] = parts[1]
        else:
            files[-1][kind].append(parts)
    assert [f["path"] for f in files] == paths
    return files


def tensors_of(found):
    """(name, type, shape, bytes) of each tensor, the bytes cut from the file at the place we state."""
    with open(found["path"], "rb") as f:
        data = f.read()
    out = []
    for name, kind, shape, offset, size in found["tensor"]:
        out.append((name, kind, shape, data[int(offset) : int(offset) + int(size)] if int(size) else b""))
    return sorted(out)


def array(kinds):
    shape = [draw.randint(0, 5) for _ in range(draw.randint(0, 4))]
    return numpy.array(numpy.random.default_rng(draw.randint(0, 1 << 30)).integers(0, 2, shape)).astype(draw.choice(kinds))


def row(name, value):
    return (name, short(value), ",".join(map(str, value.shape)), value.tobytes())


def check_onnx(folder):
    kinds = [k for k in TYPES if k not in ("c16",)]
    paths, expected = [], []
    for i in range(60):
        weights = {f"w{k}": array(kinds) for k in range(draw.randint(0, 6))}
        nodes = [helper.make_node(draw.choice(["Add", "Mul", "Relu"]), ["x"], ["y"], name=f"n{k}") for k in range(draw.randint(1, 9))]
        held = numpy_helper.from_array(array(kinds), "")
        nodes.append(helper.make_node("Constant", [], ["c"], value=held))
        ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1]) for n in "xy"]
        stored = [numpy_helper.from_array(w, n) for n, w in weights.items()]
        body = helper.make_graph(nodes, "body", [], [])
        nodes = nodes + [helper.make_node("If", ["x"], ["z"], then_branch=body, else_branch=body)]
        model = helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:], stored), producer_name=f"p{i}", producer_version="2",
                                  opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 2)])
        paths.append(f"{folder}/{i}.onnx")
        onnx.save(model, paths[-1])
        again = onnx.load(paths[-1])
        read = [row(t.name, numpy_helper.to_array(t)) for t in again.graph.initializer]
        read += [row("", numpy_helper.to_array(held))] * 3
        expected.append((sorted(read), again))
    for found, (read, model) in zip(ours(paths), expected):
        assert tensors_of(found) == read, found["path"]
        p = found["property"]
        assert p["producer"] == f"{model.producer_name} {model.producer_version}" and p["ir version"] == str(model.ir_version)
        assert p["opset"] == "15" and p["opset ai.onnx.ml"] == "2"
        inner = sum(len(a.g.node) for n in model.graph.node for a in n.attribute)
        assert p["nodes"] == str(len(model.graph.node) + inner)
        assert not found["said"], found
    print(f"{len(paths)} ONNX models: {sum(len(r) for r, _ in expected)} tensors are those of onnx {onnx.__version__}")


def check_msgpack(folder):
    def packed(value):
        return msgpack.ExtType(1, msgpack.packb((value.shape, value.dtype.name, value.tobytes())))

    def tree(depth, path, rows):
        out = {}
        for k in range(draw.randint(1, 4)):
            name = f"k{k}"
            if depth and draw.random() < 0.6:
                out[name] = tree(depth - 1, path + [name], rows)
            else:
                value = array(list(TYPES))
                rows.append(row("/".join(path + [name]), value))
                out[name] = packed(value)
        return out

    paths, expected = [], []
    for i in range(60):
        rows = []
        paths.append(f"{folder}/{i}.msgpack")
        with open(paths[-1], "wb") as f:
            f.write(msgpack.packb(tree(4, [], rows)))
        expected.append(sorted(rows))
    for found, rows in zip(ours(paths), expected):
        assert tensors_of(found) == rows, found["path"]
        assert not found["said"], found
    print(f"{len(paths)} msgpack checkpoints: {sum(map(len, expected))} arrays are those that were packed")


def check_r():
    paths = sorted(glob.glob("/usr/lib/R/library/*/Meta/*.rds") + glob.glob("/usr/share/R/**/*.rds", recursive=True))
    if shutil.which("Rscript") is None or not paths:
        print("R is not installed: no objects of it are compared")
        return
    script = """for (p in readLines(file("stdin"))) { i <- infoRDS(p); x <- readRDS(p); k <- attr(x, "class")
      cat(if (is.null(k)) "" else k[[1]], i$version, i$writer_version, "\\n", sep = "\\t") }"""
    run = subprocess.run(["Rscript", "--vanilla", "-e", script], input="\n".join(paths) + "\n", capture_output=True, text=True, check=True)
    truth = [line.split("\t")[:3] for line in run.stdout.splitlines()]
    assert len(truth) == len(paths)
    for found, (kind, version, writer) in zip(ours(paths), truth):
        p = found["property"]
        assert p.get("class", "") == kind and p["serialisation version"] == version and p["producer"] == f"R {writer}", found
        assert not found["said"], found
    print(f"{len(paths)} R objects: class, version and writer are those R states; nothing is found in them")


with tempfile.TemporaryDirectory() as temporary:
    os.mkdir(f"{temporary}/onnx")
    os.mkdir(f"{temporary}/msgpack")
    check_onnx(f"{temporary}/onnx")
    check_msgpack(f"{temporary}/msgpack")
check_r()
