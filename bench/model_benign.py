"""Honest models of many kinds and sizes, and files next to them (bench/model_corpus.py)."""
import base64
import collections
import io
import json
import marshal
import os
import pickle
import random
import re
import struct
import subprocess
import tempfile
import warnings
from pathlib import Path

import model_builders as m
from model_malicious_formats import keras, layer, old_keras
from model_pickle import call, name, value, whole

TEMPLATES = {
    "turns": "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[U] ' + message['content'] + ' [/U]' }}"
             "{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token }}{% endif %}{% endfor %}",
    "roles": "{%- for m in messages -%}\n<|{{ m.role }}|>\n{{ m.content | trim }}<|end|>\n{%- endfor -%}\n{% if add_generation_prompt %}<|assistant|>\n{% endif %}",
    "checked": "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set rest = messages %}"
               "{% endif %}{% for m in rest %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate.') }}{% endif %}"
               "{{ m['content'] | trim }}{% endfor %}",
    "tools": "{%- macro typed(p) -%}{%- if p.type == 'array' -%}list[{{ p['items'].type }}]{%- else -%}{{ p.type }}{%- endif -%}{%- endmacro -%}\n"
             "{%- set ns = namespace(found=false) -%}{%- if tools is defined and tools -%}Tools: {{ tools | tojson(indent=2) }}\n{%- for t in tools -%}"
             "{{ t.function.name }}({% for k, p in t.function.parameters.properties.items() %}{{ k }}: {{ typed(p) }}{{ ', ' if not loop.last }}{% endfor %})\n"
             "{%- endfor -%}{%- endif -%}{%- for m in messages -%}{%- if m.tool_calls is defined -%}{%- set ns.found = true -%}{{ m.tool_calls[0].function.arguments | tojson }}"
             "{%- else -%}{{ m.content }}{%- endif -%}{%- endfor -%}",
    "dated": "{{ '<|im_start|>system\\nToday is ' + strftime_now('%d %B %Y') + '<|im_end|>\\n' }}{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' "
             "+ message.content.split('</think>')[-1].lstrip('\\n') + '<|im_end|>\\n' }}{% endfor %}",
    "images": "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}{% for c in m.content | selectattr('type', 'equalto', 'text') %}{{ c['text'] }}"
              "{% endfor %}{% for c in m.content if c.type == 'image' %}<image>{% endfor %}{% endif %}{% endfor %}"}


def saved(write):
    out = io.BytesIO()
    write(out)
    return out.getvalue()


def estimators():
    """Fitted scikit-learn estimators; every name that fits a small numeric table without arguments."""
    import numpy
    from sklearn.utils import all_estimators
    rng = numpy.random.RandomState(0)
    x = abs(rng.rand(40, 5)) + 0.1
    y = numpy.arange(40) % 2
    for label, cls in sorted(all_estimators(type_filter=["classifier", "regressor", "cluster", "transformer"])):
        if label in ("GaussianProcessClassifier", "TSNE", "CheckingClassifier"):
            continue
        try:
            model = cls(random_state=0) if "random_state" in cls().get_params() else cls()
            yield label, model.fit(x, y)
        except Exception:  # needs other data or arguments; the list is what remains
            continue


