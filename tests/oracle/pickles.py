"""The pickle machine must see the names, calls and objects that Python's own unpickler sees.

Generated objects are pickled with every protocol, by the pickler in C and the one in Python. The
truth is pickle._Unpickler with names and calls replaced by symbols.
usage: pickles.py PROGRAM [SEED]
"""
import sys

sys.path.pop(0)  # this file is called pickle too
import codecs
import collections
import copyreg
import datetime
import decimal
import fractions
import functools
import io
import pathlib
import pickle
import pickletools
import random
import re
import struct
import subprocess
import types
import uuid

OBJECTS = 400
WAYS = 16  # 2 ** VD_PICKLE_CROSSINGS_MAX


class Name:
    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    def __init__(self, callee, args):
        self.callee, self.args, self.items, self.state = callee, args, [], None

    def append(self, item):
        self.items.append(item)


class Bag:
    """A set, dictionary or persistent id: what was put in, in order."""

    def __init__(self, kind, items):
        self.kind, self.items = kind, list(items)


class Tracer(pickle._Unpickler):
    dispatch = dict(pickle._Unpickler.dispatch)

    def __init__(self, data):
        super().__init__(io.BytesIO(data))
        self.names = {}

    def find_class(self, module, name):
        return self.names.setdefault((module, name), Name(module, name))

    def persistent_load(self, pid):
        return Bag("P{", [pid])

    def call(self, callee, args):
        if isinstance(callee, Call) and shown(callee.callee) == "gfunctools:partial ":
            if callee.state:
                return self.call(callee.state[0][0], callee.state[0][1] + args)
            return self.call(callee.args[0], callee.args[1:] + args)
        key = (callee.module, callee.name) if isinstance(callee, Name) else None
        if key == ("_codecs", "encode") and isinstance(args[0], str):
            return codecs.encode(*args)
        if key and key[0] in ("builtins", "__builtin__"):
            if key[1] in ("bytes", "bytearray"):
                if not args or isinstance(args[0], bytes):
                    return bytes(*args)
                if isinstance(args[0], str):
                    return args[0].encode(*args[1:])
            if key[1] == "getattr" and isinstance(args[0], Name):
                of = args[0]
                return self.find_class(of.module, of.name + "." + args[1] if of.name else args[1])
        if key in (("copyreg", "_reconstructor"), ("copy_reg", "_reconstructor")):
            return Call(args[0], ())
        if key and key[0] in ("copyreg", "copy_reg") and key[1] in ("__newobj__", "__newobj_ex__"):
            return Call(args[0], args[1:])
        return Call(callee, args)

    def reduce(self):
        args = self.stack.pop()
        self.stack[-1] = self.call(self.stack[-1], args)

    def newobj_ex(self):
        words = self.stack.pop()
        args = self.stack.pop()
        more = (words,) if words.items else ()
        self.stack[-1] = self.call(self.stack[-1], args + more)

    def obj(self):
        args = self.pop_mark()
        self.append(self.call(args[0], tuple(args[1:])))

    def inst(self):
        module = self.readline()[:-1].decode()
        name = self.readline()[:-1].decode()
        callee = self.find_class(module, name)
        args = tuple(self.pop_mark())
        self.append(self.call(callee, args))

    def build(self):
        state = self.stack.pop()
        self.stack[-1].state = (state,)

    def empty(kind):
        return lambda self: self.append(Bag(kind, []))

    def taken(kind):
        def run(self):
            items = self.pop_mark()  # gives self.append another stack
            self.append(Bag(kind, items))
        return run

    def fill(self):
        items = self.pop_mark()
        self.stack[-1].items.extend(items)

    def setitem(self):
        value = self.stack.pop()
        key = self.stack.pop()
        self.stack[-1].items.extend((key, value))

    def appends(self):
        items = self.pop_mark()
        to = self.stack[-1]
        (to if isinstance(to, list) else to.items).extend(items)

    for op, run in ((pickle.REDUCE, reduce), (pickle.NEWOBJ, reduce), (pickle.NEWOBJ_EX, newobj_ex),
                    (pickle.OBJ, obj), (pickle.INST, inst), (pickle.BUILD, build),
                    (pickle.EMPTY_DICT, empty("{")), (pickle.DICT, taken("{")),
                    (pickle.EMPTY_SET, empty("S{")), (pickle.FROZENSET, taken("S{")),
                    (pickle.SETITEM, setitem), (pickle.SETITEMS, fill), (pickle.ADDITEMS, fill),
                    (pickle.APPENDS, appends)):
        dispatch[op[0]] = run


def scalar(v):
    if v is None:
        return "N"
    if isinstance(v, bool):
        return "FT"[v]
    if isinstance(v, int):
        return "i%d" % v if -2**63 <= v < 2**63 else "i?"
    if isinstance(v, float):
        return "f" + struct.pack(">d", v).hex()
    if isinstance(v, str):
        return "s" + v.encode("utf-8", "surrogatepass").hex()
    return "b" + bytes(v).hex()


