// Results of an inspection to bytes and back.
#include "inspect/worker/wire.h"

static void put_u64(vd_buf *b, uint64_t x) {
  char bytes[8];
  for (size_t i = 0; i < 8; i++)
    bytes[i] = (char)(x >> (8 * i));
  vd_buf_put(b, (vd_view){bytes, 8});
}

static void put_text(vd_buf *b, vd_view v) {
  put_u64(b, v.len);
  vd_buf_put(b, v);
}

static void put_observation(vd_buf *b, const vd_observation *o) {
  put_u64(b, o->check);
  put_u64(b, o->severity);
  put_text(b, o->member);
  put_u64(b, o->offset);
  put_u64(b, o->line);
  put_text(b, o->evidence);
}

static void put_tensor(vd_buf *b, const vd_tensor *t) {
  put_text(b, t->name);
  put_u64(b, t->dtype);
  put_u64(b, t->rank);
  for (unsigned i = 0; i < t->rank; i++)
    put_u64(b, t->shape[i]);
  put_u64(b, t->bytes.len);
  put_u64(b, t->offset);
}

static size_t format_index(const char *name) {
  size_t i = 0;
  while (vd_formats[i]->name != name)
    i++;
  return i;
}

void vd_wire_put(vd_buf *b, const vd_inspection *in) {
  const vd_model *m = &in->model;
  put_u64(b, in->observations.count);
  for (size_t i = 0; i < in->observations.count; i++)
    put_observation(b, &in->observations.at[i]);
  put_u64(b, in->omitted);
  put_u64(b, m->formats.count);
  for (size_t i = 0; i < m->formats.count; i++)
    put_u64(b, format_index(m->formats.at[i]));
  put_u64(b, m->properties.count);
  for (size_t i = 0; i < m->properties.count; i++) {
    put_text(b, m->properties.at[i].name);
    put_text(b, m->properties.at[i].value);
  }
  put_u64(b, m->tensors.count);
  for (size_t i = 0; i < m->tensors.count; i++)
    put_tensor(b, &m->tensors.at[i]);
  put_u64(b, m->tensor_count);
  put_u64(b, m->parameters);
}

typedef struct getter {
  vd_arena *arena;
  vd_reader reader;
  bool no_memory;
} getter;

static uint64_t get_u64(getter *g) { return vd_read_u64le(&g->reader); }

// A number below the bound; anything else is not of vd_wire_put.
static size_t get_below(getter *g, uint64_t bound) {
  uint64_t x = get_u64(g);
  g->reader.failed |= x >= bound;
  return g->reader.failed ? 0 : (size_t)x;
}

static vd_view get_text(getter *g) {
  vd_view v = vd_read_bytes(&g->reader, get_u64(g));
  v = vd_arena_copy(g->arena, v);
  g->no_memory |= v.ptr == NULL;
  return v;
}

static bool going(const getter *g) { return !g->reader.failed && !g->no_memory; }

static void get_observations(getter *g, vd_observations *out) {
  size_t n = get_below(g, VD_OBSERVATIONS_MAX + 1);
  for (size_t i = 0; i < n && going(g); i++) {
    vd_observation *o = vd_vec_push(g->arena, out);
    if (o == NULL) {
      g->no_memory = true;
      return;
    }
    o->check = (vd_check_id)get_below(g, VD_CHECK_COUNT);
    o->severity = (vd_severity)get_below(g, VD_SEVERITY_CRITICAL + 1);
    o->member = get_text(g);
    o->offset = get_u64(g);
    o->line = (uint32_t)get_u64(g);
    o->evidence = get_text(g);
  }
}

static size_t format_count(void) {
  size_t n = 0;
  while (vd_formats[n] != NULL)
    n++;
  return n;
}

static void get_formats(getter *g, vd_model *m) {
  size_t known = format_count(), n = get_below(g, known + 1);
  for (size_t i = 0; i < n && going(g); i++) {
    const char **at = vd_vec_push(g->arena, &m->formats);
    size_t index = get_below(g, known);
    if (at == NULL)
      g->no_memory = true;
    else
      *at = vd_formats[index]->name;
  }
}

static void get_properties(getter *g, vd_model *m) {
  size_t n = get_below(g, VD_MODEL_PROPERTIES_MAX + 1);
  for (size_t i = 0; i < n && going(g); i++) {
    vd_model_property *p = vd_vec_push(g->arena, &m->properties);
    if (p == NULL) {
      g->no_memory = true;
      return;
    }
    p->name = get_text(g);
    p->value = get_text(g);
  }
}

static void get_tensors(getter *g, vd_model *m) {
  size_t n = get_below(g, VD_TENSORS_LISTED_MAX + 1);
  for (size_t i = 0; i < n && going(g); i++) {
    vd_tensor *t = vd_vec_push(g->arena, &m->tensors);
    if (t == NULL) {
      g->no_memory = true;
      return;
    }
    t->name = get_text(g);
    t->dtype = (vd_dtype)get_below(g, VD_DTYPE_QUANTISED + 1);
    t->rank = (unsigned)get_below(g, VD_TENSOR_RANK_MAX + 1);
    for (unsigned k = 0; k < t->rank; k++)
      t->shape[k] = get_u64(g);
    t->bytes = (vd_view){NULL, get_u64(g)};
    t->offset = get_u64(g);
  }
}

vd_code vd_wire_get(vd_arena *a, vd_view bytes, vd_inspected *out, vd_error *err) {
  getter g = {.arena = a, .reader = vd_reader_of(bytes)};
  vd_inspected found = {0};
  get_observations(&g, &found.observations);
  found.omitted = get_u64(&g);
  get_formats(&g, &found.model);
  get_properties(&g, &found.model);
  get_tensors(&g, &found.model);
  found.model.tensor_count = get_u64(&g);
  found.model.parameters = get_u64(&g);
  if (g.no_memory)
    return vd_fail(err, VD_NOMEM, "no memory for what the worker found");
  if (g.reader.failed || vd_reader_left(&g.reader) != 0)
    return vd_fail(err, VD_FORMAT, "the worker's answer is damaged");
  *out = found;
  return VD_OK;
}