def add_sklearn(out):
    import joblib
    import numpy
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler
    from sklearn.svm import SVC
    kinds = (0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3), ("lz4", 3))
    table = numpy.random.RandomState(1).rand(60, 4)
    target = numpy.arange(60) % 3
    more = [("pipeline", make_pipeline(StandardScaler(), SVC()).fit(table, target)),
            ("columns", ColumnTransformer([("s", StandardScaler(), [0, 1])]).fit(table)),
            ("grid", GridSearchCV(SVC(), {"C": [1, 2]}, cv=2, refit=True).fit(table, target).best_estimator_),
            ("log-transformer", FunctionTransformer(numpy.log1p).fit(table)),
            ("forest-100", RandomForestClassifier(100, random_state=0).fit(table, target))]
    for i, (label, model) in enumerate(list(estimators()) + more):
        kind = kinds[i % 7]
        data = saved(lambda f: joblib.dump(model, f, compress=kind))
        data = data[:4] + bytes(4) + data[8:] if kind and kind[0] == "gzip" else data
        out.add(f"sklearn/{label}-{kind[0] if kind else 'raw'}.joblib", data, "benign", "sklearn", "joblib")
        if i % 2 == 0:
            out.add(f"sklearn/{label}.pkl", pickle.dumps(model, 2 + i // 2 % 4), "benign", "sklearn", "pickle")


def modules():
    import torch
    from torch import nn
    torch.manual_seed(0)
    yield "linear", nn.Linear(8, 4)
    yield "mlp", nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 2))
    yield "conv", nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
    yield "lstm", nn.LSTM(8, 16, 2)
    yield "gru", nn.GRU(8, 16)
    yield "embedding", nn.EmbeddingBag(100, 8)
    yield "attention", nn.MultiheadAttention(16, 4)
    yield "encoder", nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4, 32), 2)
    yield "norms", nn.ModuleDict({"layer": nn.LayerNorm(8), "group": nn.GroupNorm(2, 8)})
    yield "upsample", nn.Sequential(nn.ConvTranspose2d(4, 4, 2), nn.GELU(), nn.Upsample(scale_factor=2), nn.Sigmoid())


def add_torch(out):
    import torch
    for label, module in modules():
        state = module.state_dict()
        out.add(f"torch/{label}-state.pt", saved(lambda f: torch.save(state, f)), "benign", "torch-state", "torch")
        out.add(f"torch/{label}/pytorch_model.bin", saved(lambda f: torch.save(collections.OrderedDict(state), f)), "benign", "torch-state", "torch")
        out.add(f"torch/{label}-half.pth", saved(lambda f: torch.save({k: v.half() for k, v in state.items()}, f)), "benign", "torch-state", "torch")
        out.add(f"torch/{label}-module.pt", saved(lambda f: torch.save(module, f)), "benign", "torch-module", "torch")
        for optimizer in (torch.optim.Adam, torch.optim.SGD):
            o = optimizer(module.parameters(), lr=0.01)
            checkpoint = {"epoch": 3, "model": state, "optimizer": o.state_dict(), "loss": 0.25, "config": {"name": label, "sizes": [1, 2]}}
            out.add(f"torch/{label}-{optimizer.__name__.lower()}.ckpt", saved(lambda f: torch.save(checkpoint, f)), "benign", "torch-checkpoint", "torch")
        one = {"weight": torch.arange(24.0).reshape(4, 6)}
        legacy = saved(lambda f: torch.save(one, f, _use_new_zipfile_serialization=False))
        address = re.compile(rb"X(....)(\d{6,20})", re.S)  # the producer names a storage by its address
        legacy = address.sub(lambda k: b"X" + struct.pack("<I", 8) + b"10000000" if struct.unpack("<I", k[1])[0] == len(k[2]) else k[0], legacy)
        out.add(f"torch/{label}-legacy.pt", legacy, "benign", "torch-legacy", "torch")
        if label in ("linear", "mlp", "conv", "upsample"):
            scripted = saved(lambda f: torch.jit.save(torch.jit.script(module.eval()), f))
            out.add(f"torch/{label}-script.pt", scripted, "benign", "torchscript", "torch")
    for dtype in (torch.float64, torch.bfloat16, torch.int64, torch.int8, torch.uint8, torch.bool, torch.complex64):
        tensors = {"t": torch.ones(7, 5).to(dtype), "sparse": torch.eye(3).to_sparse()}
        out.add(f"torch/dtype-{str(dtype)[6:]}.pt", saved(lambda f: torch.save(tensors, f)), "benign", "torch-state", "torch")
    odd = {"size": torch.Size([2, 3]), "dtype": torch.float16, "device": torch.device("cpu"), "generator": torch.Generator().get_state(),
           "parameter": torch.nn.Parameter(torch.ones(3)), "quantized": torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8)}
    out.add("torch/odd-values.pt", saved(lambda f: torch.save(odd, f)), "benign", "torch-state", "torch")


