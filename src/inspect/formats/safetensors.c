// safetensors: an 8-byte length, a JSON header of tensors, then their bytes.
// https://github.com/huggingface/safetensors#format
#include "format/format.h"
#include "inspect/text/command_text.h"

typedef struct span {
  uint64_t from, to;
  vd_view name;
} span;

typedef struct header {
  const vd_artefact *a;
  uint64_t size; // of the JSON text
  vd_view data;  // behind it
  VD_VEC(span) spans;
} header;

static bool header_size(vd_view bytes, uint64_t *size) {
  vd_reader r = vd_reader_of(bytes);
  *size = vd_read_u64le(&r);
  return !r.failed && *size >= 2 && *size <= VD_SAFETENSORS_HEADER_MAX;
}

static bool recognise(const vd_artefact *a) {
  uint64_t size;
  if (!header_size(a->bytes, &size))
    return false;
  vd_view text = vd_view_trim(vd_view_first(vd_view_from(a->bytes, 8), 64));
  return text.len > 1 && text.ptr[0] == '{' && (text.ptr[1] == '"' || text.ptr[1] == '}');
}

static vd_dtype dtype_of(vd_view name) {
  static const struct {
    const char *name;
    vd_dtype dtype;
  } names[] = {{"BOOL", VD_DTYPE_BOOL},  {"U8", VD_DTYPE_U8},      {"I8", VD_DTYPE_I8},
               {"U16", VD_DTYPE_U16},    {"I16", VD_DTYPE_I16},    {"U32", VD_DTYPE_U32},
               {"I32", VD_DTYPE_I32},    {"U64", VD_DTYPE_U64},    {"I64", VD_DTYPE_I64},
               {"F8_E5M2", VD_DTYPE_F8}, {"F8_E4M3", VD_DTYPE_F8}, {"F16", VD_DTYPE_F16},
               {"BF16", VD_DTYPE_BF16},  {"F32", VD_DTYPE_F32},    {"F64", VD_DTYPE_F64},
               {"C64", VD_DTYPE_C64}};
  for (size_t i = 0; i < VD_COUNT(names); i++)
    if (vd_view_eq(name, vd_view_of(names[i].name)))
      return names[i].dtype;
  return VD_DTYPE_OTHER;
}

static bool number(const vd_value *v, uint64_t *out) {
  if (!vd_is(v, VD_KIND_INT) || v->integer < 0)
    return false;
  *out = (uint64_t)v->integer;
  return true;
}

static bool shape_of(const vd_value *v, vd_tensor *t) {
  const vd_value *shape = vd_get(v, VD_VIEW("shape"));
  if (!vd_is(shape, VD_KIND_ARRAY) || shape->count > VD_TENSOR_RANK_MAX)
    return false;
  for (VD_EACH (d, shape))
    if (!number(d, &t->shape[t->rank++]))
      return false;
  return true;
}

static bool span_of(const vd_value *v, span *s) {
  const vd_value *offsets = vd_get(v, VD_VIEW("data_offsets"));
  return vd_is(offsets, VD_KIND_ARRAY) && offsets->count == 2 && number(offsets->first, &s->from) &&
         number(offsets->last, &s->to) && s->from <= s->to;
}

static vd_code read_tensor(vd_inspection *in, header *h, const vd_value *v) {
  vd_tensor t = {.name = v->key, .dtype = dtype_of(vd_text_at(v, "dtype"))};
  vd_view name = vd_view_first(v->key, 80);
  span *s = vd_vec_push(in->scratch, &h->spans);
  if (s == NULL)
    return VD_NOMEM;
  *s = (span){.name = name};
  if (!shape_of(v, &t) || !span_of(v, s))
    return vd_observe(in, VD_CHECK_SAFETENSORS_HEADER, 8,
                      "tensor %.*s has no valid shape or offsets", VD_ARG(name));
  if (s->to > h->data.len)
    return vd_observe(in, VD_CHECK_SAFETENSORS_HEADER, 8,
                      "tensor %.*s ends %llu bytes past the file", VD_ARG(name),
                      (unsigned long long)(s->to - h->data.len));
  if (!vd_tensor_fits(&t, s->to - s->from))
    return vd_observe(in, VD_CHECK_SAFETENSORS_HEADER, 8,
                      "tensor %.*s states a shape that is not of its %llu bytes", VD_ARG(name),
                      (unsigned long long)(s->to - s->from));
  t.bytes = vd_view_first(vd_view_from(h->data, s->from), s->to - s->from);
  t.offset = 8 + h->size + s->from;
  return vd_model_tensor(in, &t);
}

// Nothing runs it by itself, so it is what the rest of an attack would take from here.
static vd_code check_metadata(vd_inspection *in, const vd_value *v) {
  size_t at = 0;
  char line[VD_EVIDENCE_TEXT_MAX];
  const char *what = vd_command_in(vd_view_first(v->text, VD_COMMAND_TEXT_MAX), &at);
  if (what == NULL)
    return VD_OK;
  bool browser = vd_view_starts(vd_view_from(v->text, at), VD_VIEW("<script"));
  (void)snprintf(line, sizeof line, "metadata.%.*s holds %s: %.*s",
                 VD_ARG(vd_view_first(v->key, 40)), what,
                 VD_ARG(vd_view_first(vd_view_from(v->text, at), 120)));
  return vd_observe_as(in, VD_CHECK_SAFETENSORS_METADATA,
                       browser ? VD_SEVERITY_LOW : VD_SEVERITY_MEDIUM, 8, vd_view_of(line));
}

