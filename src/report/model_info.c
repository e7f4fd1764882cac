// `vedette model info`: one model, for people and for programs.
#include "report/model.h"
#include "report/terminal.h"

enum { LABEL_WIDTH = 26 };

static void put_fact(terminal *t, vd_view name, vd_view value) {
  vd_page_cell(&t->page, VD_INK_DIM, name, LABEL_WIDTH - 1);
  vd_page_spaces(&t->page, 1);
  (void)vd_page_put(&t->page, VD_INK_PLAIN, value, t->page.width - LABEL_WIDTH);
  vd_page_end_line(&t->page);
}

static void put_number(terminal *t, const char *name, uint64_t n) {
  static const struct {
    double size;
    const char *unit;
  } units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
  VD_SCOPED_BUF b = VD_BUF(128);
  vd_buf_printf(&b, "%llu", (unsigned long long)n);
  for (size_t i = 0; i < VD_COUNT(units); i++)
    if ((double)n >= units[i].size) {
      vd_buf_printf(&b, " (%.2f %s)", (double)n / units[i].size, units[i].unit);
      break;
    }
  put_fact(t, vd_view_of(name), vd_buf_view(&b));
}

static void put_formats(terminal *t, const vd_model *m) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  for (size_t i = 0; i < m->formats.count; i++)
    vd_buf_printf(&b, "%s%s", i == 0 ? "" : ", ", m->formats.at[i]);
  put_fact(t, VD_VIEW("format"), b.len != 0 ? vd_buf_view(&b) : VD_VIEW("none that is known here"));
}

static void put_tensor(terminal *t, const vd_tensor *tensor) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  size_t wide = t->page.width > 70 ? t->page.width - 40 : 30;
  vd_buf_printf(&b, "%s [", vd_dtype_text(tensor->dtype));
  for (unsigned i = 0; i < tensor->rank; i++)
    vd_buf_printf(&b, "%s%llu", i == 0 ? "" : ", ", (unsigned long long)tensor->shape[i]);
  vd_buf_put_c(&b, ']');
  vd_page_spaces(&t->page, 2);
  vd_page_cell(&t->page, VD_INK_PLAIN, tensor->name, wide);
  vd_page_spaces(&t->page, 1);
  (void)vd_page_put(&t->page, VD_INK_DIM, vd_buf_view(&b), 36);
  vd_page_end_line(&t->page);
}

static void put_tensors(terminal *t, const vd_model *m) {
  if (m->tensors.count == 0)
    return;
  vd_page_end_line(&t->page);
  for (size_t i = 0; i < m->tensors.count; i++)
    put_tensor(t, &m->tensors.at[i]);
}

static void put_observation(terminal *t, const vd_observation *o) {
  vd_page *p = &t->page;
  vd_page_spaces(p, 2);
  vd_terminal_severity(t, o->severity);
  vd_page_spaces(p, 2);
  (void)vd_page_put(p, VD_INK_PLAIN, vd_view_of(vd_checks[o->check].title), p->width - 12);
  vd_page_end_line(p);
  vd_page_spaces(p, 12);
  vd_page_wrap(p, VD_INK_BOLD, o->evidence, 12);
  vd_page_spaces(p, 12);
  vd_page_say(p, VD_INK_DIM, "at byte %llu", (unsigned long long)o->offset);
  if (o->member.len != 0)
    vd_page_say(p, VD_INK_DIM, " of ");
  (void)vd_page_put_end(p, VD_INK_DIM, o->member, p->width - 40);
  vd_page_end_line(p);
}

static void put_observations(terminal *t, const vd_inspected *found) {
  vd_page_end_line(&t->page);
  if (found->observations.count == 0) {
    vd_page_say(&t->page, VD_INK_GOOD, "Nothing harmful was seen.");
    vd_page_end_line(&t->page);
  }
  for (size_t i = 0; i < found->observations.count; i++)
    put_observation(t, &found->observations.at[i]);
}

vd_code vd_report_model(const vd_model_report *r, const vd_report_options *options, vd_buf *out) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  terminal t = vd_terminal_of(&a, options, out);
  const vd_model *m = &r->found.model;
  (void)vd_page_put_end(&t.page, VD_INK_BOLD, r->path, t.page.width);
  vd_page_end_line(&t.page);
  put_formats(&t, m);
  put_number(&t, "bytes", r->size);
  for (size_t i = 0; i < m->properties.count; i++)
    put_fact(&t, m->properties.at[i].name, m->properties.at[i].value);
  if (m->tensor_count != 0) {
    put_number(&t, "tensors", m->tensor_count);
    put_number(&t, "parameters", m->parameters);
  }
  put_tensors(&t, m);
  put_observations(&t, &r->found);
  return out->failed ? VD_LIMIT : VD_OK;
}

static void put_observation_json(vd_json_out *j, const vd_observation *o) {
  const vd_check *c = &vd_checks[o->check];
  vd_json_open(j, '{');
  vd_json_member(j, "rule", vd_view_of(c->name));
  vd_json_member(j, "title", vd_view_of(c->title));
  vd_json_member(j, "severity", vd_view_of(vd_severity_text(o->severity)));
  vd_json_member(j, "member", o->member);
  vd_json_key(j, "offset");
  vd_json_int(j, o->offset > INT64_MAX ? INT64_MAX : (int64_t)o->offset);
  vd_json_member(j, "evidence", o->evidence);
  vd_json_member(j, "fix", vd_view_of(c->fix));
  vd_json_close(j, '}');
}

vd_code vd_report_model_json(const vd_model_report *r, vd_buf *out) {
  vd_json_out j = {.buf = out, .pretty = true};
  vd_json_open(&j, '{');
  vd_json_member(&j, "path", r->path);
  vd_json_key(&j, "size");
  vd_json_int(&j, (int64_t)r->size);
  vd_report_json_model(&j, &r->found.model);
  vd_json_key(&j, "observations");
  vd_json_open(&j, '[');
  for (size_t i = 0; i < r->found.observations.count; i++)
    put_observation_json(&j, &r->found.observations.at[i]);
  vd_json_close(&j, ']');
  vd_json_close(&j, '}');
  vd_buf_put_c(out, '\n');
  return out->failed ? VD_LIMIT : VD_OK;
}
