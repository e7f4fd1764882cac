#!/usr/bin/env python3
"""Writes the corpora of the container formats (fuzz/corpus/model_*): small files made with Python's own
writers, and variants tampered with by hand. Run from the source folder: /usr/bin/python3 tests/container_corpus.py"""

import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

import numpy

OUT = "fuzz/corpus"
EVIL = b"cos\nsystem\n(S'id'\ntR."
OWN_CLASS = b"\x80\x02c__torch__\nNet\n)\x81}X\x01\x00\x00\x00aK\x01sb."
SAFE_CODE = b"class Net(Module):\n  def forward(self: __torch__.Net, x: Tensor) -> Tensor:\n    return torch.add(x, x)\n"
GOOD = pickle.dumps({"a": 1, "b": [1.5, "x"]}, protocol=4)
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00\x01" + bytes(60)
DATE = (2024, 1, 1, 0, 0, 0)


def put(fmt, name, data):
    os.makedirs(f"{OUT}/model_{fmt}", exist_ok=True)
    assert len(data) < 4096, (fmt, name, len(data))
    with open(f"{OUT}/model_{fmt}/{name}", "wb") as f:
        f.write(data)


def make_zip(members, method=zipfile.ZIP_STORED, comment=b"", prefix=b""):
    out = io.BytesIO()
    out.write(prefix)
    with zipfile.ZipFile(out, "a" if prefix else "w", method) as z:
        for name, data in members:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, DATE)
            info.compress_type = method
            z.writestr(info, data)
        z.comment = comment
    return out.getvalue()


def central(data, n=0):
    """Offset of the n-th central entry."""
    at = data.index(b"PK\1\2")
    for _ in range(n):
        at = data.index(b"PK\1\2", at + 4)
    return at


def patched(data, at, new):
    return data[:at] + new + data[at + len(new):]


TORCH = [("archive/data.pkl", GOOD), ("archive/data/0", bytes(16)), ("archive/byteorder", b"little"),
         ("archive/version", b"3\n")]


def torch_storages():
    """A pickle as torch.save writes it: types of storages by name and, the second time, by memo."""
    def storage(kind, key):
        return b"(h\x00" + kind + b"X\x01\x00\x00\x00" + key + b"X\x03\x00\x00\x00cpuK\x08tQ"
    floats, more = b"ctorch\nFloatStorage\nq\x01", b"h\x01"
    pickled = (b"\x80\x02]q\x07(X\x07\x00\x00\x00storageq\x000" + storage(floats, b"0") + storage(more, b"1")
               + storage(b"ctorch\nByteStorage\nq\x02", b"2") + storage(b"h\x02", b"3") + b"e.")
    nan = struct.pack("<8f", 0.5, float("nan"), *[0.25] * 6)
    inf = struct.pack("<8f", 0.5, float("inf"), *[0.25] * 6)
    return [("archive/data.pkl", pickled), ("archive/data/0", nan), ("archive/data/1", inf), ("archive/data/2", nan),
            ("archive/data/3", bytes(64) + ELF), ("archive/version", b"3\n")]


