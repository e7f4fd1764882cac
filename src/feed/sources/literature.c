// Lists of papers in Markdown: every link to arXiv becomes a document with the list and the section
// it stands in as tags.
#include "feed/markdown.h"
#include "feed/sources/papers.h"
#include "feed/sources/sources.h"

bool vd_entry_markdown(vd_view path) { return vd_view_ends(path, VD_VIEW(".md")); }

typedef struct reader {
  vd_arena *arena;
  const vd_feed_sink *sink;
  vd_view list, page; // "awesome-lm-ssp"; "collection/paper/security/agent"
  vd_view section;    // heading above the line being read
  vd_map seen;        // ids of this page
} reader;

// ---- where a page belongs -----------------------------------------------------------------------

static vd_view without(vd_view v, const char *ending) {
  vd_view e = vd_view_of(ending);
  return vd_view_ends(v, e) ? vd_view_first(v, v.len - e.len) : v;
}

// "literature/LIST/PAGE.md" of a mirror and "LIST-main/PAGE.md" of an archive.
static bool place(reader *r, vd_view path) {
  vd_view rest = path;
  if (vd_view_starts(path, VD_VIEW("literature/")))
    rest = vd_view_from(path, strlen("literature/"));
  vd_view folder = vd_view_cut(&rest, '/');
  vd_view list = without(without(without(folder, ".md"), "-main"), "-master");
  r->page = without(rest, ".md");
  char *name = vd_new_array(r->arena, char, list.len + 1);
  for (size_t i = 0; name != NULL && i < list.len; i++)
    name[i] =
        (char)(list.ptr[i] >= 'A' && list.ptr[i] <= 'Z' ? list.ptr[i] - 'A' + 'a' : list.ptr[i]);
  r->list = (vd_view){name, name == NULL ? 0 : list.len};
  return name != NULL;
}

// ---- titles -------------------------------------------------------------------------------------

// "[Title](" before the address; a title may have brackets inside.
static vd_view link_text(vd_view before) {
  vd_view text = vd_view_first(before, before.len - 2);
  size_t depth = 1;
  for (size_t i = text.len; i > 0; i--) {
    depth += text.ptr[i - 1] == ']';
    depth -= text.ptr[i - 1] == '[';
    if (depth == 0)
      return vd_view_trim(vd_view_from(text, i));
  }
  return (vd_view){0};
}

// "<summary>Title (2023) [<a href=" before the address.
static vd_view summary_text(vd_view before) {
  static const char mark[] = "<summary>";
  const char *at =
      before.len < strlen(mark) ? NULL : memmem(before.ptr, before.len, mark, strlen(mark));
  if (at == NULL)
    return (vd_view){0};
  vd_view text = vd_view_from(before, (size_t)(at - before.ptr) + strlen(mark));
  text = vd_view_trim(vd_view_first(text, vd_view_find(text, '[')));
  bool dated = vd_view_ends(text, VD_VIEW(")")) && text.len > 6 && text.ptr[text.len - 6] == '(';
  return dated ? vd_view_trim(vd_view_first(text, text.len - 6)) : text;
}

static vd_view title_of(vd_view before) {
  vd_view title = vd_view_ends(before, VD_VIEW("](")) ? link_text(before) : summary_text(before);
  return vd_text_cut(title, VD_PAPER_TITLE_MAX);
}

// ---- links --------------------------------------------------------------------------------------

static vd_code add_paper(reader *r, vd_view id, vd_view title) {
  vd_view node_key = vd_paper_key(r->arena, id);
  vd_view key =
      vd_arena_printf(r->arena, "%.*s/%.*s#%.*s", VD_ARG(r->list), VD_ARG(r->page), VD_ARG(id));
  if (node_key.ptr == NULL || key.ptr == NULL || vd_map_put(&r->seen, id, r) != VD_OK)
    return VD_NOMEM;
  vd_record record = vd_record_of(r->arena, key, (vd_view){0});
  vd_ref node = vd_ref_of(VD_NODE_DOCUMENT, node_key);
  vd_record_define(&record, node, title)->class = VD_VIEW("paper");
  vd_record_property(&record, node, "tag", r->list);
  vd_record_property(&record, node, "tag", vd_text_cut(r->section, VD_EVIDENCE_MAX));
  return vd_feed_record(r->sink, &record);
}

// Looks at the address around "arxiv.org/" at line[at].
static vd_code read_link(reader *r, vd_view line, size_t at) {
  size_t start = at;
  while (start > 0 && at - start < 16 && strchr("htps:/wexor.", line.ptr[start - 1]) != NULL)
    start--;
  for (; start < at; start++) { // "https://www.", past whatever else precedes it
    vd_view url = vd_view_from(line, start), id = vd_paper_id_of_url(url);
    if (id.len == 0)
      continue;
    if (vd_map_get(&r->seen, id) != NULL)
      return VD_OK;
    vd_view before = vd_view_first(line, start);
    return add_paper(r, id,
                     title_of(before.len > VD_PAPER_BEFORE
                                  ? vd_view_from(before, before.len - VD_PAPER_BEFORE)
                                  : before));
  }
  return VD_OK;
}

static vd_code read_line(reader *r, vd_view line) {
  static const char host[] = "arxiv.org/";
  unsigned level;
  if (vd_md_heading(line, &level, &r->section))
    return VD_OK;
  vd_view rest = line;
  while (rest.len > sizeof host) {
    const char *at = memmem(rest.ptr, rest.len, host, sizeof host - 1);
    if (at == NULL)
      return VD_OK;
    VD_TRY(read_link(r, line, (size_t)(at - line.ptr)));
    rest = vd_view_from(rest, (size_t)(at - rest.ptr) + sizeof host - 1);
  }
  return VD_OK;
}

vd_code vd_read_literature(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                           vd_error *err) {
  reader r = {.arena = a, .sink = sink, .seen = VD_MAP(a)};
  vd_view rest = in->bytes, line;
  vd_code code = place(&r, in->path) ? VD_OK : VD_NOMEM;
  while (code == VD_OK && vd_view_line(&rest, &line))
    code = read_line(&r, line);
  return code == VD_NOMEM ? vd_fail(err, code, "no memory for a list of papers") : code;
}
