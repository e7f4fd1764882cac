// The driver: which formats an artefact has, what they say, and then its members, depth first.
#include "inspect/inspect.h"

#include <fnmatch.h>
#include <stdarg.h>

typedef struct nested {
  vd_view name, bytes;
} nested;

// An artefact on the way down from the file, and what is still to be looked at in it.
typedef struct vd_frame {
  vd_artefact artefact;
  vd_arena_mark scratch;
  VD_VEC(nested) nested;
  VD_VEC(vd_members) members;
  size_t next_nested, next_members;
} vd_frame;

vd_view vd_artefact_name(const vd_artefact *a) {
  vd_view name = a->member.len != 0 ? a->member : a->path;
  size_t cut = name.len;
  while (cut != 0 && name.ptr[cut - 1] != '/' && name.ptr[cut - 1] != '!')
    cut--;
  return vd_view_from(name, cut);
}

static char lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c); }

static bool glob_matches(vd_view name, vd_view pattern) {
  char text[256], glob[64];
  (void)snprintf(text, sizeof text, "%.*s", VD_ARG(vd_view_first(name, sizeof text - 1)));
  (void)snprintf(glob, sizeof glob, "%.*s", VD_ARG(pattern));
  return fnmatch(glob, text, FNM_CASEFOLD | FNM_NOESCAPE) == 0;
}

// From the end, where names differ.
static bool same(const char *a, const char *b, size_t n) {
  while (n != 0 && lower(a[n - 1]) == lower(b[n - 1]))
    n--;
  return n == 0;
}

// The bytes before and behind the one "*" of a pattern, or the whole of one without. Written out
// because every file is asked some 200 of them; patterns with more stars go to fnmatch.
static bool one_matches(vd_view name, vd_view p) {
  size_t star = vd_view_find(p, '*'), after = star == p.len ? 0 : p.len - star - 1;
  if (after != 0 && memchr(p.ptr + star + 1, '*', after) != NULL)
    return glob_matches(name, p);
  if (star == p.len ? name.len != p.len : name.len < star + after)
    return false;
  return same(name.ptr + name.len - after, p.ptr + p.len - after, after) &&
         same(name.ptr, p.ptr, star);
}

// Most patterns end in a letter the name does not end in.
static bool name_matches(vd_view name, const char *patterns) {
  char last = '\0';
  if (name.len != 0)
    last = lower(name.ptr[name.len - 1]);
  for (const char *end = patterns; *end != '\0'; patterns = end + (*end == ' '), end = patterns) {
    while (*end != ' ' && *end != '\0')
      end++;
    if (end != patterns && (end[-1] == '*' || lower(end[-1]) == last) &&
        one_matches(name, (vd_view){patterns, (size_t)(end - patterns)}))
      return true;
  }
  return false;
}

bool vd_artefact_matches(const vd_artefact *a, const char *patterns) {
  return name_matches(vd_artefact_name(a), patterns);
}

// ---- saying things ------------------------------------------------------------------------------

static bool is_known(const vd_inspection *in, vd_check_id check, vd_view evidence) {
  for (size_t i = in->observations.count; i != 0; i--) {
    const vd_observation *o = &in->observations.at[i - 1];
    if (o->check == check && vd_view_eq(o->evidence, evidence) &&
        vd_view_eq(o->member, in->at->member))
      return true;
  }
  return false;
}

// Where a new observation goes: behind the others, or, when there are enough of it or of all, in
// the place of one that is less severe, so that no file can hide what it does behind what is merely
// odd. NULL when there is no such place; *full says whether that is why.
static vd_observation *slot_for(vd_inspection *in, vd_check_id check, vd_severity severity,
                                bool *full) {
  vd_observation *least = NULL, *least_of_check = NULL;
  size_t of_check = 0;
  for (size_t i = 0; i < in->observations.count; i++) {
    vd_observation *o = &in->observations.at[i];
    least = least == NULL || o->severity < least->severity ? o : least;
    if (o->check != check || !vd_view_eq(o->member, in->at->member))
      continue;
    of_check++;
    least_of_check =
        least_of_check == NULL || o->severity < least_of_check->severity ? o : least_of_check;
  }
  vd_observation *place = of_check >= VD_OBSERVATIONS_OF_CHECK_MAX        ? least_of_check
                          : in->observations.count >= VD_OBSERVATIONS_MAX ? least
                                                                          : NULL;
  if (place == NULL)
    return vd_vec_push(in->arena, &in->observations);
  in->omitted++;
  *full = place->severity >= severity;
  return *full ? NULL : place;
}

