// Programs under a model's name, llamafiles, pointers, manifests and code that are text.
#include "container_check.h"
#include "inspect/program.h"

Test(program, is_told_by_fields_that_agree) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  cr_expect(vd_program_of(container_file(&a, "executable", "elf.pkl")) != NULL);
  cr_expect(vd_program_of(VD_VIEW(
                "MZ is how this text begins, and it is rather long, sixty-four or more")) == NULL);
  cr_expect(vd_program_of(VD_VIEW("\x7f"
                                  "ELF")) == NULL);
  cr_expect(vd_script_of(VD_VIEW("#!/bin/sh\nid")) != NULL && vd_script_of(VD_VIEW("#!")) == NULL);
  cr_expect(vd_program_named(VD_VIEW("bin/tool")) && vd_program_named(VD_VIEW("x/_c.cpython.so")));
  cr_expect(!vd_program_named(VD_VIEW("x/model.pkl")));
}

Test(program, under_a_models_name_is_found) {
  container_expect("executable", "elf.pkl", VD_CHECK_EXECUTABLE, "an ELF program");
  container_expect("executable", "script.pkl", VD_CHECK_EXECUTABLE, "#!/bin/sh");
  container_expect("executable", "elf.pkl", VD_CHECK_MISNAMED, "executable");
}

Test(program, under_its_own_name_is_none_of_our_business) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_view elf = container_file(&a, "executable", "elf.pkl");
  vd_inspection in = container_inspected(&a, &s, "libx.so", elf);
  cr_expect(in.observations.count == 0);
}

Test(program, a_llamafile_runs_itself_and_its_members_are_seen) {
  container_expect("llamafile", "small.llamafile", VD_CHECK_RUNS_ITSELF, "small.llamafile");
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in = container_inspected(&a, &s, "small.llamafile",
                                         container_file(&a, "llamafile", "small.llamafile"));
  cr_expect(in.artefacts == 3, "%zu", in.artefacts);
  cr_expect(!container_saw(&in, VD_CHECK_EXECUTABLE, "") &&
            !container_saw(&in, VD_CHECK_POLYGLOT, ""));
}

Test(program, a_pointer_is_no_model) {
  container_expect("lfs", "pointer.safetensors", VD_CHECK_ABSENT, "sha256:4d4d");
  container_expect("lfs", "annex.pt", VD_CHECK_ABSENT, "git-annex");
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_view pointer = container_file(&a, "lfs", "pointer.safetensors");
  vd_inspection in = container_inspected(&a, &s, "pointer.safetensors", pointer);
  cr_expect(in.observations.count == 1);
}

static vd_inspection at_place(vd_arena *a, vd_arena *s, const char *format, const char *file,
                              const char *place) {
  return container_inspected(a, s, place, container_file(a, format, file));
}

Test(program, torchscript_code_is_read_word_by_word) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in = at_place(&a, &s, "torchscript", "reach.py", "m/code/__torch__/x.py");
  cr_expect(in.observations.count == 3, "the name in a text is none: %zu", in.observations.count);
  in = at_place(&a, &s, "torchscript", "plain.py", "m/code/__torch__/x.py");
  cr_expect(in.observations.count == 0);
  in = container_inspected(&a, &s, "m/code/__torch__.py", VD_VIEW("  _0 = ^Run(1)(x)\n"));
  cr_expect(container_saw(&in, VD_CHECK_TORCHSCRIPT_REACH, "^Run calls Python"));
}

Test(program, hydra_targets_are_looked_up) {
  container_expect("hydra", "target.yaml", VD_CHECK_CONFIG_TARGET, "line 3: _target_: os.system");
  container_expect("hydra", "tags.yaml", VD_CHECK_YAML_PYTHON, "object/apply os.system");
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in =
      container_inspected(&a, &s, "conf.yaml", VD_VIEW("a:\n  _target_: my.own.Thing\n"));
  cr_expect(in.observations.count == 0, "a repository configures its own code");
}

Test(program, survives_maltreatment, .timeout = 120) {
  container_torture("executable", "elf.pkl");
  container_torture("hydra", "target.yaml");
  container_torture("lfs", "pointer.safetensors");
}