def zips():
    torch = make_zip(TORCH)
    put("zip", "storages.pt", make_zip(torch_storages()))
    put("zip", "torch.pt", torch)
    put("zip", "deflated.zip", make_zip([("a.pkl", EVIL * 20), ("b.txt", b"text " * 50)], zipfile.ZIP_DEFLATED))
    put("zip", "bzip2.zip", make_zip([("a.pkl", EVIL * 9)], zipfile.ZIP_BZIP2))
    put("zip", "lzma.zip", make_zip([("a.pkl", EVIL * 9)], zipfile.ZIP_LZMA))
    put("zip", "empty.zip", make_zip([]))
    put("zip", "comment.zip", make_zip([("a", b"1")], comment=b"a comment"))
    put("zip", "npz.npz", npz())
    put("zip", "program.pt", make_zip(TORCH + [("archive/extra/tool", ELF)]))
    put("zip", "program_in_storage.pt", make_zip([("archive/data.pkl", GOOD), ("archive/data/0", ELF)]))
    put("zip", "program_in_wheel.whl", make_zip([("x/_c.so", ELF), ("x-1.dist-info/WHEEL", b"Wheel-Version: 1.0\n")]))
    c = central(torch)
    put("zip", "crc.pt", patched(torch, c + 16, b"\1\2\3\4"))
    put("zip", "encrypted_flag.pt", patched(torch, c + 8, b"\1\0"))
    put("zip", "method.pt", patched(torch, c + 10, b"\x08\0"))
    put("zip", "method_unknown.pt", patched(patched(torch, c + 10, b"\x63\0"), 8, b"\x63\0"))
    put("zip", "size.pt", patched(torch, c + 24, struct.pack("<I", 5)))
    put("zip", "packed.pt", patched(torch, c + 20, struct.pack("<I", 5)))
    put("zip", "name.pt", patched(torch, c + 46 + 8, b"x"))
    put("zip", "count.pt", patched(torch, torch.rindex(b"PK\5\6") + 10, b"\1\0"))
    put("zip", "no_directory.pt", torch[:c])
    put("zip", "prefix.pt", make_zip(TORCH, prefix=EVIL + bytes(40)))
    put("zip", "trailing.pt", torch + b"and more of it, behind the end" + EVIL)
    put("zip", "second.pt", two_directories())
    put("zip", "hidden.pt", hidden())
    put("zip", "local_only.pt", local_only())
    put("zip", "overlap.zip", overlap())
    put("zip", "duplicate.pt", make_zip(TORCH + [("archive/data.pkl", EVIL)]))
    put("zip", "slip.zip", make_zip([("../../etc/cron.d/x", b"* * * * *"), ("/abs", b"1"), ("a\\..\\..\\b", b"2")]))
    put("zip", "folder_data.zip", make_zip([("folder/", EVIL)]))
    put("zip", "link.zip", make_zip([(link_info(), b"../../etc/passwd")]))
    put("zip", "zip_in_zip.zip", make_zip([("inner.zip", torch)]))
    put("zip", "zip64.zip", zip64())
    put("zip", "stream.zip", streamed())
    put("zip", "mar.mar", make_zip([("MAR-INF/MANIFEST.json", MANIFEST), ("handler.py", b"import os\n")]))
    own = [("m/data.pkl", OWN_CLASS), ("m/version", b"3")]
    put("zip", "own_class.pt", make_zip(own + [("m/constants.pkl", GOOD), ("m/code/__torch__.py", SAFE_CODE)]))
    put("zip", "own_class_without_code.pt", make_zip(own))
    put("zip", "script.pt", make_zip([("m/data.pkl", GOOD), ("m/constants.pkl", GOOD), ("m/version", b"3"),
                                      ("m/code/__torch__.py", CODE)], zipfile.ZIP_DEFLATED))


def npz():
    out = io.BytesIO()
    numpy.savez(out, a=numpy.arange(3, dtype="<f4"), b=numpy.eye(2))
    return out.getvalue()


def link_info():
    info = zipfile.ZipInfo("weights", DATE)
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return info


def two_directories():
    """Python takes the directory in front of the end, others the offset the end states."""
    first, second = make_zip([("a.pkl", GOOD)]), make_zip([("a.pkl", EVIL)])
    body = first + second
    end = body.rindex(b"PK\5\6")
    return patched(body, end + 16, struct.pack("<I", first.index(b"PK\1\2")))


def hidden():
    a = make_zip([("a.txt", b"plain")])
    c = central(a)
    gap = b"bytes that no member owns: " + EVIL
    out = a[:c] + gap + a[c:]
    return patched(out, out.rindex(b"PK\5\6") + 16, struct.pack("<I", c + len(gap)))


def local_only():
    a, b = make_zip(TORCH), make_zip([("archive/evil.pkl", EVIL)])
    c, local = central(a), b[:central(b)]
    out = a[:c] + local + a[c:]
    return patched(out, out.rindex(b"PK\5\6") + 16, struct.pack("<I", c + len(local)))


def overlap():
    a = make_zip([("a.txt", b"one"), ("b.txt", b"two")])
    return patched(a, central(a, 1) + 42, struct.pack("<I", 0))


def zip64():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        with z.open(zipfile.ZipInfo("big.pkl", DATE), "w", force_zip64=True) as f:
            f.write(EVIL)
    data = out.getvalue()
    end, c = data.rindex(b"PK\5\6"), central(data)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, end - c, c)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    return data[:end] + record + locator + patched(data[end:], 10, b"\xff\xff" + b"\xff" * 8)


class NoSeek(io.RawIOBase):
    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, b):
        self.data += bytes(b)
        return len(b)


def streamed():
    out = NoSeek()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name in "a.pkl", "b.pkl":
            z.writestr(zipfile.ZipInfo(name, DATE), EVIL * 4)
    return out.data


def tar_info(name, size=0, **more):
    info = tarfile.TarInfo(name)
    info.size = size
    for key, value in more.items():
        setattr(info, key, value)
    return info


