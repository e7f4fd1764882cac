// TensorFlow: SavedModel, frozen graphs, their text form, Keras metadata, TensorFlow Lite.
#include "inspect/tensorflow/ops.h"
#include "inspect_binary.h"

static const char saved[] = "saved_model.pb", lite[] = "m.tflite";

Test(tensorflow, says_what_saved_models_do) {
  static const said all[] = {
      {"savedmodel/good", saved, 0, NULL},
      {"savedmodel/good", "other", 0, NULL},
      {"savedmodel/asset", saved, 0, NULL},
      {"savedmodel/prints-stderr", saved, 0, NULL},
      {"savedmodel/asset-climbs", saved, VD_CHECK_MODEL_PATH, "../../etc/passwd"},
      {"savedmodel/table-reads", saved, VD_CHECK_TF_READS, "(\"/home/me/vocab.txt\")"},
      {"savedmodel/saves", saved, VD_CHECK_TF_WRITES, "SaveV2(\"/tmp/x\")"},
      {"savedmodel/saves-by-call", saved, VD_CHECK_TF_WRITES,
       "SaveV2(\"/root/.ssh/authorized_keys\") in function traced_save"},
      {"savedmodel/saves-by-second-call", saved, VD_CHECK_TF_WRITES, "SaveV2(\"/tmp/x\")"},
      {"savedmodel/saves-in-branch", saved, VD_CHECK_TF_WRITES, "SaveV2(\"/tmp/x\")"},
      {"savedmodel/saves-packed", saved, VD_CHECK_TF_WRITES, "SaveV2(\"/tmp/x\")"},
      {"savedmodel/saves-climbing-default", saved, VD_CHECK_TF_WRITES, "_temp/../../x"},
      {"savedmodel/saves-base64", saved, VD_CHECK_TF_WRITES, "SaveV2(\"L3RtcC94\")"},
      {"savedmodel/prints", saved, VD_CHECK_TF_WRITES, "PrintV2(\"file:///tmp/x\")"},
      {"savedmodel/debugs", saved, VD_CHECK_TF_NETWORK, "grpc://192.0.2.1:80"},
      {"savedmodel/reader-in-function", saved, VD_CHECK_TF_READS, "WholeFileReaderV2(...)"},
      {"savedmodel/text.pbtxt", "saved_model.pbtxt", VD_CHECK_TF_WRITES, "WriteFile(\"/tmp/x\")"},
      {"savedmodel/cut", saved, VD_CHECK_UNREADABLE, "cut"},
  };
  for (size_t i = 0; i < VD_COUNT(all); i++)
    expect_said(&all[i]);
  expect_property("savedmodel/good", saved, "producer", "tensorflow 2.15.0");
  expect_property("savedmodel/good", saved, "functions", "1");
}

Test(tensorflow, says_what_graphs_do) {
  static const said all[] = {
      {"graphdef/good", "frozen.pb", 0, NULL},
      {"graphdef/good", "model.pb", 0, NULL},
      {"savedmodel/good", "model.pb", 0, NULL},
      {"onnx/good", "model.pb", 0, NULL},
      {"graphdef/reads", "x.pb", VD_CHECK_TF_READS, "ReadFile(\"/etc/passwd\")"},
      {"graphdef/python", "x.pb", VD_CHECK_TF_EXECUTES, "PyFunc(\"pyfunc_0\")"},
      {"graphdef/custom", "x.pb", VD_CHECK_TF_CUSTOM, "EvilOp"},
      {"graphdef/unknown-fields-first", "x.pb", VD_CHECK_TF_WRITES, "WriteFile"},
      {"graphdef/text.pbtxt", "g.pbtxt", VD_CHECK_TF_READS, "ReadFile(\"/etc/shadow\")"},
  };
  for (size_t i = 0; i < VD_COUNT(all); i++)
    expect_said(&all[i]);
}

static size_t artefacts_in(const char *file, const char *name) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22), scratch = VD_ARENA(1 << 26);
  return look(&a, &scratch, name, corpus_file(&a, file)).artefacts;
}

Test(tensorflow, hands_the_json_of_keras_on) {
  cr_expect(artefacts_in("keras_metadata/lambda", "keras_metadata.pb") == 3);
  cr_expect(artefacts_in("savedmodel/keras-2.4", saved) == 2);
}

Test(tensorflow, says_what_lite_models_do) {
  static const said all[] = {
      {"tflite/good", lite, 0, NULL},
      {"tflite/detection", lite, 0, NULL},
      {"tflite/flex", lite, 0, NULL},
      {"tflite/custom", lite, VD_CHECK_TFLITE_CUSTOM, "EvilOp"},
      {"tflite/flex-writes", lite, VD_CHECK_TF_WRITES,
       "WriteFile(\"/tmp/x\") by the Flex delegate"},
      {"tflite/wrong-shape", lite, VD_CHECK_MODEL_BOUNDS, "tensor t0"},
      {"tflite/code-out-of-range", lite, VD_CHECK_MODEL_BOUNDS, "code 77 of 1"},
      {"tflite/buffer-past-end", lite, VD_CHECK_MODEL_BOUNDS, "buffer 1"},
      {"tflite/root-past-end", lite, VD_CHECK_UNREADABLE, ""},
      {"tflite/cut", lite, VD_CHECK_MODEL_BOUNDS, "offset"},
  };
  for (size_t i = 0; i < VD_COUNT(all); i++)
    expect_said(&all[i]);
  expect_property("tflite/good", lite, "producer", "vedette tests");
}

Test(tensorflow, tables_are_sorted_and_apart) {
  static const char *const reaching[] = {
#define TF_OP(name, check, when, place) name,
#include "inspect/tensorflow/ops.def"
#undef TF_OP
  };
  for (size_t i = 0; i < VD_COUNT(reaching); i++) {
    cr_expect(i == 0 || strcmp(reaching[i - 1], reaching[i]) < 0, "%s", reaching[i]);
    cr_expect(vd_tf_op_find(vd_view_of(reaching[i])) != NULL, "%s", reaching[i]);
  }
  static const char *const known[] = {
#define TF_KNOWN(name) name,
#include "inspect/tensorflow/known.def"
#undef TF_KNOWN
  };
  for (size_t i = 0; i < VD_COUNT(known); i++) {
    cr_expect(i == 0 || strcmp(known[i - 1], known[i]) < 0, "%s", known[i]);
    cr_expect(vd_tf_op_find(vd_view_of(known[i])) == NULL, "%s", known[i]);
  }
}

Test(tensorflow, survives_everything) {
  torture("savedmodel/saves-by-call", saved);
  torture("savedmodel/asset-climbs", saved);
  torture("savedmodel/keras-2.4", saved);
  torture("savedmodel/text.pbtxt", "saved_model.pbtxt");
  torture("graphdef/reads", "frozen.pb");
  torture("keras_metadata/lambda", "keras_metadata.pb");
  torture("tflite/flex-writes", lite);
}
