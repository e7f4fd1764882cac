// The smaller tables of the study: impacts of weaknesses, its projects, articles and threats.
#include "feed/github.h"
#include "feed/sources/sources.h"
#include "feed/sources/study.h"

vd_code vd_study_no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for a table of the study");
}

vd_view vd_study_key(vd_map *counts, vd_view key) {
  size_t *n = vd_map_get(counts, key);
  if (n == NULL) {
    n = vd_new(counts->arena, size_t);
    if (n == NULL || vd_map_put(counts, key, n) != VD_OK)
      return (vd_view){0};
  }
  return ++*n == 1 ? key : vd_arena_printf(counts->arena, "%.*s~%zu", (int)key.len, key.ptr, *n);
}

// ---- weaknesses and repositories ----------------------------------------------------------------

void vd_study_impacts(vd_record *r, const vd_sheet *s, vd_ref node) {
  static const struct {
    const char *column;
    vd_view impact;
  } impacts[] = {
      {"Availability", VD_VIEW_INIT("availability")},
      {"Confidentiality", VD_VIEW_INIT("confidentiality")},
      {"Integrity", VD_VIEW_INIT("integrity")},
      {"Access Control", VD_VIEW_INIT("access-control")},
      {"Non-Repudiation", VD_VIEW_INIT("non-repudiation")},
      {"Other", VD_VIEW_INIT("other")},
      {"Other-Impact", VD_VIEW_INIT("other")},
  };
  for (size_t i = 0; i < VD_COUNT(impacts); i++)
    if (vd_view_eq(vd_sheet_cell(s, impacts[i].column), VD_VIEW("1")))
      vd_record_property(r, node, "impact", impacts[i].impact);
}

static vd_code read_weakness(vd_arena *a, const vd_sheet *s, vd_error *err) {
  vd_view id = vd_sheet_cell(s, "CWE_ID");
  if (!vd_view_starts(id, VD_VIEW("CWE-")) || !vd_token_valid(id)) {
    vd_sheet_bad(s, "not a CWE id", id);
    return VD_OK;
  }
  vd_view key = vd_arena_printf(a, "weakness/%.*s", VD_ARG(id));
  if (key.ptr == NULL)
    return vd_study_no_memory(err);
  vd_record record = vd_record_of(a, key, (vd_view){0});
  vd_study_impacts(&record, s, vd_ref_of(VD_NODE_WEAKNESS, id));
  if (record.properties.count == 0 && !record.failed)
    return VD_OK;
  return vd_feed_record(s->sink, &record);
}

vd_code vd_study_weaknesses(vd_arena *a, vd_sheet *s, vd_error *err) {
  vd_code code;
  while ((code = vd_sheet_next(s, err)) == VD_OK)
    VD_TRY(read_weakness(a, s, err));
  return code;
}

static vd_code read_repository(vd_arena *a, const vd_sheet *s, vd_error *err) {
  vd_view name = vd_sheet_cell(s, "repository"), stars = vd_sheet_cell(s, "num_stars");
  vd_github g;
  uint64_t number;
  if (!vd_github_parse_name(name, &g)) {
    vd_sheet_bad(s, "not a repository", name);
    return VD_OK;
  }
  vd_view node = vd_github_repository(a, &g);
  vd_view key = vd_arena_printf(a, "repository/%.*s", VD_ARG(node));
  if (node.ptr == NULL || key.ptr == NULL)
    return vd_study_no_memory(err);
  vd_view created = vd_sheet_cell(s, "created_at");
  vd_record record = vd_record_of(a, key, (vd_view){0});
  vd_ref repository = vd_ref_of(VD_NODE_REPOSITORY, node);
  (void)vd_record_define(&record, repository, name);
  if (vd_view_u64(stars, &number))
    vd_record_property(&record, repository, "stars", stars);
  if (vd_date_valid(created))
    vd_record_property(&record, repository, "date", vd_view_first(created, 10));
  return vd_feed_record(s->sink, &record);
}

vd_code vd_study_repositories(vd_arena *a, vd_sheet *s, vd_error *err) {
  vd_code code;
  while ((code = vd_sheet_next(s, err)) == VD_OK)
    VD_TRY(read_repository(a, s, err));
  return code;
}

// ---- articles -----------------------------------------------------------------------------------

