// Techniques of flaws by the ranked mapper, and the study's shares_vector edges: an edition of the
// source "mapper".
#include "feed/derive.h"
#include "graph/suggest_input.h"
#include "graph/text.h"

// A suggestion that a curator would not make more often than one time in ten is not worth an edge.
static const double LEAST_CONFIDENCE = 0.1;
// The study's bound: words in common over words of either.
static const double LEAST_JACCARD = 0.15;
enum { TECHNIQUES_MOST = 5 }; // of one flaw

typedef struct mapper {
  vd_graph *g;
  vd_arena arena;
  vd_suggest_questions questions;
  const vd_suggester *suggester;
  vd_vocabulary vocabulary;
  vd_text_vector *techniques; // parallel to the labels
  vd_writer *writer;
  vd_error *err;
} mapper;

static void free_mapper(mapper *m) {
  vd_writer_free(&m->writer);
  vd_arena_free(&m->arena);
}

static vd_code no_memory(const mapper *m) {
  return vd_fail(m->err, VD_NOMEM, "no memory for the mapped techniques");
}

// ---- words in common ----------------------------------------------------------------------------

static vd_code learn_words(mapper *m) {
  const vd_suggest_input *in = &m->questions.input;
  vd_views *words = vd_new_array(&m->arena, vd_views, in->label_count + 1);
  m->techniques = vd_new_array(&m->arena, vd_text_vector, in->label_count + 1);
  if (words == NULL || m->techniques == NULL)
    return no_memory(m);
  for (size_t i = 0; i < in->label_count; i++)
    VD_TRY(vd_text_words(&m->arena, in->labels[i].description, false, &words[i], m->err));
  VD_TRY(vd_vocabulary_learn(&m->arena, words, in->label_count, &m->vocabulary, m->err));
  for (size_t i = 0; i < in->label_count; i++)
    VD_TRY(vd_vocabulary_weigh(&m->vocabulary, &m->arena, &words[i], &m->techniques[i], m->err));
  return VD_OK;
}

static vd_code link_words(mapper *m, vd_record *r, vd_ref flaw, const vd_suggest_example *e) {
  vd_views words;
  vd_text_vector vector;
  VD_TRY(vd_text_words(r->arena, e->text, false, &words, m->err));
  VD_TRY(vd_vocabulary_weigh(&m->vocabulary, r->arena, &words, &vector, m->err));
  for (size_t i = 0; i < m->questions.input.label_count; i++) {
    double shared = vd_text_jaccard(&vector, &m->techniques[i]);
    if (shared <= LEAST_JACCARD)
      continue;
    vd_link *l = vd_record_link(r, flaw, VD_EDGE_SHARES_VECTOR,
                                vd_ref_of(VD_NODE_TECHNIQUE, m->questions.input.labels[i].id));
    l->method = "similar";
    l->confidence = shared;
  }
  return VD_OK;
}

// ---- suggestions --------------------------------------------------------------------------------

// "words: overflow, heap; like: CVE-2021-1, CVE-2022-2"
static vd_view evidence_of(vd_arena *a, const vd_suggestion *s) {
  VD_SCOPED_BUF b = VD_BUF(VD_PROPERTY_MAX);
  for (size_t i = 0; i < s->terms.count && b.len < VD_EVIDENCE_SHOWN / 2; i++)
    vd_buf_printf(&b, "%s%.*s", i == 0 ? "words: " : ", ",
                  VD_ARG(vd_view_first(s->terms.at[i], 60)));
  for (size_t i = 0; i < s->nearest.count && b.len < VD_EVIDENCE_SHOWN; i++)
    vd_buf_printf(&b, "%s%.*s",
                  i > 0        ? ", "
                  : b.len == 0 ? "like: "
                               : "; like: ",
                  VD_ARG(vd_view_first(s->nearest.at[i].id, 60)));
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

static vd_code link_suggestions(mapper *m, vd_record *r, vd_ref flaw, const vd_suggest_example *e) {
  vd_suggest_query query = {e, TECHNIQUES_MOST};
  vd_suggestions list;
  VD_TRY(vd_suggester_rank(m->suggester, r->arena, &query, &list, m->err));
  for (size_t i = 0; i < list.count; i++) {
    const vd_suggestion *s = &list.at[i];
    if (s->confidence < LEAST_CONFIDENCE)
      continue;
    vd_ref technique = vd_ref_of(VD_NODE_TECHNIQUE, m->questions.input.labels[s->label].id);
    vd_link *l = vd_record_link(r, flaw, VD_EDGE_MAPS_TO, technique);
    l->method = vd_suggest_method_text(s->method);
    l->confidence = (double)(int)(s->confidence * 100 + 0.5) / 100;
    l->evidence = evidence_of(r->arena, s);
    r->failed |= l->evidence.ptr == NULL;
  }
  return VD_OK;
}

static vd_code write_flaw(mapper *m, const vd_suggest_example *e) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_record r = vd_record_of(&a, e->id, (vd_view){0});
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, e->id);
  if (m->suggester != NULL)
    VD_TRY(link_suggestions(m, &r, flaw, e));
  VD_TRY(link_words(m, &r, flaw, e));
  return r.links.count == 0 ? VD_OK : vd_writer_record(m->writer, &r, m->err);
}

// Without enough curated mappings there is nothing to learn from; the words in common remain.
static vd_code train(mapper *m) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_SUGGEST_MEMORY_MAX);
  vd_suggest_options o = {.scratch = &scratch};
  if (m->questions.input.example_count < VD_SUGGEST_EXAMPLES_MIN)
    return VD_OK;
  return vd_suggester_train(&m->arena, &m->questions.input, &o, &m->suggester, m->err);
}

static vd_code write_edition(mapper *m, int64_t today) {
  vd_edition edition = {.source = "mapper",
                        .licence = "Apache-2.0",
                        .url = "docs/mapping.md",
                        .rank = 902,
                        .today = today};
  vd_edition_end end = {.version = vd_view_of(VD_VERSION), .content = 1};
  VD_TRY(vd_writer_begin(m->g, &edition, &m->writer, m->err));
  for (size_t i = 0; i < m->questions.flaws.count; i++)
    VD_TRY(write_flaw(m, &m->questions.flaws.at[i]));
  return vd_writer_commit(m->writer, &end, NULL, m->err);
}

vd_code vd_derive_mapper(vd_graph *g, int64_t today, vd_error *err) {
  VD_CLEANUP(free_mapper)
  mapper m = {.g = g, .arena = VD_ARENA(VD_EDITION_MEMORY_MAX), .err = err};
  VD_TRY(vd_suggest_questions_read(g, &m.arena, &m.questions, err));
  if (m.questions.input.label_count == 0)
    return VD_OK;
  VD_TRY(train(&m));
  VD_TRY(learn_words(&m));
  return write_edition(&m, today);
}
