// Pickles: several in a row, joblib's arrays between the opcodes, PyTorch's old format of five, and
// pickles that begin inside something else.
#include "inspect/pickle/pickle.h"

static bool recognise(const vd_artefact *a) { return vd_pickle_skim(a->bytes, 0) != VD_PICKLE_NO; }

// ---- one pickle ---------------------------------------------------------------------------------

// An array of objects: a pickle of its own, read by pickle.load where it lies.
static vd_code run_embedded(vd_pickle *m) {
  vd_pickle inner = vd_pickle_of(m->in, m->bytes, m->at);
  inner.quiet = m->quiet;
  inner.embedded = true;
  do
    VD_TRY(vd_pickle_run(&inner));
  while (inner.end == VD_PICKLE_EMBEDDED);
  VD_TRY(vd_pickle_finish(&inner));
  m->at = inner.at;
  m->reached |= inner.reached;
  m->opcodes += inner.opcodes;
  if (inner.end == VD_PICKLE_STOPPED)
    return VD_OK;
  m->end = inner.end;
  m->op = inner.op;
  m->fault = inner.fault;
  return VD_OK;
}

static vd_code run_all(vd_pickle *m) {
  VD_TRY(vd_pickle_run(m));
  while (m->end == VD_PICKLE_EMBEDDED) {
    VD_TRY(run_embedded(m));
    if (m->end == VD_PICKLE_EMBEDDED)
      VD_TRY(vd_pickle_run(m));
  }
  return VD_OK;
}

// Scratch memory that ends is one more bound: what was met until then is reported.
static vd_code run_once(vd_pickle *m) {
  if (run_all(m) != VD_OK) {
    m->end = VD_PICKLE_EXHAUSTED;
    m->fault = "it takes too much memory";
  }
  return vd_pickle_finish(m);
}

// Reads the pickle again as the other unpicklers of Python do. Which ends of frames they see
// depends on the kind of file, so each crossing is taken both ways.
static vd_code run_other_ways(vd_pickle *m) {
  unsigned most = m->frame.crossed;
  for (unsigned drops = 1; most != 0 && drops < 1U << VD_PICKLE_CROSSINGS_MAX; drops++) {
    if (drops >= 1U << (most < VD_PICKLE_CROSSINGS_MAX ? most : VD_PICKLE_CROSSINGS_MAX))
      break;
    vd_arena_mark mark = vd_arena_mark_of(m->in->scratch);
    vd_pickle other = vd_pickle_of(m->in, m->bytes, m->begin);
    other.quiet = m->quiet;
    other.frame.drops = drops;
    VD_TRY(run_once(&other));
    m->reached |= other.reached;
    if (other.end == VD_PICKLE_EXHAUSTED && !m->quiet)
      VD_TRY(vd_observe(m->in, VD_CHECK_LIMIT, other.op, "pickle: %s", other.fault));
    most = other.frame.crossed > most ? other.frame.crossed : most;
    if (m->quiet)
      vd_arena_rewind(m->in->scratch, mark); // else there may be nested artefacts in it
  }
  return most <= VD_PICKLE_CROSSINGS_MAX || m->quiet
             ? VD_OK
             : vd_observe(m->in, VD_CHECK_PICKLE_MALFORMED, m->begin,
                          "its frames can be read in more ways than are followed");
}

static vd_code run(vd_pickle *m) {
  VD_TRY(run_once(m));
  return run_other_ways(m);
}

// What was reached before the damage ran; a pickle that reached nothing is only broken.
static vd_code report_end(vd_pickle *m, vd_error *err) {
  vd_inspection *in = m->in;
  if (m->end == VD_PICKLE_EXHAUSTED)
    return vd_observe(in, VD_CHECK_LIMIT, m->op, "pickle: %s", m->fault);
  if (m->end == VD_PICKLE_STOPPED)
    return VD_OK;
  if (m->reached != 0)
    return vd_observe(in, VD_CHECK_PICKLE_MALFORMED, m->op, "runs up to byte %zu, where %s", m->op,
                      m->fault);
  (void)vd_fail(err, VD_FORMAT, "%s", m->fault);
  if (err != NULL)
    err->offset = m->op;
  return VD_FORMAT;
}

// ---- pickles inside something else --------------------------------------------------------------

// A trial tells whether a carved pickle is worth a word. *steps: what trials may still take.
static vd_code try_carved(vd_inspection *in, vd_view bytes, size_t at, uint64_t *steps,
                          bool *harm) {
  vd_arena_mark mark = vd_arena_mark_of(in->scratch);
  vd_pickle m = vd_pickle_of(in, bytes, at);
  uint64_t work = in->work, most = work < VD_PICKLE_TRIAL_MAX ? work : VD_PICKLE_TRIAL_MAX;
  m.quiet = true;
  in->work = most = most < *steps ? most : *steps;
  vd_code code = run(&m);
  *steps -= most - in->work;
  in->work = work - (most - in->work);
  VD_TRY(code);
  bool strange = m.calls && m.end == VD_PICKLE_STOPPED && (unsigned char)bytes.ptr[at] == 0x80;
  unsigned unknown = 1U << VD_REACH_UNKNOWN;
  *harm = (m.reached & ~unknown) != 0 || (strange && m.reached != 0);
  vd_arena_rewind(in->scratch, mark);
  return VD_OK;
}