static vd_code read_metadata(vd_inspection *in, const vd_value *meta) {
  for (VD_EACH (v, meta)) {
    char name[64];
    (void)snprintf(name, sizeof name, "metadata.%.*s", (int)(v->key.len < 40 ? v->key.len : 40),
                   v->key.ptr);
    if (v->kind != VD_KIND_STRING) {
      VD_TRY(vd_observe(in, VD_CHECK_SAFETENSORS_HEADER, 8, "__metadata__ holds what is no text"));
      continue;
    }
    VD_TRY(check_metadata(in, v));
    VD_TRY(vd_model_set(in, name, "%.*s", VD_ARG(v->text)));
  }
  return VD_OK;
}

static int by_start(const void *a, const void *b) {
  const span *x = a, *y = b;
  return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->to > y->to) - (x->to < y->to);
}

// The bytes belong to exactly one tensor each; anything else is where data hides.
static vd_code check_spans(vd_inspection *in, header *h) {
  uint64_t at = 0, base = 8 + h->size;
  if (h->spans.count != 0)
    qsort(h->spans.at, h->spans.count, sizeof *h->spans.at, by_start);
  for (size_t i = 0; i < h->spans.count; i++) {
    const span *s = &h->spans.at[i];
    if (s->from < at)
      VD_TRY(vd_observe(in, VD_CHECK_SAFETENSORS_HEADER, base + s->from,
                        "tensor %.*s overlaps another", VD_ARG(s->name)));
    if (s->from > at)
      VD_TRY(vd_observe(in, VD_CHECK_TRAILING, base + at, "%llu bytes belong to no tensor",
                        (unsigned long long)(s->from - at)));
    at = s->to > at ? s->to : at;
  }
  if (at >= h->data.len)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_TRAILING, base + at, "%llu bytes follow the last tensor",
                    (unsigned long long)(h->data.len - at)));
  return vd_inspect_nested(in, VD_VIEW("data after the tensors"), vd_view_from(h->data, at));
}

static int by_key(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

static vd_code check_duplicates(vd_inspection *in, const vd_value *doc) {
  vd_view *keys = vd_new_array(in->scratch, vd_view, doc->count + 1);
  size_t n = 0;
  if (keys == NULL)
    return VD_NOMEM;
  for (VD_EACH (v, doc))
    keys[n++] = v->key;
  qsort(keys, n, sizeof *keys, by_key);
  for (size_t i = 1; i < n; i++)
    if (vd_view_eq(keys[i], keys[i - 1]))
      VD_TRY(vd_observe(in, VD_CHECK_SAFETENSORS_HEADER, 8, "the header names %.*s twice",
                        VD_ARG(vd_view_first(keys[i], 80))));
  return VD_OK;
}

// Above the format's own bound; a file that is only cut off states less.
static vd_code check_size(vd_inspection *in, const vd_artefact *a, uint64_t size) {
  if (a->bytes.len < 8 || size <= VD_SAFETENSORS_HEADER_MAX ||
      !vd_artefact_matches(a, "*.safetensors"))
    return VD_OK;
  return vd_observe(in, VD_CHECK_SAFETENSORS_HEADER, 0, "its header is said to have %llu bytes",
                    (unsigned long long)size);
}

static vd_code read_document(vd_inspection *in, header *h, const vd_value *doc) {
  VD_TRY(check_duplicates(in, doc));
  for (VD_EACH (v, doc))
    if (vd_view_eq(v->key, VD_VIEW("__metadata__")))
      VD_TRY(read_metadata(in, v));
    else
      VD_TRY(read_tensor(in, h, v));
  return check_spans(in, h);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  header h = {.a = a};
  const vd_value *doc;
  bool right = header_size(a->bytes, &h.size);
  VD_TRY(check_size(in, a, h.size));
  if (!right || h.size > a->bytes.len - 8)
    return vd_fail(err, VD_FORMAT, "its header is said to have %llu bytes, the file has %zu",
                   (unsigned long long)h.size, a->bytes.len);
  h.data = vd_view_from(a->bytes, 8 + h.size);
  VD_TRY(vd_json_parse(in->scratch, vd_view_first(vd_view_from(a->bytes, 8), h.size), &doc, err));
  if (!vd_is(doc, VD_KIND_TABLE))
    return vd_fail(err, VD_FORMAT, "its header is no JSON object");
  return read_document(in, &h, doc);
}

const vd_format vd_format_safetensors = {
    .name = "safetensors",
    .description = "safetensors: tensors behind a JSON header",
    .patterns = "*.safetensors",
    .recognise = recognise,
    .inspect = inspect,
};
