// Configurations of Hugging Face repositories.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good_config.json", "config.json", CLEAN, VD_SEVERITY_INFO},
    {"good_infinity.json", "config.json", CLEAN, VD_SEVERITY_INFO},
    {"good_index.json", "model_index.json", CLEAN, VD_SEVERITY_INFO},
    {"good_adapter.json", "adapter_config.json", CLEAN, VD_SEVERITY_INFO},
    {"good_modules.json", "modules.json", CLEAN, VD_SEVERITY_INFO},
    {"good_tokenizer.json", "tokenizer.json", CLEAN, VD_SEVERITY_INFO},
    {"auto_map.json", "config.json", VD_CHECK_HUB_REMOTE_CODE, VD_SEVERITY_MEDIUM},
    {"foreign_auto_map.json", "config.json", VD_CHECK_HUB_FOREIGN_CODE, VD_SEVERITY_HIGH},
    {"trust.json", "config.json", VD_CHECK_HUB_FOREIGN_CODE, VD_SEVERITY_HIGH},
    {"kernel.json", "config.json", VD_CHECK_HUB_FOREIGN_CODE, VD_SEVERITY_HIGH},
    {"secret.json", "tokenizer_config.json", VD_CHECK_HUB_SECRET, VD_SEVERITY_HIGH},
    {"path.json", "tokenizer_config.json", VD_CHECK_HUB_FILE, VD_SEVERITY_MEDIUM},
    {"path.json", "tokenizer_config.json", VD_CHECK_HUB_PATH, VD_SEVERITY_INFO},
    {"pipeline_os.json", "model_index.json", VD_CHECK_HUB_NAMES_CODE, VD_SEVERITY_CRITICAL},
    {"pipeline_os.json", "model_index.json", VD_CHECK_HUB_REMOTE_CODE, VD_SEVERITY_MEDIUM},
    {"pipeline_custom.json", "model_index.json", VD_CHECK_HUB_REMOTE_CODE, VD_SEVERITY_MEDIUM},
    {"adapter_mapping.json", "adapter_config.json", VD_CHECK_HUB_NAMES_CODE, VD_SEVERITY_CRITICAL},
    {"modules_custom.json", "modules.json", VD_CHECK_HUB_REMOTE_CODE, VD_SEVERITY_MEDIUM},
    {"modules_custom.json", "modules.json", VD_CHECK_HUB_NAMES_CODE, VD_SEVERITY_CRITICAL},
    {"modules_custom.json", "modules.json", VD_CHECK_HUB_FILE, VD_SEVERITY_MEDIUM},
    {"template.json", "tokenizer_config.json", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"templates.json", "tokenizer_config.json", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"pickled.json", "config.json", VD_CHECK_HUB_PICKLED, VD_SEVERITY_LOW},
    {"broken.json", "config.json", VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
    {"wide.json", "config.json", VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
};

Test(hf_config, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("hf_config", &samples[i]);
}

Test(hf_config, cut_and_changed_samples_are_survived) {
  torture_sample("hf_config", "pipeline_os.json", "model_index.json");
  torture_sample("hf_config", "templates.json", "tokenizer_config.json");
  torture_sample("hf_config", "modules_custom.json", "modules.json");
}

Test(hf_config, every_failing_allocation_is_survived) {
  starve_sample("hf_config", "pipeline_os.json", "model_index.json");
  starve_sample("hf_config", "templates.json", "tokenizer_config.json");
  starve_sample("hf_config", "modules_custom.json", "modules.json");
}

Test(hf_config, a_token_is_never_shown) {
  VD_SCOPED_ARENA file = VD_ARENA(1 << 20), a = VD_ARENA(1 << 20), scratch = VD_ARENA(1 << 20);
  vd_view bytes = sample_bytes(&file, "hf_config", "secret.json");
  vd_inspection in = sample_inspect(&a, &scratch, "tokenizer_config.json", bytes);
  for (size_t i = 0; i < in.observations.count; i++)
    cr_expect(!vd_view_has(in.observations.at[i].evidence, VD_VIEW("aB3")));
}

Test(hf_config, other_json_is_left_alone) {
  static const char text[] = "{\"architectures_of\": 1, \"model_type\": \"sedan\"}";
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), scratch = VD_ARENA(1 << 20);
  vd_inspection in = sample_inspect(&a, &scratch, "cars.json", vd_view_of(text));
  cr_expect(in.model.formats.count == 0 && in.observations.count == 0);
}