static vd_code carve(vd_inspection *in, vd_view bytes, size_t from) {
  size_t most = VD_PICKLE_CARVE_MAX;
  vd_view part = vd_view_first(bytes, bytes.len - from < most ? bytes.len : from + most);
  uint64_t steps = VD_PICKLE_TRIALS_MIN + VD_PICKLE_TRIALS_A_BYTE * (uint64_t)(part.len - from);
  for (size_t at = from; steps != 0 && vd_pickle_carve(in, part, &at); at++) {
    bool harm;
    VD_TRY(try_carved(in, bytes, at, &steps, &harm));
    if (!harm)
      continue;
    vd_pickle m = vd_pickle_of(in, bytes, at);
    VD_TRY(run(&m));
    VD_TRY(vd_observe(in, VD_CHECK_PICKLE_MALFORMED, at,
                      "a pickle begins at byte %zu, inside other data", at));
    at = m.at > at ? m.at - 1 : at;
  }
  return in->work == 0 || steps == 0
             ? vd_observe(in, VD_CHECK_LIMIT, from, "pickle: searching it takes too many steps")
             : VD_OK;
}

// ---- PyTorch before 1.6 -------------------------------------------------------------------------

static const char legacy_magic[] = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";

// Each storage: the number of its elements, and the elements.
static bool skip_storage(vd_view bytes, size_t *at, const vd_dtype *dtype) {
  vd_reader r = vd_reader_of(vd_view_from(bytes, *at));
  uint64_t n = vd_read_u64le(&r), size = dtype == NULL ? 0 : vd_dtype_bits(*dtype) / 8;
  if (r.failed || size == 0 || __builtin_mul_overflow(n, size, &n) || n > vd_reader_left(&r))
    return false;
  *at += 8 + (size_t)n;
  return true;
}

static vd_code skip_storages(vd_inspection *in, vd_view bytes, const vd_pickle *object,
                             const vd_pickle *keys, size_t *at) {
  for (size_t i = 0; i < vd_pickle_count(keys->result); i++) {
    const vd_dtype *d =
        vd_map_get(&object->storages, vd_pickle_view(vd_pickle_item(keys->result, i)));
    if (!skip_storage(bytes, at, d))
      return vd_observe(in, VD_CHECK_UNREADABLE, *at,
                        "pickle: storage %zu is cut off or has no known size", i);
  }
  return VD_OK;
}

// ---- the file -----------------------------------------------------------------------------------

static bool is_padding(vd_view rest) {
  vd_view head = vd_view_first(rest, VD_HEAD_BYTES);
  vd_view tail =
      vd_view_from(rest, rest.len - (rest.len < VD_HEAD_BYTES ? rest.len : VD_HEAD_BYTES));
  for (size_t i = 0; i < head.len; i++)
    if ((head.ptr[i] != '\0' && head.ptr[i] != '\n' && head.ptr[i] != '\r' && head.ptr[i] != ' ') ||
        (tail.ptr[i] != '\0' && tail.ptr[i] != '\n' && tail.ptr[i] != '\r' && tail.ptr[i] != ' '))
      return false;
  return true;
}

static vd_code read_rest(vd_inspection *in, vd_view bytes, size_t at) {
  vd_view rest = vd_view_from(bytes, at);
  if (rest.len == 0)
    return VD_OK;
  if (!is_padding(rest))
    VD_TRY(vd_observe(in, VD_CHECK_TRAILING, at, "%zu bytes follow the pickle", rest.len));
  VD_TRY(vd_inspect_nested(in, VD_VIEW("data after the pickle"), rest));
  return carve(in, bytes, at);
}

static vd_code read_legacy(vd_inspection *in, vd_view bytes, vd_error *err) {
  vd_pickle m[5];
  size_t at = 0;
  VD_TRY(vd_model_set(in, "torch.format", "legacy"));
  for (size_t i = 0; i < VD_COUNT(m); i++) {
    m[i] = vd_pickle_of(in, bytes, at);
    VD_TRY(run(&m[i]));
    VD_TRY(report_end(&m[i], err));
    at = m[i].at;
    if (m[i].end != VD_PICKLE_STOPPED)
      return carve(in, bytes, at);
  }
  VD_TRY(skip_storages(in, bytes, &m[3], &m[4], &at));
  return read_rest(in, bytes, at);
}

// One pickle of a row; *more when another one follows it.
static vd_code read_stream(vd_inspection *in, vd_view bytes, size_t *at, bool *more,
                           vd_error *err) {
  vd_pickle m = vd_pickle_of(in, bytes, *at);
  bool first = *at == 0;
  VD_TRY(run(&m));
  vd_code code = report_end(&m, err);
  *at = m.at;
  *more = false;
  if (m.end != VD_PICKLE_STOPPED) {
    VD_TRY(code == VD_FORMAT ? VD_OK : code);
    VD_TRY(carve(in, bytes, first && m.opcodes < 2 ? 1 : m.at));
    *at = bytes.len;
    return code;
  }
  *more = vd_pickle_skim(bytes, m.at) != VD_PICKLE_NO;
  return !*more ? VD_OK
                : vd_observe_as(in, VD_CHECK_TRAILING, VD_SEVERITY_INFO, m.at,
                                VD_VIEW("another pickle follows the first"));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  size_t at = 0;
  bool more = true;
  if (vd_view_starts(a->bytes, (vd_view){legacy_magic, sizeof legacy_magic - 1}))
    return read_legacy(in, a->bytes, err);
  for (unsigned n = 0; more && n < VD_PICKLE_STREAMS_MAX; n++)
    VD_TRY(read_stream(in, a->bytes, &at, &more, err));
  return read_rest(in, a->bytes, at);
}

const vd_format vd_format_pickle = {
    .name = "pickle",
    .description = "Python pickles, joblib dumps and PyTorch's old format",
    .patterns = "*.pkl *.pickle *.p *.dill *.joblib *.pt *.pth *.ckpt pytorch_model*.bin "
                "adapter_model.bin training_args.bin optimizer.bin scheduler.bin",
    .shared = "*.p *.pth *.ckpt",
    .recognise = recognise,
    .inspect = inspect,
};
