// MLmodel files: loaders, code, pickles, tags; tags in other YAML.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good", "MLmodel", CLEAN, VD_SEVERITY_INFO},
    {"sklearn", "MLmodel", VD_CHECK_MLFLOW_PICKLE, VD_SEVERITY_LOW},
    {"compressed", "MLmodel", VD_CHECK_MLFLOW_PICKLE, VD_SEVERITY_LOW},
    {"code", "MLmodel", VD_CHECK_MLFLOW_CODE, VD_SEVERITY_MEDIUM},
    {"os", "MLmodel", VD_CHECK_MLFLOW_CODE, VD_SEVERITY_HIGH},
    {"tag", "MLmodel", VD_CHECK_YAML_PYTHON, VD_SEVERITY_CRITICAL},
    {"path", "MLmodel", VD_CHECK_HUB_FILE, VD_SEVERITY_MEDIUM},
};

Test(mlflow, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("mlflow", &samples[i]);
}

Test(mlflow, cut_and_changed_samples_are_survived) {
  torture_sample("mlflow", "code", "MLmodel");
  torture_sample("mlflow", "tag", "MLmodel");
}

Test(mlflow, every_failing_allocation_is_survived) {
  starve_sample("mlflow", "code", "MLmodel");
  starve_sample("mlflow", "tag", "MLmodel");
}

static const sample tagged[] = {
    {"tag.yaml", NULL, VD_CHECK_YAML_PYTHON, VD_SEVERITY_CRITICAL},
    {"unknown_tag.yaml", NULL, VD_CHECK_YAML_PYTHON, VD_SEVERITY_MEDIUM},
    {"template.yaml", NULL, VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"good_template.yaml", NULL, CLEAN, VD_SEVERITY_INFO},
    {"quoted_tag.yaml", NULL, CLEAN, VD_SEVERITY_INFO},
    {"broken_prose.yaml", NULL, VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
    {"broken_tag.yaml", NULL, VD_CHECK_YAML_PYTHON, VD_SEVERITY_CRITICAL},
    {"second_tag.yaml", NULL, VD_CHECK_YAML_PYTHON, VD_SEVERITY_CRITICAL},
    {"tuple.yaml", NULL, CLEAN, VD_SEVERITY_INFO},
};

Test(mlflow, tags_and_templates_in_other_yaml) {
  for (size_t i = 0; i < VD_COUNT(tagged); i++)
    expect_sample("hydra", &tagged[i]);
}