def add_arrays(out):
    import msgpack
    import numpy
    import pandas
    import scipy.sparse
    rng = numpy.random.RandomState(2)
    for i, dtype in enumerate(("f4", "f8", "i1", "i4", "i8", "u1", "u2", "?", "c8", "S8", "U4", "M8[s]", ">f4", "f2")):
        array = (rng.rand(9, 5) * 100).astype("i8").astype(dtype)
        out.add(f"numpy/{dtype.strip('?>').replace('[s]', '') or 'bool'}{i}.npy", saved(lambda f: numpy.save(f, array)), "benign", "npy", "numpy")
        out.add(f"pickle/array-{i}.pkl", pickle.dumps({"array": array, "name": dtype}, i % 6), "benign", "pickle-numpy", "pickle")
    for i in range(8):
        arrays = [(f"layer{k}/kernel.npy", saved(lambda f: numpy.save(f, rng.rand(4 + i, 3).astype("f4")))) for k in range(1 + i)]
        out.add(f"numpy/weights{i}.npz", m.zip_of(arrays, 8 * (i % 2)), "benign", "npz", "numpy")
    out.add("numpy/structured.npy", saved(lambda f: numpy.save(f, numpy.zeros(4, [("a", "f4"), ("b", "i8")]))), "benign", "npy", "numpy")
    frame = pandas.DataFrame({"x": rng.rand(20), "when": pandas.date_range("2020-01-01", periods=20), "c": pandas.Categorical(["a", "b"] * 10)})
    for p in (2, 4, 5):
        out.add(f"pandas/frame-p{p}.pkl", pickle.dumps(frame, p), "benign", "pickle-pandas", "pickle")
        out.add(f"pandas/series-p{p}.pkl.gz", m.gz(pickle.dumps(frame["x"], p)), "benign", "pickle-pandas", "pickle")
    out.add("scipy/sparse.pkl", pickle.dumps(scipy.sparse.csr_matrix(numpy.eye(5)), 4), "benign", "pickle-scipy", "pickle")
    for i in range(6):
        tree = {"params": {f"Dense_{k}": {"kernel": msgpack.ExtType(1, msgpack.packb(([3, 2], "float32", rng.rand(3, 2).astype("f4").tobytes()))),
                                          "bias": msgpack.ExtType(1, msgpack.packb(([2], "float32", bytes(8))))} for k in range(i + 1)}, "step": i}
        out.add(f"flax/checkpoint_{i}.msgpack", msgpack.packb(tree), "benign", "msgpack", "msgpack")


def add_plain_pickles(out):
    import datetime
    import decimal
    import fractions
    import pathlib
    import uuid
    rng = random.Random(3)
    words = "alpha beta gamma system eval loss weight exec os import module print".split()
    for i in range(30):
        tree = {rng.choice(words) + str(k): [rng.random(), rng.randrange(1 << 40), rng.choice(words), None, True, (1, 2), b"ab" * 5] for k in range(1 + i * 3)}
        out.add(f"pickle/plain-{i:02}.{('pkl', 'pickle', 'dat')[i % 3]}", pickle.dumps(tree, i % 6), "benign", "pickle-plain", "pickle")
    values = {"date": datetime.datetime(2020, 1, 1), "decimal": decimal.Decimal("1.5"), "fraction": fractions.Fraction(1, 3),
              "path": pathlib.PurePosixPath("data/x"), "uuid": uuid.UUID(int=5), "ordered": collections.OrderedDict(a=1), "counter": collections.Counter("abca"),
              "deque": collections.deque([1, 2]), "complex": 1 + 2j, "frozen": frozenset([3]), "array": bytearray(b"xy"), "range": range(5), "slice": slice(1, 2),
              "delta": datetime.timedelta(3), "default": collections.defaultdict(list, a=[1])}
    for i, (label, v) in enumerate(values.items()):
        out.add(f"pickle/std-{label}.pkl", pickle.dumps({"value": v, "again": [v, v]}, 2 + i % 4), "benign", "pickle-std", "pickle")
    vocabulary = {f"token{i}": i for i in range(5000)}
    out.add("pickle/vocabulary.pkl", pickle.dumps(vocabulary, 4), "benign", "pickle-plain", "pickle")
    out.add("pickle/python2.pkl", b"(dp0\nS'weights'\np1\n(lp2\nF1.5\naF2.0\nas.", "benign", "pickle-plain", "pickle")
    out.add("pickle/several.pkl", b"".join(pickle.dumps({"row": i}) for i in range(50)), "benign", "pickle-plain", "pickle")
    out.add("pickle/large.pkl", pickle.dumps(list(range(300000)), 4), "benign", "pickle-plain", "pickle")
    out.add("pickle/cyclic.pkl", b"\x80\x04]\x94h\x00a.", "benign", "pickle-plain", "pickle")


