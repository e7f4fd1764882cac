// graph verify: does what must hold hold?
#include "graph/verify.h"

#include "report/graph/view.h"

static void put_text(const vd_graph_request *q, const vd_checks *checks, vd_buf *out) {
  vd_page page = vd_view_page(q, out), *p = &page;
  for (size_t i = 0; i < checks->count; i++) {
    const vd_check *c = &checks->at[i];
    bool ok = c->violations == 0;
    vd_page_say(p, ok ? VD_INK_GOOD : VD_INK_HIGH, "%-7s", ok ? "ok" : "BROKEN");
    vd_page_say(p, VD_INK_PLAIN, "%s", c->name);
    if (!ok) {
      vd_page_say(p, VD_INK_PLAIN, ": %llu times, ", (unsigned long long)c->violations);
      (void)vd_page_put(p, VD_INK_PLAIN, c->example, 80);
    }
    vd_page_end_line(p);
  }
}

static void put_json(const vd_checks *checks, vd_buf *out) {
  vd_json_out json = vd_view_json(out), *j = &json;
  vd_json_open(j, '[');
  for (size_t i = 0; i < checks->count; i++) {
    vd_json_open(j, '{');
    vd_json_member(j, "check", vd_view_of(checks->at[i].name));
    vd_json_key(j, "violations");
    vd_json_int(j, (int64_t)checks->at[i].violations);
    vd_json_member(j, "example", checks->at[i].example);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
  vd_buf_put_c(out, '\n');
}

// A broken rule is not a broken report: it is told by the exit status FORMAT leads to.
vd_code vd_show_verify(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  vd_checks checks;
  size_t broken = 0;
  VD_TRY(vd_graph_verify(q->g, &a, &checks, err));
  for (size_t i = 0; i < checks.count; i++)
    broken += checks.at[i].violations != 0;
  if (q->json)
    put_json(&checks, out);
  else
    put_text(q, &checks, out);
  VD_TRY(vd_view_finish(out, err));
  if (broken == 0)
    return VD_OK;
  vd_buf_flush(out);
  return vd_fail(err, VD_FORMAT, "%zu of %zu checks of the knowledge base failed", broken,
                 checks.count);
}