static uint32_t line_of(const vd_inspection *in, uint64_t offset) {
  uint32_t line = 1;
  if (in->format == NULL || !in->format->text || in->at->depth != 0)
    return 0;
  vd_view rest = vd_view_first(in->at->bytes, offset);
  for (const char *at; (at = memchr(rest.ptr, '\n', rest.len)) != NULL; line++)
    rest = vd_view_from(rest, (size_t)(at - rest.ptr) + 1);
  return line;
}

vd_code vd_observe_as(vd_inspection *in, vd_check_id check, vd_severity severity, uint64_t offset,
                      vd_view evidence) {
  evidence = vd_view_first(evidence, VD_EVIDENCE_TEXT_MAX);
  if (is_known(in, check, evidence))
    return VD_OK;
  bool full = false;
  vd_observation *o = slot_for(in, check, severity, &full);
  if (o == NULL)
    return full ? VD_OK : VD_NOMEM;
  vd_view text = vd_arena_copy(in->arena, evidence);
  vd_view member = vd_arena_copy(in->arena, in->at->member);
  if (text.ptr == NULL || member.ptr == NULL)
    return VD_NOMEM;
  *o = (vd_observation){.check = check,
                        .severity = severity,
                        .member = member,
                        .offset = offset,
                        .line = line_of(in, offset),
                        .evidence = text};
  return VD_OK;
}

vd_code vd_observe(vd_inspection *in, vd_check_id check, uint64_t offset, const char *fmt, ...) {
  char text[VD_EVIDENCE_TEXT_MAX + 1];
  va_list ap;
  va_start(ap, fmt);
  (void)vsnprintf(text, sizeof text, fmt, ap); // NOLINT(clang-analyzer-valist.Uninitialized)
  va_end(ap);
  return vd_observe_as(in, check, vd_checks[check].severity, offset, vd_view_of(text));
}

vd_code vd_model_set(vd_inspection *in, const char *name, const char *fmt, ...) {
  char text[VD_EVIDENCE_TEXT_MAX + 1];
  for (size_t i = 0; i < in->model.properties.count; i++)
    if (vd_view_eq(in->model.properties.at[i].name, vd_view_of(name)))
      return VD_OK;
  if (in->model.properties.count >= VD_MODEL_PROPERTIES_MAX)
    return VD_OK;
  va_list ap;
  va_start(ap, fmt);
  (void)vsnprintf(text, sizeof text, fmt, ap); // NOLINT(clang-analyzer-valist.Uninitialized)
  va_end(ap);
  vd_model_property *p = vd_vec_push(in->arena, &in->model.properties);
  vd_view key = vd_arena_copy(in->arena, vd_view_of(name));
  vd_view value = vd_arena_copy(in->arena, vd_view_of(text));
  if (p == NULL || key.ptr == NULL || value.ptr == NULL)
    return VD_NOMEM;
  *p = (vd_model_property){key, value};
  return VD_OK;
}

vd_code vd_inspect_spend(vd_inspection *in, uint64_t n, vd_error *err) {
  if (n > in->budget)
    return vd_fail(err, VD_LIMIT, "unpacking it takes more than is allowed for one file");
  in->budget -= n;
  return VD_OK;
}

// ---- members ------------------------------------------------------------------------------------

vd_code vd_inspect_nested(vd_inspection *in, vd_view name, vd_view bytes) {
  vd_view kept = vd_arena_copy(in->scratch, name);
  nested *n = kept.ptr == NULL ? NULL : vd_vec_push(in->scratch, &in->frame->nested);
  return n == NULL ? VD_NOMEM : (*n = (nested){kept, bytes}, VD_OK);
}

vd_code vd_inspect_members(vd_inspection *in, vd_members m) {
  vd_members *kept = vd_vec_push(in->scratch, &in->frame->members);
  if (kept != NULL)
    return *kept = m, VD_OK;
  if (m.done != NULL)
    m.done(m.ctx);
  return VD_NOMEM;
}

// ---- one artefact -------------------------------------------------------------------------------

static vd_code add_format(vd_inspection *in, const char *name) {
  for (size_t i = 0; i < in->model.formats.count; i++)
    if (in->model.formats.at[i] == name)
      return VD_OK;
  const char **at = vd_vec_push(in->arena, &in->model.formats);
  return at == NULL ? VD_NOMEM : (*at = name, VD_OK);
}

