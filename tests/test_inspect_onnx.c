// ONNX: what is said of honest and hostile models.
#include "inspect_binary.h"

Test(onnx, says_what_models_do) {
  static const said all[] = {
      {"onnx/good", "m.onnx", 0, NULL},
      {"onnx/function", "m.onnx", 0, NULL},
      {"onnx/external", "m.onnx", 0, NULL},
      {"onnx/good", "no-suffix", 0, NULL},
      {"onnx/custom-in-branch", "m.onnx", VD_CHECK_ONNX_CUSTOM, "evil.ops::Evil"},
      {"onnx/python", "m.onnx", VD_CHECK_ONNX_PYTHON, "module=\"os\", name=\"system\""},
      {"onnx/external-climbs", "m.onnx", VD_CHECK_ONNX_EXTERNAL_PATH, "\"../../../etc/passwd\""},
      {"onnx/external-absolute", "m.onnx", VD_CHECK_ONNX_EXTERNAL_PATH, "is absolute"},
      {"onnx/external-device", "m.onnx", VD_CHECK_ONNX_EXTERNAL_PATH, "device"},
      {"onnx/external-device", "m.onnx", VD_CHECK_ONNX_EXTERNAL_DATA, "length = \"9999"},
      {"onnx/external-attribute", "m.onnx", VD_CHECK_ONNX_EXTERNAL_DATA, "\"__class__\""},
      {"onnx/wrong-shape", "m.onnx", VD_CHECK_MODEL_BOUNDS, "tensor w"},
      {"onnx/cut", "m.onnx", VD_CHECK_UNREADABLE, "cut"},
  };
  for (size_t i = 0; i < VD_COUNT(all); i++)
    expect_said(&all[i]);
}

Test(onnx, describes_a_model) {
  expect_property("onnx/good", "m.onnx", "producer", "vedette-tests 1");
  expect_property("onnx/good", "m.onnx", "ir version", "8");
  expect_property("onnx/good", "m.onnx", "licence", "Apache-2.0");
  expect_property("onnx/external", "m.onnx", "external data", "weights.bin");
}

Test(onnx, survives_everything) {
  torture("onnx/good", "m.onnx");
  torture("onnx/custom-in-branch", "m.onnx");
  torture("onnx/external-device", "m.onnx");
}