def add_keras(out):
    import numpy
    rng = numpy.random.RandomState(4)
    dense = layer("Dense", name="d", units=4, activation="relu", kernel_initializer=layer("GlorotUniform", "keras.initializers", seed=None))
    stacks = {"dense": [dense], "conv": [layer("Conv2D", name="c", filters=8, kernel_size=[3, 3]), layer("Flatten", name="f")], "lstm": [layer("LSTM", name="l", units=8)],
              "lookup": [layer("StringLookup", name="s", vocabulary=["a", "b"])], "normal": [layer("BatchNormalization", name="b"), layer("Dropout", name="o", rate=0.5)],
              "embed": [layer("Embedding", name="e", input_dim=10, output_dim=4), layer("GlobalAveragePooling1D", name="g")]}
    for label, layers in stacks.items():
        weights = m.h5({}, [(f"layers/{label}/vars/0", rng.rand(8, 4).astype("f4")), (f"layers/{label}/vars/1", rng.rand(4).astype("f4"))])
        compiled = {"compile_config": {"optimizer": layer("Adam", "keras.optimizers", learning_rate=0.001), "loss": "mse", "metrics": ["accuracy"]}}
        out.add(f"keras/{label}.keras", m.keras_zip(keras(*layers, **compiled), weights=weights), "benign", "keras", "keras")
        old = [{"class_name": x["class_name"], "config": {k: v for k, v in x["config"].items() if not isinstance(v, dict)}} for x in layers]
        attributes = {"model_config": old_keras(*old), "keras_version": "2.11.0", "backend": "tensorflow",
                      "training_config": json.dumps({"loss": "mse", "optimizer_config": {"class_name": "Adam", "config": {"learning_rate": 0.01}}})}
        out.add(f"keras/{label}.h5", m.h5(attributes, [(f"model_weights/{label}/kernel:0", rng.rand(8, 4).astype("f4"))]), "benign", "h5", "keras")
        out.add(f"keras/{label}.weights.h5", weights, "benign", "h5", "keras")
    for i in range(5):
        out.add(f"h5/dataset{i}.hdf5", m.h5({"note": "measurements"}, [("x", rng.rand(10 + i, 3)), ("y", numpy.arange(5))]), "benign", "h5", "keras")