def make_tar(members, fmt=tarfile.PAX_FORMAT, end=1024):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=fmt) as t:
        for info, data in members:
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
        size = t.offset
    return out.getvalue()[:size] + bytes(end)


CONFIG = b"target: nemo.collections.asr.models.EncDecCTCModel\npreprocessor:\n  _target_: os.system\n  command: id\n"


def tars():
    one = [(tar_info("a/b.pkl"), EVIL)]
    put("tar", "ustar.tar", make_tar(one, tarfile.USTAR_FORMAT))
    put("tar", "gnu_long.tar", make_tar([(tar_info("d/" * 60 + "x.pkl"), EVIL)], tarfile.GNU_FORMAT, 512))
    put("tar", "pax_long.tar", make_tar([(tar_info("d/" * 60 + "\u00e4.pkl"), EVIL)], end=512))
    put("tar", "nemo.nemo", make_tar([(tar_info("./model_config.yaml"), CONFIG), (tar_info("model_weights.ckpt"), GOOD)]))
    put("tar", "twice.nemo", make_tar([(tar_info("model_config.yaml"), b"a: 1\n"), (tar_info("model_weights.ckpt"), GOOD),
                                       (tar_info("./model_weights.ckpt"), EVIL)], tarfile.USTAR_FORMAT, 512))
    put("tar", "zip_last.nemo", make_tar([(tar_info("model_config.yaml"), b"a: 1\n"),
                                          (tar_info("model_weights.ckpt"), make_zip(TORCH[:2]))], tarfile.USTAR_FORMAT, 512))
    put("tar", "slip.tar", make_tar([(tar_info("../../x"), b"1"), (tar_info("/abs"), b"2")], end=512))
    put("tar", "link.tar", make_tar([(tar_info("l", type=tarfile.SYMTYPE, linkname="../../etc"), b""),
                                     (tar_info("l/passwd"), b"root")], tarfile.USTAR_FORMAT))
    outside = [(tar_info("a/l", type=tarfile.SYMTYPE, linkname="/etc/passwd"), b""), (tar_info("h", type=tarfile.LNKTYPE, linkname="../x"), b"")]
    put("tar", "outside.tar", make_tar(outside, tarfile.USTAR_FORMAT, 512))
    put("tar", "system.tar", make_tar([(tar_info("var/run", type=tarfile.SYMTYPE, linkname="/run"), b""), (tar_info("var/run/x"), b"1")], tarfile.USTAR_FORMAT, 512))
    put("tar", "source.tar", make_tar([(tar_info("p-1/a", type=tarfile.SYMTYPE, linkname="../p-1/b"), b""), (tar_info("p-1/a"), b"1"),
                                       (tar_info("p-1/v/bin/python3", type=tarfile.SYMTYPE, linkname="/usr/bin/python3.11"), b"")], tarfile.USTAR_FORMAT, 512))
    put("tar", "behind_end.tar", make_tar(one, tarfile.USTAR_FORMAT) + make_tar(one, tarfile.USTAR_FORMAT, 0))
    put("tar", "trailing.tar", make_tar(one, tarfile.USTAR_FORMAT) + b"more of it")
    good = make_tar(one + one, tarfile.USTAR_FORMAT)
    put("tar", "checksum.tar", patched(good, 1024, b"Q"))
    put("tar", "cut.tar", good[:1024 + 520])
    put("tar", "layer.tar", make_tar([(tar_info("etc/passwd"), b"root"), (tar_info("usr/bin/x"), ELF)],
                                     tarfile.USTAR_FORMAT, 512))
    v7 = bytearray(good)
    v7[257:265] = bytes(8)
    v7[148:156] = b"        "
    v7[148:156] = b"%06o\0 " % sum(v7[:512])
    put("tar", "v7.tar", bytes(v7[:1024]) + bytes(1024))


