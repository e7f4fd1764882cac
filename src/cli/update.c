// What `vedette update` prints: one line a feed, the state of each source, the list of feeds.
#include "cli/update.h"

#include "format/format.h"
#include "graph/table.h"

#include <time.h>

vd_code vd_update_day(vd_arena *a, const char *date, int64_t *today, vd_view *now, vd_error *err) {
  char text[32];
  struct tm t;
  time_t clock = time(NULL);
  if (gmtime_r(&clock, &t) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &t) == 0)
    return vd_fail(err, VD_IO, "cannot tell the time");
  *now = vd_arena_copy(a, vd_view_of(text));
  *today = vd_date_number(date == NULL ? vd_view_first(*now, 10) : vd_view_of(date));
  if (*today == 0)
    return vd_fail(err, VD_USAGE, "--date takes YYYY-MM-DD, not '%.40s'", date);
  return now->ptr == NULL ? vd_fail(err, VD_NOMEM, "no memory") : VD_OK;
}

// Escaped, and padded to a column unless it is the last one.
static void put_cell(vd_buf *b, vd_view text, size_t width) {
  size_t used = vd_text_columns(text);
  vd_buf_put_escaped(b, text);
  for (; used < width; used++)
    vd_buf_put_c(b, ' ');
  if (width != 0)
    vd_buf_put_c(b, ' ');
}

// ---- what was done -----------------------------------------------------------------------------

static const char *const outcomes[] = {"absent", "unchanged", "updated", "FAILED"};

static vd_view failure_of(const vd_feed_result *r) {
  return vd_view_of(r->error.text[0] != '\0' ? r->error.text : vd_code_text(r->error.code));
}

static void print_feed(vd_buf *b, const vd_feed_result *r) {
  const vd_write_counts *c = &r->counts;
  put_cell(b, vd_view_of(r->feed->name), 17);
  if (r->outcome == VD_FEED_FAILED) {
    put_cell(b, VD_VIEW("FAILED"), 9);
    put_cell(b, failure_of(r), 0);
  } else {
    vd_buf_printf(b, "updated   %7llu records  +%llu ~%llu -%llu", (unsigned long long)c->records,
                  (unsigned long long)c->added, (unsigned long long)c->changed,
                  (unsigned long long)c->gone);
    if (c->bad != 0)
      vd_buf_printf(b, "  %llu bad", (unsigned long long)c->bad);
    if (r->fetched.bytes != 0)
      vd_buf_printf(b, "  %.1f MB", (double)r->fetched.bytes / (1 << 20));
    vd_buf_printf(b, "  %.2f s", r->seconds);
  }
  vd_buf_put_c(b, '\n');
}

static void print_text(vd_buf *b, const vd_update_result *r) {
  size_t count[VD_COUNT(outcomes)] = {0};
  for (size_t i = 0; i < r->feeds.count; i++) {
    const vd_feed_result *f = &r->feeds.at[i];
    count[f->outcome]++;
    if (f->outcome == VD_FEED_UPDATED || f->outcome == VD_FEED_FAILED)
      print_feed(b, f);
  }
  if (r->derive_seconds > 0.05)
    vd_buf_printf(b, "%-17s updated   %.2f s\n", "derived", r->derive_seconds);
  vd_buf_printf(b, "%zu updated, %zu unchanged, %zu failed, %zu not in this mirror\n",
                count[VD_FEED_UPDATED], count[VD_FEED_UNCHANGED], count[VD_FEED_FAILED],
                count[VD_FEED_ABSENT]);
  if (r->offline)
    vd_buf_put(b, VD_VIEW("No server answered. Is this machine offline? --offline reads what "
                          "earlier updates fetched.\n"));
}

static void json_number(vd_json_out *j, const char *key, uint64_t n) {
  vd_json_key(j, key);
  vd_json_int(j, (int64_t)n);
}

static void json_feed(vd_json_out *j, const vd_feed_result *r) {
  const vd_write_counts *c = &r->counts;
  vd_json_open(j, '{');
  vd_json_member(j, "name", vd_view_of(r->feed->name));
  vd_json_member(j, "outcome",
                 r->outcome == VD_FEED_FAILED ? VD_VIEW("failed")
                                              : vd_view_of(outcomes[r->outcome]));
  vd_json_member(j, "error", r->outcome == VD_FEED_FAILED ? failure_of(r) : (vd_view){0});
  json_number(j, "files_asked", r->fetched.files);
  json_number(j, "files_unchanged", r->fetched.unchanged);
  json_number(j, "bytes_received", r->fetched.bytes);
  json_number(j, "records", c->records);
  json_number(j, "bad", c->bad);
  json_number(j, "added", c->added);
  json_number(j, "changed", c->changed);
  json_number(j, "gone", c->gone);
  json_number(j, "same", c->same);
  json_number(j, "statements_opened", c->opened);
  json_number(j, "statements_closed", c->closed);
  json_number(j, "scores", c->scores);
  vd_json_key(j, "seconds");
  vd_json_real(j, r->seconds, 3);
  vd_json_close(j, '}');
}

static void print_json(vd_buf *b, const vd_update_result *r) {
  vd_json_out j = {.buf = b, .pretty = true};
  vd_json_open(&j, '{');
  vd_json_key(&j, "feeds");
  vd_json_open(&j, '[');
  for (size_t i = 0; i < r->feeds.count; i++)
    json_feed(&j, &r->feeds.at[i]);
  vd_json_close(&j, ']');
  json_number(&j, "failed", r->failed);
  vd_json_key(&j, "offline");
  vd_json_bool(&j, r->offline);
  vd_json_key(&j, "derive_seconds");
  vd_json_real(&j, r->derive_seconds, 3);
  vd_json_close(&j, '}');
  vd_buf_put_c(b, '\n');
}