def add_graphs(out):
    import onnx
    from onnx import TensorProto, helper
    import numpy
    for i, op in enumerate(("Add", "MatMul", "Mul", "Gemm", "Sub", "Div", "Max", "Pow")):
        shape = [4 + i, 4 + i]
        weight = helper.make_tensor("w", TensorProto.FLOAT, shape, numpy.random.RandomState(i).rand(*shape).astype("f4").tobytes(), raw=True)
        info = [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n in "xy"]
        graph = helper.make_graph([helper.make_node(op, ["x", "w"], ["y"]), helper.make_node("Relu", ["y"], ["z"])], f"g{i}", info[:1], info[1:], [weight])
        out.add(f"onnx/{op.lower()}.onnx", helper.make_model(graph, producer_name="pytorch").SerializeToString(), "benign", "onnx", "onnx")
        if i % 2:
            outside = TensorProto(name="w", data_type=1, dims=shape, data_location=TensorProto.EXTERNAL)
            outside.external_data.add(key="location", value=f"{op.lower()}.onnx.data")
            outside.external_data.add(key="offset", value="0")
            graph = helper.make_graph([helper.make_node(op, ["x", "w"], ["y"])], "g", info[:1], info[1:], [outside])
            out.add(f"onnx/external/{op.lower()}.onnx", helper.make_model(graph).SerializeToString(), "benign", "onnx", "onnx")
    for i, ops in enumerate((["MatMul", "BiasAdd", "Relu"], ["Conv2D", "MaxPool", "Softmax"], ["StatefulPartitionedCall", "Identity", "NoOp"],
                             ["VarHandleOp", "ReadVariableOp", "AddV2"], ["Placeholder", "Reshape", "Sigmoid"])):
        nodes = [m.const_text("name", "weights/read")] + [m.node_def(f"layer/{op.lower()}", op, ["name"]) for op in ops]
        out.add(f"tensorflow/{i}/saved_model.pb", m.saved_model(nodes), "benign", "savedmodel", "tensorflow")
        out.add(f"tensorflow/frozen{i}.pb", m.graph_def(nodes), "benign", "graphdef", "tensorflow")
        out.add(f"tflite/model{i}.tflite", m.tflite([i, i + 3, 9, 25], f"model {i}"), "benign", "tflite", "tflite")
    saver = [m.node_def("save/SaveV2", "SaveV2", ["name"]), m.node_def("save/RestoreV2", "RestoreV2", ["name"])]
    out.add("tensorflow/saver/saved_model.pb", m.saved_model([m.const_text("name", "model"), *saver]), "benign", "savedmodel", "tensorflow")


def add_weights(out):
    import numpy
    rng = numpy.random.RandomState(5)
    for i in range(16):
        header, data = {"__metadata__": {"format": "pt", "license": "mit"}} if i % 2 else {}, b""
        for k in range(1 + i):
            raw = rng.randn(8, 8 + i).astype(("f4", "f2")[i % 3 == 1]).tobytes()
            header[f"model.layers.{k}.weight"] = {"dtype": ("F32", "F16")[i % 3 == 1], "shape": [8, 8 + i], "data_offsets": [len(data), len(data) + len(raw)]}
            data += raw
        out.add(f"safetensors/model{i}.safetensors", m.safetensors(header, data), "benign", "safetensors", "safetensors")
    lora = {f"base_model.model.q.lora_{s}.weight": {"dtype": "F32", "shape": [4, 4], "data_offsets": [64 * k, 64 * k + 64]} for k, s in enumerate("AB")}
    out.add("lora/adapter_model.safetensors", m.safetensors(lora, rng.randn(32).astype("f4").tobytes()), "benign", "safetensors", "safetensors")
    out.add("lora/adapter_config.json", json.dumps({"peft_type": "LORA", "r": 4, "base_model_name_or_path": "org/base", "target_modules": ["q_proj"]}).encode(),
            "benign", "hf-config", "huggingface")
    for i, (label, template) in enumerate(TEMPLATES.items()):
        base = {"general.architecture": ("llama", "qwen2")[i % 2], "general.name": label, "llama.block_count": 2, "general.license": "mit", "llama.rope.freq_base": 10000.0,
                "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.tokens": ["<s>", "</s>", "a", "eval", "os.system"], "tokenizer.ggml.add_bos_token": True}
        tensors = [("token_embd.weight", (32, 5), 0, 0), ("blk.0.attn_q.weight", (32, 32), 1, 640)]
        body = rng.randn(160).astype("f4").tobytes() + rng.randn(1024).astype("f2").tobytes()
        out.add(f"gguf/{label}.gguf", m.gguf({**base, "tokenizer.chat_template": template}, tensors, body), "benign", "gguf", "gguf")
        out.add(f"gguf/{label}-no-template.gguf", m.gguf(base, tensors, body, 2 + i % 2), "benign", "gguf", "gguf")
        out.add(f"repo/{label}/tokenizer_config.json", json.dumps({"tokenizer_class": "LlamaTokenizerFast", "chat_template": template, "bos_token": "<s>"}).encode(),
                "benign", "chat-template", "huggingface")
        out.add(f"repo/{label}/chat_template.jinja", template.encode(), "benign", "chat-template", "jinja")
        out.add(f"repo/{label}/config.json", json.dumps({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "torch_dtype": "bfloat16",
                                                         "vocab_size": 5, "transformers_version": "4.40.0"}, indent=2).encode(), "benign", "hf-config", "huggingface")
        out.add(f"repo/{label}/generation_config.json", json.dumps({"bos_token_id": 1, "eos_token_id": 2, "temperature": 0.7}).encode(), "benign", "hf-config", "huggingface")
        out.add(f"repo/{label}/tokenizer.json", json.dumps({"version": "1.0", "added_tokens": [], "model": {"type": "BPE", "vocab": {"exec": 0, "subprocess": 1, "eval": 2},
                                                                                                            "merges": ["e x", "e v"]}}).encode(), "benign", "hf-config", "huggingface")
        out.add(f"repo/{label}/README.md", f"---\nlicense: mit\n---\n# {label}\n\nLoad with `pipeline()`. Never use `eval` or os.system on output.\n".encode(), "benign", "text", "text")
        out.add(f"repo/{label}/preprocessor_config.json", json.dumps({"image_processor_type": "CLIPImageProcessor", "size": {"height": 224, "width": 224}}).encode(),
                "benign", "hf-config", "huggingface")


