// The table of exports, made from exports.def, and the words they share.
#include "report/export/export.h"

#include "report/graph/view.h"

const vd_export vd_exports[] = {
#define EXPORT(id, where, about) {#id, about, where, vd_export_##id},
#include "report/exports.def"
#undef EXPORT
    {.name = NULL},
};

const vd_export *vd_export_by_name(vd_view name) {
  for (const vd_export *e = vd_exports; e->name != NULL; e++)
    if (vd_view_eq(name, vd_view_of(e->name)))
      return e;
  return NULL;
}

vd_code vd_export_check(const vd_buf *out, vd_error *err) {
  if (!out->failed)
    return VD_OK;
  if (out->sink != NULL && ferror(out->sink) != 0)
    return vd_fail(err, VD_IO, "the export cannot be written");
  return vd_fail(err, VD_NOMEM, "no memory for the export");
}

void vd_export_put_real(vd_json_out *j, double x) {
  enum { MOST = 17 }; // digits that tell any two numbers between 0 and 1 apart
  char text[64];
  int decimals = 1;
  for (; decimals < MOST; decimals++) {
    (void)snprintf(text, sizeof text, "%.*f", decimals, x);
    if (strtod(text, NULL) == x)
      break;
  }
  vd_json_real(j, x, decimals);
}

void vd_export_put_origin(vd_json_out *j, const vd_walk_origin *o) {
  vd_json_member(j, "source", o->source);
  vd_json_member(j, "document", o->document);
  vd_view_date_json(j, "since", o->since);
}

// Keeps the value unless the map knows it.
static bool add_value(vd_map *known, vd_views *values, vd_view value) {
  if (vd_map_get(known, value) != NULL)
    return true;
  vd_view *slot = vd_vec_push(known->arena, values);
  if (slot == NULL)
    return false;
  *slot = value;
  return vd_map_put(known, value, known) == VD_OK;
}

bool vd_export_values(vd_arena *a, const vd_walk_node *n, size_t *at, vd_view *name,
                      vd_views *values) {
  if (*at >= n->properties.count)
    return false;
  vd_map known = VD_MAP(a);
  *name = n->properties.at[*at].name;
  *values = (vd_views){0};
  for (; *at < n->properties.count && vd_view_eq(n->properties.at[*at].name, *name); ++*at)
    if (!add_value(&known, values, n->properties.at[*at].value)) {
      values->at = NULL;
      return true;
    }
  return true;
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

void vd_export_unique(vd_views *list) {
  size_t kept = 0;
  if (list->count > 1)
    qsort(list->at, list->count, sizeof *list->at, by_bytes);
  for (size_t i = 0; i < list->count; i++)
    if (kept == 0 || !vd_view_eq(list->at[i], list->at[kept - 1]))
      list->at[kept++] = list->at[i];
  list->count = kept;
}

const char *vd_export_prefix(vd_view name) {
  static const char *const ours[] = {"kind",       "key",     "name", "class",
                                     "aliases",    "defined", "epss", "epss_percentile",
                                     "description"};
  for (size_t i = 0; i < VD_COUNT(ours); i++)
    if (vd_view_eq(name, vd_view_of(ours[i])))
      return "p_";
  return "";
}

vd_view vd_export_phase(vd_arena *a, vd_view tactic) {
  char *out = vd_new_array(a, char, tactic.len + 1);
  for (size_t i = 0; out != NULL && i < tactic.len; i++) {
    char c = tactic.ptr[i];
    if (c >= 'A' && c <= 'Z')
      c = (char)(c | 0x20);
    out[i] = (char)(c == ' ' ? '-' : c);
  }
  return (vd_view){out, out == NULL ? 0 : tactic.len};
}

vd_view vd_export_text(const vd_walk_node *n) {
  for (size_t i = 0; i < n->definitions.count; i++)
    if (n->definitions.at[i].text.len != 0)
      return n->definitions.at[i].text;
  return (vd_view){0};
}
