// Python objects in YAML: by the tags of the parser, and line by line in what it does not read.
#include "inspect/text/yaml_objects.h"

static const char *const tags[] = {"!!python/", "tag:yaml.org,2002:python/", "!python/"};

bool vd_yaml_has_python(vd_view v) {
  for (size_t i = 0; i < VD_COUNT(tags); i++)
    if (vd_view_has(v, vd_view_of(tags[i])))
      return true;
  return false;
}

// What stands in front of a comment; a mark inside quotes is not told apart, which only shortens.
static vd_view without_comment(vd_view line) {
  if (vd_view_starts(vd_view_trim(line), VD_VIEW("#")))
    return vd_view_first(line, 0);
  const char *p = memmem(line.ptr, line.len, " #", 2);
  return p == NULL ? line : vd_view_first(line, (size_t)(p - line.ptr));
}

static size_t word_end(vd_view v) {
  size_t n = 0;
  while (n < v.len && strchr(" \t\r\n>,]}\"'", v.ptr[n]) == NULL)
    n++;
  return n;
}

// "object/apply:os.system" and the like; "tuple", "str" and other plain types build data.
static vd_code check_tag(vd_inspection *in, uint64_t at, vd_view tag) {
  static const char *const plain[] = {"tuple",   "str",  "unicode", "int",  "long", "float",
                                      "complex", "list", "dict",    "bool", "none", "bytes"};
  vd_view name = tag, kind = vd_view_cut(&name, ':');
  char line[VD_EVIDENCE_TEXT_MAX];
  for (size_t i = 0; i < VD_COUNT(plain); i++)
    if (vd_view_eq(kind, vd_view_of(plain[i])))
      return VD_OK;
  const vd_callable *c = vd_callable_of(name);
  vd_reach r = c == NULL ? VD_REACH_UNKNOWN : c->reach;
  bool calls = vd_view_starts(kind, VD_VIEW("object/"));
  vd_severity s = vd_reach_harms(r) ? vd_severity_of_reach(r)
                  : calls           ? VD_SEVERITY_HIGH
                                    : VD_SEVERITY_MEDIUM;
  if (r == VD_REACH_SAFE)
    return VD_OK;
  (void)snprintf(line, sizeof line, "%.*s %.*s %s", VD_ARG(vd_view_first(kind, 40)),
                 VD_ARG(vd_view_first(name, 120)), vd_reach_text(r));
  return vd_observe_as(in, VD_CHECK_YAML_PYTHON, s, at, vd_view_of(line));
}

// A tag stands where a value may; prose and code quote it behind other characters.
static bool may_be_tag(vd_view line, const char *p) {
  return p == line.ptr || strchr(" \t-[{,:?(", p[-1]) != NULL;
}

static vd_code check_line(vd_inspection *in, const vd_source *s, vd_view line) {
  for (size_t i = 0; i < VD_COUNT(tags); i++) {
    size_t from = 0, len = strlen(tags[i]);
    const char *p;
    while ((p = memmem(line.ptr + from, line.len - from, tags[i], len)) != NULL) {
      from = (size_t)(p - line.ptr) + len;
      vd_view rest = vd_view_from(line, from);
      if (may_be_tag(line, p))
        VD_TRY(check_tag(in, s->base + (uint64_t)(p - s->text.ptr),
                         vd_view_first(rest, word_end(rest))));
    }
  }
  return VD_OK;
}

static vd_code check_lines(vd_inspection *in, const vd_source *source) {
  vd_view rest = source->text, line;
  while (vd_view_line(&rest, &line)) {
    line = without_comment(line);
    if (line.len != 0)
      VD_TRY(check_line(in, source, line));
  }
  return VD_OK;
}

vd_code vd_yaml_check_python(vd_inspection *in, const vd_source *source) {
  vd_yaml_tags found = {0};
  vd_error err = {0};
  if (!vd_yaml_has_python(source->text))
    return VD_OK;
  if (vd_yaml_tags_of(in->scratch, source->text, &found, &err) != VD_OK)
    return check_lines(in, source);
  for (size_t i = 0; i < found.count; i++)
    for (size_t k = 0; k < VD_COUNT(tags); k++)
      if (vd_view_starts(found.at[i].text, vd_view_of(tags[k])))
        VD_TRY(check_tag(in, source->base + found.at[i].offset,
                         vd_view_from(found.at[i].text, strlen(tags[k]))));
  return VD_OK;
}