// An article is the page it stands on: the ids that the study numbers articles with are those of
// other things in ATLAS, and not unique.
static bool url_valid(vd_view url) {
  return vd_token_valid(url) &&
         (vd_view_starts(url, VD_VIEW("https://")) || vd_view_starts(url, VD_VIEW("http://")));
}

static int hex_of(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Decodes what follows a backslash at text[*i]; *i moves to its last byte.
static char escaped(vd_view text, size_t *i) {
  char c = text.ptr[*i];
  if (c == 'x' && *i + 2 < text.len) {
    int high = hex_of(text.ptr[*i + 1]), low = hex_of(text.ptr[*i + 2]);
    *i += 2;
    return (char)(high < 0 || low < 0 ? '?' : high * 16 + low);
  }
  if (c == 'n' || c == 'r' || c == 't')
    return c == 'n' ? '\n' : ' ';
  return c;
}

// The bytes of a Python literal b'...' or b"..."; other text as it is. {NULL} when there is no
// memory.
static vd_view unquoted(vd_arena *a, vd_view v) {
  bool literal = v.len >= 3 && v.ptr[0] == 'b' && (v.ptr[1] == '\'' || v.ptr[1] == '"') &&
                 v.ptr[v.len - 1] == v.ptr[1];
  char *out = vd_new_array(a, char, v.len + 1);
  if (out == NULL || !literal)
    return out == NULL ? (vd_view){0} : v;
  vd_view text = {v.ptr + 2, v.len - 3};
  size_t n = 0, bad = 0;
  for (size_t i = 0; i < text.len; i++) {
    bool escape = text.ptr[i] == '\\' && i + 1 < text.len;
    i += escape;
    out[n++] = (char)(escape ? escaped(text, &i) : text.ptr[i]);
  }
  return vd_utf8_valid((vd_view){out, n}, &bad) ? (vd_view){out, n} : v;
}

typedef struct article {
  vd_view url, title, text, year;
} article;

// Starts the record FAMILY/URL and defines the article's page; OK with *bad set when it has none.
static vd_code start(vd_sheet *s, vd_map *keys, const char *family, const article *x,
                     vd_record *out) {
  vd_view key = vd_arena_printf(keys->arena, "%s/%.*s", family, (int)x->url.len, x->url.ptr);
  key = key.ptr == NULL ? key : vd_study_key(keys, key);
  if (key.ptr == NULL)
    return VD_NOMEM;
  vd_record r = vd_record_of(keys->arena, key, (vd_view){0});
  vd_ref page = vd_ref_of(VD_NODE_DOCUMENT, x->url);
  vd_definition *d = vd_record_define(&r, page, x->title);
  d->class = VD_VIEW("report");
  d->text = vd_feed_text(x->text);
  vd_record_property(&r, page, "url", x->url);
  vd_record_property(&r, page, "year", x->year);
  vd_record_property(&r, page, "tag", vd_sheet_cell(s, "AI related"));
  *out = r;
  return VD_OK;
}

static vd_view year_of(vd_view v) {
  uint64_t n;
  return v.len == 4 && vd_view_u64(v, &n) ? v : (vd_view){0};
}

vd_code vd_study_articles(vd_arena *a, vd_sheet *s, vd_error *err) {
  vd_map keys = VD_MAP(a);
  vd_code code;
  while ((code = vd_sheet_next(s, err)) == VD_OK) {
    article x = {.url = vd_sheet_cell(s, "References")};
    vd_record r;
    if (!url_valid(x.url)) {
      vd_sheet_bad(s, "not the address of an article", vd_view_first(x.url, 60));
      continue;
    }
    x.title = unquoted(a, vd_sheet_cell(s, "Title"));
    x.text = unquoted(a, vd_sheet_cell(s, "Description"));
    if (s->row.count > 3) // two columns are named Description: the second is the year
      x.year = year_of(s->row.at[3]);
    if (x.title.ptr == NULL || x.text.ptr == NULL || start(s, &keys, "article", &x, &r) != VD_OK)
      return vd_study_no_memory(err);
    VD_TRY(vd_feed_record(s->sink, &r));
  }
  return code;
}

vd_code vd_study_threats(vd_arena *a, vd_sheet *s, vd_error *err) {
  vd_map keys = VD_MAP(a);
  vd_code code;
  while ((code = vd_sheet_next(s, err)) == VD_OK) {
    article x = {.url = vd_sheet_cell(s, "References"),
                 .title = vd_sheet_cell(s, "Title"),
                 .text = vd_sheet_cell(s, "Description"),
                 .year = year_of(vd_sheet_cell(s, "Date"))};
    vd_record r;
    if (!url_valid(x.url)) {
      vd_sheet_bad(s, "not the address of an article", vd_view_first(x.url, 60));
      continue;
    }
    if (start(s, &keys, "threat", &x, &r) != VD_OK)
      return vd_study_no_memory(err);
    vd_record_property(&r, vd_ref_of(VD_NODE_DOCUMENT, x.url), "tag", VD_VIEW("threat"));
    VD_TRY(vd_feed_record(s->sink, &r));
  }
  return code;
}

// ---- techniques of threats ----------------------------------------------------------------------

// The study names techniques as ATLAS did in 2022; NULL when it never had one of that name.
static const char *technique_of(vd_view name) {
  static const struct {
    vd_view name;
    const char *id;
  } techniques[] = {
      {VD_VIEW_INIT("Cost Harvesting"), "AML.T0034"},
      {VD_VIEW_INIT("Craft Adversarial Data"), "AML.T0043"},
      {VD_VIEW_INIT("Create Proxy ML model: Use Pre-Trained Model"), "AML.T0005.002"},
      {VD_VIEW_INIT("Denial of Service"), "AML.T0029"},
      {VD_VIEW_INIT("Establish Accounts"), "AML.T0021"},
      {VD_VIEW_INIT("Evade ML Model"), "AML.T0015"},
      {VD_VIEW_INIT("Exfiltration via Cyber Means"), "AML.T0025"},
      {VD_VIEW_INIT("Valid Accounts"), "AML.T0012"},
  };
  for (size_t i = 0; i < VD_COUNT(techniques); i++)
    if (vd_view_ieq(name, techniques[i].name))
      return techniques[i].id;
  return NULL;
}

static void add_technique(vd_record *r, const vd_sheet *s, vd_ref page, vd_view name) {
  const char *id = technique_of(name);
  if (id == NULL) {
    vd_sheet_bad(s, "ATLAS has no technique of that name", vd_view_first(name, 60));
    return;
  }
  vd_link *l =
      vd_record_link(r, page, VD_EDGE_REFERENCES, vd_ref_of(VD_NODE_TECHNIQUE, vd_view_of(id)));
  l->method = "curated"; // the table of names is ours
  l->confidence = 0.8;
  l->evidence = vd_text_cut(name, VD_EVIDENCE_MAX);
}

// "Tactic (Technique, Technique), Tactic (Technique)"
static void add_techniques(vd_record *r, const vd_sheet *s, vd_ref page, vd_view cell) {
  while (cell.len > 0) {
    (void)vd_view_cut(&cell, '('); // the tactic
    vd_view names = vd_view_cut(&cell, ')');
    while (names.len > 0)
      add_technique(r, s, page, vd_view_trim(vd_view_cut(&names, ',')));
  }
}

vd_code vd_study_techniques(vd_arena *a, vd_sheet *s, vd_error *err) {
  vd_map keys = VD_MAP(a);
  vd_code code;
  while ((code = vd_sheet_next(s, err)) == VD_OK) {
    article x = {.url = vd_sheet_cell(s, "Refer."), .title = vd_sheet_cell(s, "Title")};
    vd_view model = vd_sheet_cell(s, "Model");
    vd_record r;
    if (!url_valid(x.url)) {
      vd_sheet_bad(s, "not the address of an article", vd_view_first(x.url, 60));
      continue;
    }
    if (start(s, &keys, "techniques", &x, &r) != VD_OK)
      return vd_study_no_memory(err);
    vd_ref page = vd_ref_of(VD_NODE_DOCUMENT, x.url);
    if (!vd_view_eq(model, VD_VIEW("N/A")))
      vd_record_property(&r, page, "model", model);
    add_techniques(&r, s, page, vd_sheet_cell(s, "Tactics"));
    VD_TRY(vd_feed_record(s->sink, &r));
  }
  return code;
}
