// The driver of inspections: observations, members, names that lie.
#include "inspect/inspect.h"

#include <criterion/criterion.h>

static vd_inspection inspected(vd_arena *a, vd_arena *scratch, const char *path, vd_view bytes) {
  vd_inspection in = {.arena = a, .scratch = scratch, .list_tensors = true};
  cr_assert(vd_inspect(&in, vd_view_of(path), bytes, NULL) == VD_OK);
  return in;
}

static size_t count(const vd_inspection *in, vd_check_id check) {
  size_t n = 0;
  for (size_t i = 0; i < in->observations.count; i++)
    n += in->observations.at[i].check == check;
  return n;
}

static const char good[] =
    "\x3e\0\0\0\0\0\0\0"
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}        12345678";

Test(driver, reads_what_the_content_says) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in = inspected(&a, &s, "x.safetensors", (vd_view){good, sizeof good - 1});
  cr_expect(in.observations.count == 0, "%zu", in.observations.count);
  cr_expect(in.model.formats.count == 1 && in.model.parameters == 2 && in.model.tensors.count == 1);
}

Test(driver, a_broken_file_is_an_observation) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in = inspected(&a, &s, "x.safetensors", VD_VIEW("nothing of the kind"));
  cr_expect(count(&in, VD_CHECK_UNREADABLE) == 1);
}

Test(driver, every_failing_allocation_is_survived) {
  for (unsigned n = 1; n < 40; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
    s.fail_at = n;
    vd_inspection in = inspected(&a, &s, "x.safetensors", (vd_view){good, sizeof good - 1});
    cr_expect(in.observations.count <= 1);
  }
}

static bool matches(const char *path, const char *member, const char *patterns) {
  vd_artefact a = {.path = vd_view_of(path), .member = vd_view_of(member)};
  return vd_artefact_matches(&a, patterns);
}

Test(driver, names_are_matched_by_their_last_part_in_any_case) {
  cr_expect(matches("a/b.PKL", "", "*.pkl") && matches("b.zip", "x/data.pkl", "*.pt *.pkl"));
  cr_expect(matches("a/CONFIG.json", "", "config.json") && matches("MLmodel", "", "MLmodel"));
  cr_expect(matches("pytorch_model-00001.bin", "", "pytorch_model*.bin"));
  cr_expect(matches("frozen_graph_v2.pb", "", "*graph*.pb") && matches("x", "", "*"));
  cr_expect(!matches("a.pkl/b", "", "*.pkl") && !matches("pkl", "", "*.pkl"));
  cr_expect(!matches("model.bin", "", "model*l.bin") && !matches("", "", "*.pkl"));
  cr_expect(!matches("xconfig.json", "", "config.json") && !matches("a.pkl", "", ""));
}

// A file must not be able to hide what it does behind a crowd of lesser oddities.
Test(driver, the_severe_take_the_place_of_the_odd) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_artefact file = {.path = VD_VIEW("x.zip"), .member = VD_VIEW("")};
  vd_inspection in = {.arena = &a, .scratch = &s, .at = &file};
  char name[16], evidence[16];
  for (int i = 0; i < 2 * VD_OBSERVATIONS_MAX; i++) {
    (void)snprintf(name, sizeof name, "m%d", i);
    file.member = vd_view_of(name);
    cr_assert(vd_observe_as(&in, VD_CHECK_PICKLE_UNKNOWN, VD_SEVERITY_LOW, 0, file.member) ==
              VD_OK);
  }
  cr_expect(in.observations.count == VD_OBSERVATIONS_MAX && in.omitted == VD_OBSERVATIONS_MAX);
  for (int i = 0; i < 2 * VD_OBSERVATIONS_OF_CHECK_MAX; i++) {
    (void)snprintf(evidence, sizeof evidence, "call %d", i);
    vd_severity severity =
        i < VD_OBSERVATIONS_OF_CHECK_MAX ? VD_SEVERITY_MEDIUM : VD_SEVERITY_CRITICAL;
    cr_assert(vd_observe_as(&in, VD_CHECK_PICKLE_EXECUTE, severity, 0, vd_view_of(evidence)) ==
              VD_OK);
  }
  size_t critical = 0;
  for (size_t i = 0; i < in.observations.count; i++)
    critical += in.observations.at[i].severity == VD_SEVERITY_CRITICAL;
  cr_expect(critical == VD_OBSERVATIONS_OF_CHECK_MAX, "%zu", critical);
  cr_expect(count(&in, VD_CHECK_PICKLE_EXECUTE) == VD_OBSERVATIONS_OF_CHECK_MAX);
  cr_expect(in.observations.count == VD_OBSERVATIONS_MAX);
}