def shown(v):
    if isinstance(v, Name):
        return "g%s:%s " % (v.module, v.name)
    if isinstance(v, Call):
        text = "C" + shown(v.callee) + shown(v.args)
        if v.items:
            text += "<" + "".join(map(shown, v.items)) + ">"
        return text + ("!" + shown(v.state[0]) if v.state else "") + " "
    if isinstance(v, Bag):
        return v.kind + "".join(map(shown, v.items)) + "} "
    if isinstance(v, (tuple, list)):
        return "([" [isinstance(v, list)] + "".join(map(shown, v)) + ")]"[isinstance(v, list)] + " "
    return scalar(v) + " "


def plain(text):
    return text.replace(" ", "")


class Plain:
    pass


class Slots:
    __slots__ = ("a", "b")


class Words(dict):
    def __new__(cls, *, x=0):
        return super().__new__(cls)

    def __getnewargs_ex__(self):
        return (), {"x": 1}


class Items(list):
    pass


class Reduced:
    def __init__(self, *args):
        self.args = args

    def __reduce__(self):
        return Reduced, self.args, {"k": 1}, iter([1, 2]), iter([("a", 1)])

    def append(self, item):
        pass

    def __setitem__(self, key, value):
        pass

    class Inner:
        def method(self):
            pass


class Pid:
    pass


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def text(self):
        letters = "abcXYZ01 _.\\'\"\n\t\r\x1a\0\xe9\u4e2d\U0001f600"
        return "".join(self.r.choice(letters) for _ in range(self.r.choice([0, 1, 3, 9, 40, 300])))

    def number(self):
        n = self.r.choice([0, 1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**40])
        return self.r.choice([n, -n, -n - 1])

    def leaf(self):
        return self.r.choice([
            lambda: None, lambda: True, lambda: False, self.number, self.text,
            lambda: self.r.choice([0.0, -0.0, 1.5, 1e300, float("inf"), 1e-320, -2.25]),
            lambda: bytes(self.r.randrange(256) for _ in range(self.r.choice([0, 1, 8, 300]))),
            lambda: bytearray(self.text().encode()), lambda: range(self.r.randrange(9)),
            lambda: self.r.choice([len, int, dict, Plain, codecs.encode, Reduced.Inner, re.compile, types.SimpleNamespace,
                                   Reduced.Inner.method, decimal.Decimal, collections.OrderedDict]),
            lambda: datetime.datetime(2020, 1, self.r.randint(1, 28)),
            lambda: decimal.Decimal("1.5"), lambda: fractions.Fraction(1, 3), lambda: uuid.UUID(int=5),
            lambda: pathlib.PurePosixPath("/a/b"), lambda: re.compile("a+"), lambda: complex(1, 2),
            lambda: slice(1, None), lambda: Ellipsis, lambda: ValueError("x", 1), Pid,
        ])()

    def hashable(self):
        return self.r.choice([self.text, self.number])()

    def object(self, depth):
        if depth == 0 or self.r.random() < 0.25:
            return self.leaf()
        n = self.r.choice([0, 1, 2, 3, 4, 7])
        inner = [self.object(depth - 1) for _ in range(n)]
        return self.r.choice([self.plain, self.more])(inner)

    def plain(self, inner):
        keys = [self.hashable() for _ in inner]
        return self.r.choice([
            lambda: inner, lambda: tuple(inner), lambda: dict(zip(keys, inner)), lambda: set(keys),
            lambda: frozenset(keys), lambda: inner + inner, lambda: list(range(self.r.randrange(300))),
        ])()

    def more(self, inner):
        keys = [self.text() for _ in inner]
        made = self.r.choice([Plain, Slots, Words, Items])()
        if isinstance(made, Plain):
            made.__dict__.update(zip(keys, inner))
        elif isinstance(made, Slots):
            made.a = inner
        elif isinstance(made, Words):
            made.update(zip(keys, inner))
        else:
            made.extend(inner)
        return self.r.choice([
            lambda: made, lambda: collections.OrderedDict(zip(keys, inner)),
            lambda: collections.defaultdict(list, zip(keys, inner)), lambda: collections.deque(inner, 9),
            lambda: Reduced(*inner), lambda: types.SimpleNamespace(a=inner),
            lambda: functools.partial(print, *inner), lambda: [made, made],
        ])()


def pickler(base):
    class Pickler(base):
        def persistent_id(self, obj):
            return ("pid", 1) if isinstance(obj, Pid) else None
    return Pickler


def pickled(obj):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for base in (pickle.Pickler, pickle._Pickler):
            out = io.BytesIO()
            try:
                pickler(base)(out, protocol).dump(obj)
            except (TypeError, pickle.PicklingError, ValueError):
                continue
            yield out.getvalue()
            yield pickletools.optimize(out.getvalue())