def compressed():
    import lz4.frame
    import zstandard
    joblib = {"zlib": zlib.compress(EVIL * 4, 3), "gzip": gzip.compress(EVIL * 4, mtime=0),
              "bz2": bz2.compress(EVIL * 4), "lzma": lzma.compress(EVIL * 4, lzma.FORMAT_ALONE),
              "xz": lzma.compress(EVIL * 4), "lz4": lz4.frame.compress(EVIL * 4),
              "zst": zstandard.compress(EVIL * 4)}
    skip = struct.pack("<II", 0x184D2A53, 5) + b"skip!"
    joblib["zf"] = b"ZF" + hex(len(EVIL * 4)).encode().ljust(19) + zlib.compress(EVIL * 4)
    for name, data in joblib.items():
        put("compressed", f"{name}.joblib", data)
    put("compressed", "skippable.zst", skip + joblib["zst"])
    put("compressed", "skippable.lz4", skip + joblib["lz4"])
    put("compressed", "members.gz", gzip.compress(EVIL[:9], mtime=0) + gzip.compress(EVIL[9:], mtime=0))
    put("compressed", "trailing.gz", joblib["gzip"] + ELF)
    put("compressed", "padded.gz", joblib["gzip"] + bytes(64))
    put("compressed", "cut.xz", joblib["xz"][:-20])
    put("compressed", "damaged.gz", patched(gzip.compress(EVIL + bytes(range(256)) * 3, mtime=0), 150, b"\xff\xff\xff"))
    put("compressed", "inner.tgz", gzip.compress(make_tar([(tar_info("model_config.yaml"), CONFIG)]), mtime=0))
    bomb = gzip.compress(bytes(1 << 20), mtime=0)
    put("compressed", "zeros.gz", bomb)


def arrays():
    def save(a, **more):
        out = io.BytesIO()
        numpy.save(out, a, **more)
        return out.getvalue()

    plain = save(numpy.arange(6, dtype="<f4").reshape(2, 3))
    put("npy", "f4.npy", plain)
    put("npy", "unicode.npy", save(numpy.array(["ab", "c"])))
    put("npy", "structured.npy", save(numpy.zeros(2, dtype=[("a", "<i4"), ("b", "<f8", (2,))])))
    put("npy", "object.npy", save(numpy.array([{"a": 1}], dtype=object), allow_pickle=True))
    put("npy", "structured_object.npy", save(numpy.array([(1, {})], dtype=[("a", "<i4"), ("o", "O")]), allow_pickle=True))
    put("npy", "two.npy", plain + plain)
    put("npy", "trailing.npy", plain + EVIL)
    put("npy", "short.npy", plain[:-4])
    text = b"{'descr': __import__('os').system('id'), 'fortran_order': False, 'shape': (2,), }\n"
    put("npy", "code.npy", b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + bytes(8))
    v2 = io.BytesIO()
    numpy.lib.format.write_array(v2, numpy.ones(2), version=(2, 0))
    put("npy", "v2.npy", v2.getvalue())


def programs():
    put("executable", "elf.pkl", ELF)
    put("executable", "script.pkl", b"#!/bin/sh\nid\n")
    body = b"MZqFpD='\n" + b"#" * 3700
    inner = make_zip([("model.gguf", b"GGUF" + bytes(60)), (".args", b"-m\nmodel.gguf\n")])
    put("llamafile", "small.llamafile", body + inner)
    put("lfs", "pointer.safetensors", b"version https://git-lfs.github.com/spec/v1\noid sha256:"
        + b"4d" * 32 + b"\nsize 1234\n")
    put("lfs", "annex.pt", b"/annex/objects/SHA256E-s10--" + b"ab" * 32 + b".pt\n")


CODE = b'''class M(Module):
  __parameters__ = []
  def forward(self: __torch__.M, x: Tensor) -> Tensor:
    torch.save(x, "/tmp/owned")
    _0 = ops.mylib.run(x)
    _1 = "torch.save( in a text"
    return torch.from_file("/etc/passwd", False, 10)
'''
MANIFEST = b'{"model": {"modelName": "m", "handler": "handler.py:Run", "requirementsFile": "requirements.txt"}}'


def texts():
    put("torchscript", "reach.py", CODE)
    put("torchscript", "plain.py", b"def f(x: Tensor) -> Tensor:\n  return torch.add(x, 1)\n")
    put("hydra", "target.yaml", CONFIG)
    put("hydra", "tags.yaml", b"a: !!python/object/apply:os.system [id]\n")
    put("mar", "manifest.json", MANIFEST)


def sevenzip():
    if os.path.exists(f"{OUT}/model_sevenzip/pickle.7z"):  # its times are those of the day
        return
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/a.pkl", "wb") as f:
            f.write(EVIL * 9)
        os.utime(f"{folder}/a.pkl", (1704067200, 1704067200))
        subprocess.run(["bsdtar", "-c", "--format=7zip", "-f", "a.7z", "a.pkl"], cwd=folder, check=True)
        with open(f"{folder}/a.7z", "rb") as f:
            data = f.read()
    put("sevenzip", "pickle.7z", data)
    put("sevenzip", "cut.7z", data[:-30])


if __name__ == "__main__":
    zips()
    tars()
    compressed()
    arrays()
    programs()
    texts()
    sevenzip()
