// Keras configurations: what their objects name, the code they carry, files they point to.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good.json", NULL, CLEAN, VD_SEVERITY_INFO},
    {"good_metadata.json", "metadata.json", CLEAN, VD_SEVERITY_INFO},
    {"good_nan.json", "config.json", CLEAN, VD_SEVERITY_INFO},
    {"good_functions.json", NULL, CLEAN, VD_SEVERITY_INFO},
    {"lambda_system.json", "config.json", VD_CHECK_KERAS_LAMBDA, VD_SEVERITY_CRITICAL},
    {"lambda_plain.json", "config.json", VD_CHECK_KERAS_LAMBDA, VD_SEVERITY_MEDIUM},
    {"lambda_garbled.json", "config.json", VD_CHECK_KERAS_LAMBDA, VD_SEVERITY_HIGH},
    {"lambda_source.json", "config.json", VD_CHECK_KERAS_LAMBDA, VD_SEVERITY_CRITICAL},
    {"legacy_lambda.json", NULL, VD_CHECK_KERAS_LAMBDA, VD_SEVERITY_CRITICAL},
    {"os_system.json", "config.json", VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL},
    {"popen_class.json", "config.json", VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL},
    {"get_file.json", "config.json", VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL},
    {"unsafe_switch.json", "config.json", VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL},
    {"function_text.json", NULL, VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL},
    {"typespec.json", NULL, VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL},
    {"torch_wrapper.json", "config.json", VD_CHECK_KERAS_TORCH, VD_SEVERITY_HIGH},
    {"torch_wrapper.json", "config.json", VD_CHECK_PICKLE_EXECUTE, VD_SEVERITY_CRITICAL},
    {"tfsm.json", "config.json", VD_CHECK_KERAS_TFSM, VD_SEVERITY_HIGH},
    {"vocabulary.json", "config.json", VD_CHECK_KERAS_FILE, VD_SEVERITY_MEDIUM},
    {"custom.json", "config.json", VD_CHECK_KERAS_CUSTOM, VD_SEVERITY_LOW},
    {"foreign_module.json", "config.json", VD_CHECK_KERAS_CUSTOM, VD_SEVERITY_MEDIUM},
    {"auto_map_too.json", "config.json", VD_CHECK_HUB_FOREIGN_CODE, VD_SEVERITY_HIGH},
    {"broken.json", "config.json", VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
};

Test(keras_config, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("keras_config", &samples[i]);
}

Test(keras_config, cut_and_changed_samples_are_survived) {
  torture_sample("keras_config", "lambda_system.json", "config.json");
  torture_sample("keras_config", "torch_wrapper.json", "config.json");
  torture_sample("keras_config", "legacy_lambda.json", "model.json");
}

Test(keras_config, every_failing_allocation_is_survived) {
  starve_sample("keras_config", "lambda_system.json", "config.json");
  starve_sample("keras_config", "torch_wrapper.json", "config.json");
  starve_sample("keras_config", "legacy_lambda.json", "model.json");
}

// What is read of TEXT as NAME: the severity of the check, or -1.
static int found(const char *name, const char *text, int check) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20), scratch = VD_ARENA(64 << 20);
  vd_inspection in = sample_inspect(&a, &scratch, name, vd_view_of(text));
  const vd_observation *o = sample_find(&in, check);
  return o == NULL ? -1 : (int)o->severity;
}

Test(keras_config, other_json_is_left_alone) {
  static const char *const texts[] = {
      "{\"name\": \"x\", \"version\": \"1.0.0\", \"config\": {\"port\": 80}}",
      "{\"compilerOptions\": {\"module\": \"os\", \"class_name\": \"system\"}}",
      "{\"module\": \"os\", \"function\": \"system\"}",
      "[1, 2, 3]",
      "{}",
      "{\"class_name\": \"A\"}"};
  for (size_t i = 0; i < VD_COUNT(texts); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20), scratch = VD_ARENA(1 << 20);
    vd_inspection in = sample_inspect(&a, &scratch, "config.json", vd_view_of(texts[i]));
    cr_expect(in.model.formats.count == 0 && in.observations.count == 0, "%s", texts[i]);
    cr_expect(!vd_inspect_wants(VD_VIEW("config.json"), vd_view_of(texts[i]), strlen(texts[i])));
  }
}

Test(keras_config, keys_behind_the_head_are_found) {
  VD_SCOPED_BUF b = VD_BUF(1 << 16);
  vd_buf_printf(&b,
                "{\"pad\": \"%*s\", \"class_name\": \"function\", \"module\": \"os\", "
                "\"config\": \"system\"}",
                8000, "");
  vd_buf_put_c(&b, '\0');
  vd_view head = vd_view_first(vd_buf_view(&b), VD_HEAD_BYTES);
  cr_expect(vd_inspect_wants(VD_VIEW("config.json"), head, b.len));
  cr_expect(found("config.json", b.ptr, VD_CHECK_KERAS_CODE) == VD_SEVERITY_CRITICAL);
}