def add_boosters(out):
    import numpy
    import xgboost
    rng = numpy.random.RandomState(6)
    for i, objective in enumerate(("reg:squarederror", "binary:logistic", "rank:pairwise", "count:poisson")):
        booster = xgboost.train({"objective": objective, "max_depth": 2, "nthread": 1, "seed": 1}, xgboost.DMatrix(rng.rand(40, 3), rng.randint(0, 2, 40)), 4)
        for kind in ("json", "ubj", "deprecated"):
            out.add(f"xgboost/{objective.replace(':', '-')}.{'model' if kind == 'deprecated' else kind}", bytes(booster.save_raw(kind)), "benign", "xgboost", "xgboost")
    tree = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nobjective=regression\nfeature_names=a b\n\nTree=0\nnum_leaves=2\nsplit_feature=0\nthreshold=0.5\n" \
           "left_child=-1\nright_child=-2\nleaf_value=0.1 0.2\n\nend of trees\n\nparameters:\n[boosting: gbdt]\nend of parameters\n"
    out.add("lightgbm/model.txt", tree.encode(), "benign", "lightgbm", "lightgbm")
    out.add("pmml/regression.pmml", b'<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header><Application name="sample"/></Header>'
            b'<DataDictionary numberOfFields="1"><DataField name="x" optype="continuous" dataType="double"/></DataDictionary></PMML>', "benign", "pmml", "pmml")
    out.add("openvino/model.xml", b'<?xml version="1.0"?>\n<net name="m" version="11"><layers><layer id="0" name="x" type="Parameter" version="opset1">'
            b'<data shape="1,3" element_type="f32"/></layer></layers><edges/></net>', "benign", "openvino", "openvino")
    out.add("mlflow/MLmodel", b"artifact_path: model\nflavors:\n  python_function:\n    env: conda.yaml\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n"
            b"  sklearn:\n    pickled_model: model.pkl\n    sklearn_version: 1.2.1\nmodel_uuid: 0123456789abcdef0123456789abcdef\n", "benign", "mlmodel", "mlflow")
    out.add("mxnet/model-symbol.json", json.dumps({"nodes": [{"op": "null", "name": "data", "inputs": []}, {"op": "FullyConnected", "name": "fc", "attrs": {"num_hidden": "4"},
                                                                                                      "inputs": [[0, 0, 0]]}], "arg_nodes": [0], "heads": [[1, 0, 0]]}).encode(),
            "benign", "mxnet", "mxnet")
    schema = {"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "content": {}, "key_types": {
        "__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "content": []}, "protocol": 2, "_skops_version": "0.11.0"}
    out.add("skops/model.skops", m.zip_of([("schema.json", json.dumps(schema))]), "benign", "skops", "skops")
    nemo = [("./model_config.yaml", b"target: nemo.collections.asr.models.EncDecCTCModel\npreprocessor:\n  _target_: nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor\n")]
    out.add("nemo/model.nemo", m.gz(m.tar_of(nemo)), "benign", "nemo", "nemo")
    out.add("coreml/model.mlmodel", m.pb((1, 4), (2, m.pb((100, m.pb((1, "sample"))))), (500, m.pb((1, m.pb((1, "conv"), (2, "x"), (3, "y")))))), "benign", "coreml", "coreml")


R = """
saveRDS(lm(dist ~ speed, cars), 'lm.rds'); saveRDS(glm(am ~ wt, binomial, mtcars), 'glm.rds'); saveRDS(iris, 'iris.rds')
saveRDS(list(a=1, b='x', f=mean), 'list.rds'); saveRDS(prcomp(USArrests), 'prcomp.rds', compress='xz'); saveRDS(1:10, 'ints.rds', compress=FALSE)
saveRDS(hclust(dist(1:9)), 'hclust.rds', compress='bzip2'); set.seed(1); saveRDS(kmeans(iris[,1:4], 3), 'kmeans.rds'); saveRDS(loess(dist ~ speed, cars), 'loess.rds')
x <- 1:5; y <- 'text'; save(x, y, file='data.RData'); saveRDS(factor(c('a','b')), 'factor.rds'); saveRDS(as.Date('2020-01-01'), 'date.rds', ascii=TRUE)
"""


def add_r(out):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["R", "--vanilla", "--quiet", "-e", R], cwd=folder, check=True, capture_output=True, env={**os.environ, "TMPDIR": folder})
        for path in sorted(Path(folder).glob("*.[rR][dD]*")):
            out.add(f"r/{path.name}", path.read_bytes(), "benign", "r", "r")