// What an inspector could not do is a fact about the file.
static vd_code report_failure(vd_inspection *in, vd_code code, const vd_error *e,
                              const char *format) {
  if (code == VD_OK)
    return VD_OK;
  bool limit = code == VD_LIMIT || code == VD_NOMEM;
  return vd_observe(in, limit ? VD_CHECK_LIMIT : VD_CHECK_UNREADABLE, e->offset, "%s: %s", format,
                    code == VD_NOMEM ? "reading it takes too much memory" : e->text);
}

static vd_code run_format(vd_inspection *in, const vd_format *f) {
  vd_error e = {0};
  VD_TRY(add_format(in, f->name));
  in->format = f;
  vd_code code = report_failure(in, f->inspect(in, in->at, &e), &e, f->name);
  in->format = NULL;
  return code;
}

// Text under a name that text of another kind has as well.
static bool is_other_text(const vd_artefact *a, const vd_format *named) {
  if (named->shared == NULL || !vd_artefact_matches(a, named->shared))
    return false;
  vd_view head = vd_view_first(a->bytes, VD_HEAD_BYTES);
  size_t bad = head.len;
  bool text = vd_utf8_valid(head, &bad) || (head.len < a->bytes.len && bad + 4 > head.len);
  for (size_t i = 0; text && i < head.len; i++)
    text = (unsigned char)head.ptr[i] >= ' ' || (head.ptr[i] >= '\t' && head.ptr[i] <= '\r');
  return text;
}

// The name promises a format that the content is not. One format found under the name of another is
// told apart from content that is nothing known: that is read as what the name says.
static vd_code check_name(vd_inspection *in, const vd_format *found) {
  const vd_format *named = NULL;
  if (found != NULL && vd_artefact_matches(in->at, found->patterns))
    return VD_OK;
  for (size_t i = 0; vd_formats[i] != NULL; i++)
    if (vd_artefact_matches(in->at, vd_formats[i]->patterns)) {
      if (vd_formats[i]->recognise(in->at))
        return VD_OK;
      named = named == NULL ? vd_formats[i] : named;
    }
  if (named == NULL || (found == NULL && is_other_text(in->at, named)))
    return VD_OK;
  if (found == NULL)
    return run_format(in, named);
  vd_view name = vd_artefact_name(in->at);
  return vd_observe(in, VD_CHECK_MISNAMED, 0, "%.*s holds %s", VD_ARG(name), found->name);
}

static vd_code run_formats(vd_inspection *in) {
  const vd_format *found = NULL;
  for (size_t i = 0; vd_formats[i] != NULL; i++) {
    if (!vd_formats[i]->recognise(in->at))
      continue;
    if (found != NULL)
      VD_TRY(vd_observe(in, VD_CHECK_POLYGLOT, 0, "%s and %s", found->name, vd_formats[i]->name));
    found = vd_formats[i];
    VD_TRY(run_format(in, found));
  }
  return check_name(in, found);
}

static vd_code enter(vd_inspection *in, vd_frame *f, const vd_artefact *a) {
  *f = (vd_frame){.artefact = *a, .scratch = vd_arena_mark_of(in->scratch)};
  in->frame = f;
  in->at = &f->artefact;
  in->artefacts++;
  return run_formats(in);
}

static void leave(vd_inspection *in, vd_frame *f) {
  for (size_t i = 0; i < f->members.count; i++)
    if (f->members.at[i].done != NULL)
      f->members.at[i].done(f->members.at[i].ctx);
  vd_arena_rewind(in->scratch, f->scratch);
}

// The next member of the frame, whatever it comes from; NOTFOUND when there is none left.
static vd_code next_member(vd_inspection *in, vd_frame *f, nested *out) {
  if (f->next_nested < f->nested.count) {
    *out = f->nested.at[f->next_nested++];
    return VD_OK;
  }
  while (f->next_members < f->members.count) {
    const vd_members *m = &f->members.at[f->next_members];
    vd_error e = {0};
    vd_code code = m->next(m->ctx, in, &out->name, &out->bytes, &e);
    if (code == VD_OK)
      return VD_OK;
    f->next_members++;
    if (code != VD_NOTFOUND)
      VD_TRY(report_failure(in, code, &e, "its members"));
  }
  return VD_NOTFOUND;
}

static vd_view member_path(vd_inspection *in, const vd_frame *f, vd_view name) {
  name = vd_view_first(name, VD_MEMBER_NAME_MAX);
  return f->artefact.member.len == 0
             ? vd_arena_copy(in->scratch, name)
             : vd_arena_printf(in->scratch, "%.*s!/%.*s", VD_ARG(f->artefact.member), VD_ARG(name));
}

