// OWASP AI Security Verification Standard: chapters, sections and requirements, which have ids of
// their own (C2, C2.1, C2.1.3).
#include "feed/cite.h"
#include "feed/markdown.h"
#include "feed/sources/sources.h"
#include "package/ascii.h"

// */1.0/en/0x10-Cnn-*.md
bool vd_entry_owasp_aisvs(vd_view path) {
  return vd_view_has(path, VD_VIEW("/en/0x10-C")) && vd_view_ends(path, VD_VIEW(".md"));
}

// Length of "N", "N.N" or "N.N.N" (`parts` numbers) at the start of v, 0 when it is something else.
static size_t measure_number(vd_view v, unsigned parts) {
  size_t n = 0;
  for (unsigned p = 0; p < parts; p++) {
    size_t start = n;
    while (n < v.len && vd_is_digit(v.ptr[n]) && n - start < 3)
      n++;
    if (n == start || (p + 1 < parts && (n == v.len || v.ptr[n] != '.')))
      return 0;
    n += p + 1 < parts;
  }
  return n == v.len || (v.ptr[n] != '.' && !vd_is_digit(v.ptr[n])) ? n : 0;
}

typedef struct reader {
  vd_arena *arena;
  const vd_feed_sink *sink;
  vd_view document;
  bool chapter; // its heading was read
} reader;

static vd_code hand_over(const reader *r, vd_view number, vd_view name, vd_view text,
                         vd_view level) {
  vd_view id = vd_arena_printf(r->arena, "C%.*s", VD_ARG(number));
  vd_view key = vd_arena_printf(r->arena, "aisvs/C%.*s", VD_ARG(number));
  if (id.ptr == NULL || key.ptr == NULL)
    return VD_NOMEM;
  vd_record record = vd_record_of(r->arena, id, (vd_view){0});
  vd_ref node = vd_ref_of(VD_NODE_MITIGATION, key);
  vd_definition *d = vd_record_define(&record, node, name);
  d->class = VD_VIEW("aisvs");
  d->text = vd_feed_text(text);
  vd_record_property(&record, node, "level", level);
  vd_citer citer = vd_citer_of(&record, node);
  vd_cite(&citer, "text", text);
  return vd_feed_record(r->sink, &record);
}

// "| **2.1.3** | **Verify that** inputs are screened. | 1 |"
static vd_code read_requirement(const reader *r, vd_view row) {
  vd_view cells[3];
  size_t n = 0;
  vd_view line = row;
  while (n < VD_COUNT(cells) && vd_md_cell(&row, &cells[n]))
    n++;
  vd_view number = n == 0 ? (vd_view){0} : vd_md_plain(cells[0]);
  if (number.len == 0 || measure_number(number, 3) != number.len)
    return VD_OK;
  if (n < VD_COUNT(cells)) {
    vd_feed_bad(r->sink, number, "a requirement without text or level", vd_view_first(line, 60));
    return VD_OK;
  }
  vd_view marked = VD_VIEW("**Verify that** "), text = cells[1];
  if (vd_view_starts(text, marked))
    text = vd_view_from(text, marked.len);
  return hand_over(r, number, vd_text_cut(text, 200), cells[1], cells[2]);
}

// "C2 Input Validation" (the chapter, once) and "C2.1 Prompt Injection Defenses".
static vd_code read_heading(reader *r, vd_view title) {
  vd_view rest = vd_view_from(title, 1);
  size_t chapter = measure_number(rest, 1), section = measure_number(rest, 2);
  vd_view name = vd_view_from(rest, chapter + section);
  if (!vd_view_starts(title, VD_VIEW("C")) || chapter + section == 0 ||
      !vd_view_starts(name, VD_VIEW(" ")) || (chapter > 0 && r->chapter))
    return VD_OK;
  r->chapter |= chapter > 0;
  return hand_over(r, vd_view_first(rest, chapter + section), vd_view_trim(name),
                   chapter > 0 ? r->document : VD_VIEW(""), (vd_view){0});
}

static vd_code read_lines(reader *r) {
  vd_view rest = r->document, line, title;
  unsigned level;
  while (vd_view_line(&rest, &line)) {
    if (vd_md_heading(line, &level, &title))
      VD_TRY(read_heading(r, title));
    else if (vd_view_starts(line, VD_VIEW("|")))
      VD_TRY(read_requirement(r, line));
  }
  return VD_OK;
}

vd_code vd_read_owasp_aisvs(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                            vd_error *err) {
  reader r = {.arena = a, .sink = sink, .document = in->bytes};
  vd_code code = read_lines(&r);
  if (code != VD_OK)
    return code == VD_NOMEM ? vd_fail(err, code, "no memory for a chapter of AISVS") : code;
  if (!r.chapter)
    vd_feed_bad(sink, in->path, "no heading with the id of a chapter", (vd_view){0});
  return VD_OK;
}