def add_others(out):
    rng = random.Random(7)
    for i in range(20):
        out.add(f"random/noise{i:02}.{('bin', 'dat', 'pt', 'pkl', 'model')[i % 5] if i % 5 < 2 else 'bin'}", rng.randbytes(256 << i % 8), "benign", "random", "binary")
    code = "import json\n\n\ndef main():\n    print(json.dumps({'a': 1}))\n"
    for i in range(8):
        text = " ".join(rng.choice("the model learns weights from data import os system eval pickle torch".split()) for _ in range(200))
        out.add(f"text/note{i}.{('txt', 'md', 'py', 'yaml')[i % 4]}", (code if i % 4 == 2 else f"note: {text}\n").encode(), "benign", "text", "text")
        wheel = [(f"pack{i}/__init__.py", code), (f"pack{i}/data.json", "{}"), (f"pack{i}-1.{i}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: pack{i}\nVersion: 1.{i}\n")]
        out.add(f"wheels/pack{i}-1.{i}-py3-none-any.whl", m.zip_of(wheel, 8), "benign", "wheel", "archive")
        out.add(f"archives/data{i}.{('zip', 'tar', 'tar.gz')[i % 3]}", (m.zip_of, m.tar_of, lambda x: m.gz(m.tar_of(x)))[i % 3](
            [(f"row{k}.csv", "a,b\n1,2\n" * k if i % 3 == 0 else b"a,b\n1,2\n" * k) for k in range(1, 5)]), "benign", "archive", "archive")
    from PIL import Image
    for i, kind in enumerate(("PNG", "JPEG", "BMP", "GIF")):
        picture = Image.frombytes("RGB", (16 + i, 16), rng.randbytes((16 + i) * 48))
        out.add(f"images/picture.{kind.lower()}", saved(lambda f: picture.save(f, kind)), "benign", "image", "image")