def crafted():
    """What no pickler writes: every opcode that is left."""
    return [b"(I1\nI01\nI00\nL5L\nF1.5\nS'a\\x41\\n\\101b'\nVa\\u0041\\\\\nt.", b"(cx\ny\nI1\nI2\no.",
            b"(I1\nix\ny\n.", b"(I1\nI2\nd.", b"(I1\nI2\nl.", b"]2a0].",
            b"]p0\n0g0\n.", b"]r\5\0\0\0" b"0j\5\0\0\0.", b"T\3\0\0\0abcU\1a\x86.", b"\x8b\2\0\0\0\1\2.",
            b"B\2\0\0\0ab.", b"\x8d\2\0\0\0\0\0\0\0ab.", b"\x8e\2\0\0\0\0\0\0\0ab.", b"(N1N.",
            b"}(I1\nI2\nu.", b"}I1\nI2\ns.", b"(0N.", b"P12\n.", b"]q\1\x94]\x94h\1\x86.",
            b"\x8f(I1\n\x90.", b"(I1\n\x91.", b"\x80\4\x95\1\0\0\0\0\0\0\0N.", b"\x80\2\x80\2N."]


def names_met(base, source, data):
    """The names the unpickler asks for. Nothing is called."""
    met = []

    class Noting(base):
        def find_class(self, module, name):
            met.append((module.replace("\n", "~"), name.replace("\n", "~")))
            return module + ":" + name
    try:
        Noting(source(data)).load()
    except Exception:  # of all kinds, from a broken stream
        pass
    return met


def framed(r):
    """Names, texts and frames whose lengths are mostly wrong."""
    out = b"\x80\x04"
    for _ in range(r.randrange(1, 8)):
        out += r.choice([
            lambda: b"c%s\n%s\n0" % (r.choice([b"m", b"mac", b"module"]), r.choice([b"n", b"name"])),
            lambda: b"Vm\nVn\n\x930", lambda: b"\x8c\1m\x8c\3abc\x930", lambda: b"J\1\2\3\x000",
            lambda: b"B\5\0\0\0cx\ny\n0", lambda: b"\x8c\7cx\ny\n0N0", lambda: b"M\1\0" b"0",
            lambda: b"\x95" + struct.pack("<Q", r.choice([0, 1, 2, 3, 4, 5, 6, 8, 12, 20, 200])),
        ])()
    return out + b"N."


def check_frames(program, count):
    """Each of Python's three readers must be one of the ways the machine takes."""
    r = random.Random(7)
    streams = [framed(r) for _ in range(count)]
    words = ["%x!%s" % (drops, s.hex()) for s in streams for drops in range(WAYS)]
    run = subprocess.run([program], input="\n".join(words) + "\n", capture_output=True, encoding="utf-8",
                         errors="replace", check=True)
    lines = run.stdout.split("\n")[::2]
    bad = differ = 0
    for i, s in enumerate(streams):
        ways = [[tuple(x.split(":")) for x in line.split()] for line in lines[WAYS * i:WAYS * (i + 1)]]
        whole, stream, python = (names_met(base, source, s) for base, source in (
            (pickle.Unpickler, Memory), (pickle.Unpickler, io.BytesIO), (pickle._Unpickler, io.BytesIO)))
        differ += not whole == stream == python
        if not all(any(set(met) <= set(way) for way in ways) for met in (whole, stream, python)):
            bad += 1
            if bad < 6:
                print(s, whole, stream, python, ways)
    print("%d framed streams, %d that Python reads in different ways, %d differ" % (count, differ, bad))
    return bad


class Memory(io.BytesIO):
    """A file all of which is read ahead, as pickle.loads has it."""

    def peek(self, n):
        return self.getvalue()[self.tell():]


def main():
    maker = Maker(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    pickles = [p for _ in range(OBJECTS) for p in pickled(maker.object(3))] + crafted()
    run = subprocess.run([sys.argv[1]], input="\n".join(p.hex() for p in pickles) + "\n",
                         capture_output=True, encoding="utf-8", check=True)
    lines = run.stdout.split("\n")[:-1]
    assert len(lines) == 2 * len(pickles), (len(lines), len(pickles))
    bad, names = 0, 0
    for i, p in enumerate(pickles):
        tracer = Tracer(p)
        truth = plain(shown(tracer.load()))
        met = "".join("%s:%s " % key for key in tracer.names)
        names += len(tracer.names)
        if lines[2 * i] != met or plain(lines[2 * i + 1]) != truth:
            bad += 1
            if bad < 6:
                got = plain(lines[2 * i + 1])
                at = next((k for k, c in enumerate(truth) if got[k:k + 1] != c), len(truth))
                print(p.hex()[:200], met == lines[2 * i], truth[at - 30:at + 60], got[at - 30:at + 60])
    print("%d pickles, %d names, %d differ" % (len(pickles), names, bad))
    bad += check_frames(sys.argv[1], 5000)
    sys.exit(bad != 0)


main()