static vd_code step_into(vd_inspection *in, vd_frame *frames, unsigned *depth, const nested *n) {
  const vd_frame *f = &frames[*depth];
  if (*depth + 1 == VD_INSPECT_DEPTH_MAX)
    return vd_observe(in, VD_CHECK_LIMIT, 0, "nested deeper than %d", VD_INSPECT_DEPTH_MAX);
  if (in->artefacts >= VD_INSPECT_ARTEFACTS_MAX)
    return vd_observe(in, VD_CHECK_LIMIT, 0, "more than %d members", VD_INSPECT_ARTEFACTS_MAX);
  vd_frame *below = &frames[++*depth];
  vd_arena_mark mark = vd_arena_mark_of(in->scratch);
  vd_artefact a = {f->artefact.path, member_path(in, f, n->name), n->bytes, *depth};
  if (a.member.ptr == NULL)
    a.member = VD_VIEW("?"); // out of scratch: the bytes are still looked at
  vd_code code = enter(in, below, &a);
  below->scratch = mark;
  return code;
}

// Walks until the file's own frame is done. A failure here is one of the report's memory.
static vd_code walk(vd_inspection *in, vd_frame *frames, unsigned *depth) {
  for (;;) {
    vd_frame *f = &frames[*depth];
    nested n = {0};
    in->frame = f;
    in->at = &f->artefact;
    vd_code code = next_member(in, f, &n);
    if (code == VD_NOTFOUND && *depth == 0)
      return VD_OK;
    if (code == VD_NOTFOUND) {
      leave(in, f);
      --*depth;
      continue;
    }
    VD_TRY(code);
    VD_TRY(step_into(in, frames, depth, &n));
  }
}

// What a file may cost grows with its size, so that a small one cannot hold up a scan.
static uint64_t allowance(size_t bytes, uint64_t least, uint64_t a_byte, uint64_t most) {
  uint64_t n = bytes < most / a_byte ? least + bytes * a_byte : most;
  return n < most ? n : most;
}

vd_code vd_inspect(vd_inspection *in, vd_view path, vd_view bytes, vd_error *err) {
  vd_frame frames[VD_INSPECT_DEPTH_MAX];
  unsigned depth = 0;
  in->budget =
      allowance(bytes.len, VD_INSPECT_UNPACK_MIN, VD_INSPECT_UNPACK_A_BYTE, VD_INSPECT_UNPACK_MAX);
  in->work = allowance(bytes.len, VD_INSPECT_WORK_MIN, VD_INSPECT_WORK_A_BYTE, VD_INSPECT_WORK_MAX);
  in->sample = VD_WEIGHTS_FILE_MAX;
  vd_code code =
      enter(in, &frames[0], &(vd_artefact){.path = path, .member = VD_VIEW(""), .bytes = bytes});
  if (code == VD_OK)
    code = walk(in, frames, &depth);
  for (;; depth--) {
    leave(in, &frames[depth]);
    if (depth == 0)
      break;
  }
  in->frame = NULL;
  in->at = NULL;
  return code == VD_OK ? VD_OK : vd_fail(err, code, "no memory for what was found in the file");
}

bool vd_model_is_one(const vd_model *m) {
  for (size_t i = 0; i < m->formats.count; i++)
    for (size_t k = 0; vd_formats[k] != NULL; k++)
      if (vd_formats[k]->name == m->formats.at[i] && !vd_formats[k]->carrier)
        return true;
  return false;
}

bool vd_inspect_names(vd_view path) {
  vd_artefact a = {.path = path, .member = VD_VIEW("")};
  for (size_t i = 0; vd_formats[i] != NULL; i++)
    if (vd_artefact_matches(&a, vd_formats[i]->patterns))
      return true;
  return false;
}

// Text that no format claims by its first bytes or by its name is not for this module.
bool vd_inspect_wants(vd_view path, vd_view head, uint64_t size) {
  vd_artefact a = {.path = path, .member = VD_VIEW(""), .bytes = head};
  size_t bad = 0;
  if (size == 0)
    return false;
  if (memchr(head.ptr, 0, head.len) != NULL)
    return true;
  if (!vd_utf8_valid(head, &bad) && (head.len == size || bad + 4 < head.len))
    return true;
  for (size_t i = 0; vd_formats[i] != NULL; i++)
    if (vd_formats[i]->recognise(&a))
      return true;
  return vd_inspect_names(path);
}