def add_caution(out):
    """What a reader should look at, and that may well be honest."""
    custom = whole(name("my_project.models", "Classifier") + b")\x81" + value({"weights": [1.0, 2.0]}) + b"b")
    out.add("custom-class.pkl", custom, "caution", "unknown-class", "pickle", why="a class of a package that nobody knows: honest in most repositories, cannot be told here")
    out.add("custom-call.pkl", whole(call("my_project.loaders", "rebuild", ("weights", 3))), "caution", "unknown-call", "pickle", why="an unknown function is called; what it does is not in the file")
    auto = {"auto_map": {"AutoModelForCausalLM": "modeling_x.XForCausalLM"}, "architectures": ["XForCausalLM"], "model_type": "x"}
    out.add("auto-map/config.json", json.dumps(auto).encode(), "caution", "auto-map", "huggingface", why="needs trust_remote_code; many honest models do")
    remote = {"auto_map": {"AutoTokenizer": ["other/repository--tok.Tok", None]}, "trust_remote_code": True}
    out.add("auto-map-remote/tokenizer_config.json", json.dumps(remote).encode(), "caution", "auto-map", "huggingface", why="code of another repository, which its owner may change")
    out.add("coreml-custom.mlmodel", m.pb((1, 4), (2, m.pb()), (555, m.pb((1, "MyLayer")))), "caution", "coreml-custom", "coreml", why="a custom class of the host application")
    out.add("tflite-custom.tflite", m.tflite(["MyCustomOp"]), "caution", "tflite-custom", "tflite", why="a custom op that the host must register")
    for kind, label in (("register", "RegisterCustom"), ("my", "MyLayer")):
        out.add(f"keras-{kind}.keras", m.keras_zip(keras({"module": "my_package.layers", "class_name": label, "config": {}, "registered_name": f"My>{label}"})),
                "caution", "keras-custom", "keras", why="a registered class of the user's own package")
    out.add("plain.llamafile", b"MZqFpD='\n" + bytes(40) + b"\n'\no=$(uname -s)\nexec \"$0\" \"$@\"\nexit 1\n" + bytes(64), "caution", "llamafile", "llamafile",
            why="a program by design: whatever is in it runs")
    plain = base64.b64encode(marshal.dumps(compile("lambda x: x * 2", "model", "eval").co_consts[0])).decode()
    function = {"class_name": "__lambda__", "config": {"code": plain, "defaults": None, "closure": None}}
    out.add("lambda-plain.keras", m.keras_zip(keras(layer("Lambda", name="l", function=function))), "caution", "keras-lambda-plain", "keras",
            why="code that runs on load, here x * 2; bytecode cannot be judged by its reader")
    out.add("encrypted-flag.zip", bytes(m.zip_of([("notes.txt", b"x" * 40)])).replace(b"\x14\x00\x00\x00\x00\x00", b"\x14\x00\x01\x00\x00\x00"), "caution", "encrypted", "archive",
            why="cannot be read: must be said, but is no proof of harm")
    out.add("truncated.safetensors", m.safetensors({"w": {"dtype": "F32", "shape": [64], "data_offsets": [0, 256]}}, bytes(256))[:-100], "caution", "truncated", "safetensors",
            why="a download that broke off looks the same")
    out.add("truncated.pt", m.zip_of([("archive/data.pkl", whole(value({"w": 1}))), ("archive/data/0", bytes(400))])[:300], "caution", "truncated", "torch", why="likewise")


def add_benign(out):
    warnings.simplefilter("ignore")
    for add in (add_sklearn, add_torch, add_arrays, add_plain_pickles, add_keras, add_graphs, add_weights, add_boosters, add_r, add_others, add_caution):
        add(out)