void vd_update_print(const vd_update_text *t, const vd_update_result *r) {
  (t->json ? print_json : print_text)(t->out, r);
}

// ---- the state of the sources ------------------------------------------------------------------

// Days since 1970-01-01 of YYYYMMDD (Hinnant, "chrono-compatible low-level date algorithms").
static int64_t day_of(int64_t date) {
  int64_t m = date / 100 % 100, d = date % 100, y = date / 10000 - (m <= 2), era = y / 400;
  int64_t of_era = y - era * 400, of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// Of the edition by its own date, else by the day it was read; -1 when neither is known.
static int64_t age_of(const vd_source_state *s, int64_t today) {
  int64_t date = vd_date_number(s->date);
  if (date == 0)
    date = vd_date_number(vd_view_first(s->updated, 10));
  return date == 0 ? -1 : day_of(today) - day_of(date);
}

static void status_line(vd_buf *b, const vd_source_state *s, int64_t age) {
  char days[32] = "-";
  if (age >= 0)
    (void)snprintf(days, sizeof days, "%lld d", (long long)age);
  put_cell(b, s->name, 17);
  vd_buf_printf(b, "%7s  ", days);
  put_cell(b, vd_view_first(s->version, 20), 20);
  vd_buf_printf(b, "%9llu %6llu  ", (unsigned long long)s->records, (unsigned long long)s->bad);
  put_cell(b, vd_view_first(s->checked, 16), 16);
  put_cell(b, s->error, 0);
  vd_buf_put_c(b, '\n');
}

static void status_json(vd_json_out *j, const vd_source_state *s, int64_t age) {
  vd_json_open(j, '{');
  vd_json_member(j, "name", s->name);
  vd_json_member(j, "version", s->version);
  vd_json_member(j, "date", s->date);
  vd_json_key(j, "age_days");
  if (age < 0)
    vd_json_null(j);
  else
    vd_json_int(j, age);
  json_number(j, "records", s->records);
  json_number(j, "bad", s->bad);
  vd_json_member(j, "checked", s->checked);
  vd_json_member(j, "updated", s->updated);
  vd_json_member(j, "failure", s->error);
  vd_json_close(j, '}');
}

vd_code vd_update_status(const vd_update_text *t, vd_graph *g, int64_t today, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_source_states states;
  vd_json_out j = {.buf = t->out, .pretty = true};
  VD_TRY(vd_source_states_read(g, &a, &states, err));
  if (t->json)
    vd_json_open(&j, '[');
  else
    vd_buf_printf(t->out, "%-17s %7s  %-20s %9s %6s  %-16s %s\n", "feed", "age", "version",
                  "records", "bad", "last look", "last failure");
  for (size_t i = 0; i < states.count; i++) {
    int64_t age = age_of(&states.at[i], today);
    if (t->json)
      status_json(&j, &states.at[i], age);
    else
      status_line(t->out, &states.at[i], age);
  }
  if (t->json) {
    vd_json_close(&j, ']');
    vd_buf_put_c(t->out, '\n');
  }
  return VD_OK;
}

// ---- the feeds ---------------------------------------------------------------------------------

static void list_json(vd_buf *b) {
  vd_json_out j = {.buf = b, .pretty = true};
  vd_json_open(&j, '[');
  for (const vd_feed *f = vd_feeds; f->name != NULL; f++) {
    vd_json_open(&j, '{');
    vd_json_member(&j, "name", vd_view_of(f->name));
    vd_json_member(&j, "summary", vd_view_of(f->summary));
    vd_json_member(&j, "licence", vd_view_of(f->licence));
    vd_json_member(&j, "home", vd_view_of(f->url));
    vd_json_member(&j, "file", vd_view_of(f->file));
    vd_json_member(&j, "fetch", vd_view_of(f->fetch));
    vd_json_close(&j, '}');
  }
  vd_json_close(&j, ']');
  vd_buf_put_c(b, '\n');
}

void vd_update_list(const vd_update_text *t) {
  if (t->json) {
    list_json(t->out);
    return;
  }
  for (const vd_feed *f = vd_feeds; f->name != NULL; f++)
    vd_buf_printf(t->out, "%-17s %s\n%-17s %s; %s%s\n", f->name, f->summary, "", f->licence, f->url,
                  f->fetch[0] == '\0' ? " (not fetched: put the files into a mirror)" : "");
}

vd_code vd_update_addresses(const vd_update_text *t, const vd_mirror *m, const vd_update_options *o,
                            vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  if (m->url != NULL)
    vd_buf_printf(t->out, "%-17s %s/index.txt\n", "(list of files)", m->url);
  for (const vd_feed *f = vd_feeds; f->name != NULL; f++) {
    vd_addresses plan = {0};
    if (vd_update_wants(o, f))
      VD_TRY(vd_mirror_plan(m, &a, f, &plan, err));
    for (size_t i = 0; i < plan.count; i++) {
      put_cell(t->out, vd_view_of(f->name), 17);
      put_cell(t->out, plan.at[i].url, 0);
      vd_buf_put_c(t->out, '\n');
    }
  }
  return VD_OK;
}
