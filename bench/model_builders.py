"""Writes containers and foreign formats by hand, from their published schemas (bench/model_corpus.py)."""
import gzip
import io
import json
import struct
import tarfile
import warnings
import zipfile

DAY = (2020, 1, 1, 0, 0, 0)


def zip_of(members, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same name twice is a sample
        for member, data in members:
            z.writestr(zipfile.ZipInfo(member, DAY), data, compress_type=method)
    return out.getvalue()


def tar_of(members, link=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
        for member, data in members:
            info = tarfile.TarInfo(member)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
        if link:
            info = tarfile.TarInfo(link[0])
            info.type, info.linkname = tarfile.SYMTYPE, link[1]
            t.addfile(info)
    return out.getvalue()


def gz(data):
    return gzip.compress(data, 6, mtime=0)


# ---- protobuf ------------------------------------------------------------------------------------


def varint(n):
    out = b""
    n &= (1 << 64) - 1
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def pb(*fields):
    """Fields as (number, int | str | bytes | float)."""
    out = b""
    for n, v in fields:
        if isinstance(v, float):
            out += varint(n << 3 | 5) + struct.pack("<f", v)
        elif isinstance(v, int):
            out += varint(n << 3) + varint(v)
        else:
            v = v.encode() if isinstance(v, str) else v
            out += varint(n << 3 | 2) + varint(len(v)) + v
    return out


def node_def(label, op, inputs=(), attrs=()):
    return pb((1, label), (2, op), *[(3, i) for i in inputs], *[(5, pb((1, k), (2, v))) for k, v in attrs])


def const_text(label, content):
    tensor = pb((1, 7), (2, b""), (8, content))
    return node_def(label, "Const", attrs=[("dtype", pb((6, 7))), ("value", pb((8, tensor)))])


def graph_def(nodes, functions=()):
    library = pb(*[(1, pb((1, pb((1, label))), *[(3, n) for n in body])) for label, body in functions])
    return pb(*[(1, n) for n in nodes], *([(2, library)] if functions else []), (4, pb((1, 1087))))


def saved_model(nodes, functions=()):
    meta = pb((1, pb((4, "serve"), (5, "2.11.0"))), (2, graph_def(nodes, functions)))
    return pb((1, 1), (2, meta))


# ---- others ----------------------------------------------------------------------------------------


def safetensors(header, data=b"", size=None):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text) if size is None else size) + text + data


def gguf_text(s):
    return struct.pack("<Q", len(s.encode())) + s.encode()


def gguf(metadata, tensors=(), data=b"", version=3, counts=None):
    """metadata: {key: str | int | float | bool | [str]}; tensors: (name, shape, type, offset)."""
    out = b"GGUF" + struct.pack("<IQQ", version, *(counts or (len(tensors), len(metadata))))
    for key, v in metadata.items():
        out += gguf_text(key)
        if isinstance(v, bool):
            out += struct.pack("<IB", 7, v)
        elif isinstance(v, int):
            out += struct.pack("<II", 4, v)
        elif isinstance(v, float):
            out += struct.pack("<If", 6, v)
        elif isinstance(v, str):
            out += struct.pack("<I", 8) + gguf_text(v)
        else:
            out += struct.pack("<IIQ", 9, 8, len(v)) + b"".join(gguf_text(s) for s in v)
    for label, shape, kind, offset in tensors:
        out += gguf_text(label) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
    return out + bytes(-len(out) % 32) + data


def tflite(codes, description="sample"):
    """codes: builtin numbers or names of custom ops."""
    import flatbuffers
    b = flatbuffers.Builder(1024)

    def vector(items):
        b.StartVector(4, len(items), 4)
        for i in reversed(items):
            b.PrependUOffsetTRelative(i)
        return b.EndVector()
    ops = []
    for code in codes:
        custom = b.CreateString(code) if isinstance(code, str) else None
        b.StartObject(4)
        b.PrependInt8Slot(0, 32 if custom else min(code, 127), 0)
        if custom:
            b.PrependUOffsetTRelativeSlot(1, custom, 0)
        b.PrependInt32Slot(3, 32 if custom else code, 0)
        ops.append(b.EndObject())
    ops = vector(ops)
    b.StartVector(4, 2, 4)
    b.PrependInt32(8), b.PrependInt32(1)
    shape = b.EndVector()
    label = b.CreateString("x")
    b.StartObject(4)
    b.PrependUOffsetTRelativeSlot(0, shape, 0)
    b.PrependUint32Slot(2, 1, 0)
    b.PrependUOffsetTRelativeSlot(3, label, 0)
    tensors = vector([b.EndObject()])
    operators = []
    for i in range(len(codes)):
        b.StartObject(4)
        b.PrependUint32Slot(0, i, 0)
        operators.append(b.EndObject())
    operators = vector(operators)
    b.StartObject(5)
    b.PrependUOffsetTRelativeSlot(0, tensors, 0)
    b.PrependUOffsetTRelativeSlot(3, operators, 0)
    graphs = vector([b.EndObject()])
    text = b.CreateString(description)
    buffers = []
    for content in (b"", bytes(range(32))):
        at = b.CreateByteVector(content) if content else None
        b.StartObject(1)
        if at:
            b.PrependUOffsetTRelativeSlot(0, at, 0)
        buffers.append(b.EndObject())
    buffers = vector(buffers)
    b.StartObject(8)
    b.PrependUint32Slot(0, 3, 0)
    for slot, at in ((1, ops), (2, graphs), (3, text), (4, buffers)):
        b.PrependUOffsetTRelativeSlot(slot, at, 0)
    b.Finish(b.EndObject(), file_identifier=b"TFL3")
    return bytes(b.Output())


def r_char(s):
    return struct.pack(">II", 0x00040009, len(s)) + s.encode()


def r_symbol(s):
    return struct.pack(">I", 1) + r_char(s)


def r_call(function, argument):
    return struct.pack(">I", 6) + r_symbol(function) + struct.pack(">I", 2) + struct.pack(">II", 16, 1) + r_char(argument) + struct.pack(">I", 254)


def r_promise(expression):
    """A promise without a value in the global environment: evaluated when first looked at (CVE-2024-27322)."""
    return struct.pack(">I", 5 | 1 << 10) + struct.pack(">II", 253, 252) + expression


def rds(item):
    return b"X\n" + struct.pack(">III", 3, 0x00040202, 0x00030500) + struct.pack(">I", 5) + b"UTF-8" + item


def npy(body, descr="|O", shape="(1,)", version=1):
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    size = 2 if version == 1 else 4
    head += b" " * (-(len(head) + 7 + size) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + len(head).to_bytes(size, "little") + head + body


def keras_zip(config, extra=(), weights=None):
    return zip_of([("metadata.json", json.dumps({"keras_version": "3.3.3", "date_saved": "2024-01-01@00:00:00"})),
                   ("config.json", config if isinstance(config, str) else json.dumps(config)),
                   ("model.weights.h5", weights or h5({})), *extra])


def h5(attributes, arrays=()):
    import h5py
    out = io.BytesIO()
    with h5py.File(out, "w") as f:
        for k, v in attributes.items():
            f.attrs[k] = v
        for path, array in arrays:
            f.create_dataset(path, data=array)
    return out.getvalue()
