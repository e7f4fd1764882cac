// Files of arrays: MessagePack of Flax, Orbax and Zarr, MXNet; and graphs of Core ML, Paddle,
// CatBoost and OpenVINO.
#include "inspect_binary.h"

Test(arrays, says_what_checkpoints_hold) {
  static const said all[] = {
      {"msgpack/good", "m.msgpack", 0, NULL},
      {"msgpack/good", "other", 0, NULL},
      {"msgpack/wrong-shape", "m.msgpack", VD_CHECK_MODEL_BOUNDS, "array a"},
      {"msgpack/trailing", "m.msgpack", VD_CHECK_TRAILING, "4 bytes"},
      {"msgpack/pickled", "m.msgpack", VD_CHECK_PICKLE_EXECUTE, "os.system"},
      {"msgpack/extension", "m.msgpack", VD_CHECK_PICKLE_EXECUTE, "os.system"},
      {"msgpack/longer", "m.msgpack", VD_CHECK_PICKLE_EXECUTE, "os.system"},
      {"msgpack/guess", "m.msgpack", 0, NULL},
      {"msgpack/long-map", "m.msgpack", VD_CHECK_MODEL_BOUNDS, "4294967295"},
      {"msgpack/deep", "m.msgpack", VD_CHECK_LIMIT, "nest deeper"},
      {"msgpack/cut", "m.msgpack", VD_CHECK_UNREADABLE, "cut"},
      {"orbax/zarr-good", ".zmetadata", 0, NULL},
      {"orbax/zarr-text", ".zarray", 0, NULL},
      {"orbax/metadata", "_METADATA", 0, NULL},
      {"orbax/manifest", "manifest.ocdbt", 0, NULL},
      {"orbax/zarr-pickle", ".zarray", VD_CHECK_ZARR_PICKLE, "\"pickle\""},
      {"orbax/zarr-object", ".zarray", VD_CHECK_ZARR_PICKLE, "|O"},
      {"orbax/zarr-3", "zarr.json", VD_CHECK_ZARR_PICKLE, "numcodecs.pickle"},
      {"orbax/manifest-trailing", "manifest.ocdbt", VD_CHECK_TRAILING, "4 bytes"},
      {"mxnet/good", "m-0000.params", 0, NULL},
      {"mxnet/symbol", "m-symbol.json", 0, NULL},
      {"mxnet/past-end", "m-0000.params", VD_CHECK_MODEL_BOUNDS, "ends past the file"},
      {"mxnet/count", "m-0000.params", VD_CHECK_MODEL_BOUNDS, "1152921504606846976"},
      {"mxnet/trailing", "m-0000.params", VD_CHECK_TRAILING, "10 bytes"},
      {"mxnet/cut", "m-0000.params", VD_CHECK_UNREADABLE, "name"},
      {"mxnet/symbol-custom", "m-symbol.json", VD_CHECK_MXNET_CUSTOM, "op_type=\"evil\""},
      {"mxnet/symbol-name", "m-symbol.json", VD_CHECK_MXNET_NAME, "aaaa"},
  };
  for (size_t i = 0; i < VD_COUNT(all); i++)
    expect_said(&all[i]);
}

Test(arrays, says_what_graphs_do) {
  static const said all[] = {
      {"coreml/good", "m.mlmodel", 0, NULL},
      {"coreml/custom-layer", "m.mlmodel", VD_CHECK_COREML_CUSTOM, "EvilLayer: does things"},
      {"coreml/custom-in-pipeline", "m.mlmodel", VD_CHECK_COREML_CUSTOM, "EvilLayer"},
      {"coreml/custom-model", "m.mlmodel", VD_CHECK_COREML_CUSTOM, "EvilModel"},
      {"coreml/linked", "m.mlmodel", VD_CHECK_MODEL_PATH, "../../evil.mlmodelc"},
      {"coreml/cut", "m.mlmodel", VD_CHECK_UNREADABLE, "cut"},
      {"paddle/good", "m.pdmodel", 0, NULL},
      {"paddle/python", "m.pdmodel", VD_CHECK_PADDLE_EXECUTES, "py_func"},
      {"paddle/saves", "m.pdmodel", VD_CHECK_PADDLE_FILE, "save_combine(\"/tmp/x\")"},
      {"paddle/cut", "m.pdmodel", VD_CHECK_UNREADABLE, "cut"},
      {"catboost/good", "m.cbm", 0, NULL},
      {"catboost/trailing", "m.cbm", VD_CHECK_TRAILING, "13 bytes"},
      {"catboost/longer-than-file", "m.cbm", VD_CHECK_MODEL_BOUNDS, "leads out"},
      {"catboost/cut", "m.cbm", VD_CHECK_MODEL_BOUNDS, "leads out"},
      {"openvino/good", "m.xml", 0, NULL},
      {"openvino/extension", "m.xml", VD_CHECK_OPENVINO_CUSTOM, "extension::Evil"},
      {"openvino/in-body", "m.xml", VD_CHECK_OPENVINO_CUSTOM, "evil::Evil"},
      {"openvino/wrong-size", "m.xml", VD_CHECK_MODEL_BOUNDS, "constant w"},
      {"openvino/entity", "m.xml", VD_CHECK_XML_ENTITY, "file:///etc/passwd"},
      {"openvino/cut", "m.xml", VD_CHECK_UNREADABLE, "openvino"},
  };
  for (size_t i = 0; i < VD_COUNT(all); i++)
    expect_said(&all[i]);
}

Test(arrays, describes_models) {
  expect_property("coreml/good", "m.mlmodel", "producer", "coremltools 7.1");
  expect_property("coreml/good", "m.mlmodel", "licence", "MIT");
  expect_property("catboost/good", "m.cbm", "format version", "FlabuffersModel_v1");
  expect_property("openvino/good", "m.xml", "producer", "openvino 2024.0");
  expect_property("mxnet/symbol", "m-symbol.json", "producer", "mxnet 1.9.1");
  expect_property("paddle/good", "m.pdmodel", "program version", "2006000");
}

Test(arrays, survives_everything) {
  torture("msgpack/pickled", "m.msgpack");
  torture("orbax/zarr-good", ".zmetadata");
  torture("orbax/manifest-trailing", "manifest.ocdbt");
  torture("mxnet/good", "m-0000.params");
  torture("mxnet/symbol-custom", "m-symbol.json");
  torture("coreml/custom-in-pipeline", "m.mlmodel");
  torture("coreml/linked", "m.mlmodel");
  torture("paddle/saves", "m.pdmodel");
  torture("catboost/good", "m.cbm");
  torture("openvino/in-body", "m.xml");
}
