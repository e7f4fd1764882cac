// What the pickle machine reports: calls as they come, names and oddities at the end.
#include "inspect/pickle/pickle.h"

static const vd_check_id checks[] = {
    [VD_REACH_UNKNOWN] = VD_CHECK_PICKLE_UNKNOWN,
    [VD_REACH_SAFE] = VD_CHECK_PICKLE_UNKNOWN,
    [VD_REACH_EXECUTE] = VD_CHECK_PICKLE_EXECUTE,
    [VD_REACH_IMPORT] = VD_CHECK_PICKLE_IMPORT,
    [VD_REACH_LOAD] = VD_CHECK_PICKLE_IMPORT,
    [VD_REACH_NETWORK] = VD_CHECK_PICKLE_NETWORK,
    [VD_REACH_READ] = VD_CHECK_PICKLE_FILE,
    [VD_REACH_WRITE] = VD_CHECK_PICKLE_FILE,
    [VD_REACH_ENVIRONMENT] = VD_CHECK_PICKLE_ENVIRONMENT,
    [VD_REACH_INDIRECT] = VD_CHECK_PICKLE_INDIRECT,
};

// Bits of what does harm by itself.
static const unsigned harmful = ~(1U << VD_REACH_UNKNOWN | 1U << VD_REACH_SAFE);

static vd_code report_at(vd_pickle *m, vd_reach reach, vd_severity severity, uint64_t offset,
                         vd_view text) {
  m->reached |= 1U << reach;
  if (m->quiet)
    return VD_OK;
  if (m->reports >= VD_PICKLE_REPORTS_MAX)
    return m->in->omitted++, VD_OK;
  m->reports++;
  (void)vd_pickle_spend(m, VD_OBSERVATIONS_MAX); // it is compared with all others
  return vd_observe_as(m->in, checks[reach], severity, offset, text);
}

vd_code vd_pickle_report(vd_pickle *m, vd_reach reach, vd_severity severity, vd_view text) {
  return report_at(m, reach, severity, m->op, text);
}

// ---- calls --------------------------------------------------------------------------------------

static vd_severity severity_of(vd_reach reach) {
  return reach == VD_REACH_READ ? VD_SEVERITY_HIGH : vd_checks[checks[reach]].severity;
}

// The first text among the arguments, which eval, exec and their like run.
static vd_view code_of(vd_pickle_value args) {
  for (size_t i = 0; i < vd_pickle_count(args); i++) {
    vd_view text = vd_pickle_view(vd_pickle_item(args, i));
    if (text.len != 0)
      return text;
  }
  return (vd_view){0};
}

static vd_code report_reach(vd_pickle *m, vd_reach reach, vd_pickle_value callee,
                            vd_pickle_value args) {
  char text[VD_EVIDENCE_TEXT_MAX + 1];
  vd_view word = {0};
  m->reached |= 1U << reach;
  if (m->quiet || m->reports >= VD_PICKLE_REPORTS_MAX)
    return m->in->omitted += !m->quiet, VD_OK;
  vd_view t = vd_pickle_write_call(text, VD_EVIDENCE_TEXT_MAX - 60, callee, args);
  unsigned beyond = reach == VD_REACH_EXECUTE ? vd_pickle_code_reach(code_of(args), &word) : 0;
  if (beyond != 0)
    t.len += (size_t)snprintf(text + t.len, sizeof text - t.len, " which names %.*s",
                              44 < word.len ? 44 : (int)word.len, word.ptr);
  VD_TRY(vd_pickle_report(m, reach, severity_of(reach), t));
  for (unsigned r = 0; r <= VD_REACH_INDIRECT; r++)
    if ((beyond & 1U << r) != 0 && r != VD_REACH_EXECUTE)
      VD_TRY(vd_pickle_report(m, (vd_reach)r, severity_of((vd_reach)r), t));
  return VD_OK;
}

// What is not known is said once a name, at the end, for its strongest use.
static vd_code note_use(vd_pickle *m, vd_pickle_global *g, vd_pickle_value callee,
                        vd_pickle_value args, vd_pickle_use use) {
  char text[VD_EVIDENCE_TEXT_MAX + 1];
  m->reached |= 1U << VD_REACH_UNKNOWN;
  if (use <= g->use || m->quiet)
    return VD_OK;
  g->use = use;
  g->offset = m->op;
  g->text =
      vd_arena_copy(m->in->scratch, vd_pickle_write_call(text, VD_EVIDENCE_TEXT_MAX, callee, args));
  return g->text.ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code report_global(vd_pickle *m, vd_pickle_value callee, vd_pickle_value args,
                             vd_pickle_use use) {
  vd_pickle_global *g = callee.global;
  vd_reach reach = g->known == NULL ? VD_REACH_UNKNOWN : g->known->reach;
  if (reach == VD_REACH_SAFE)
    return VD_OK;
  if (reach == VD_REACH_UNKNOWN)
    return note_use(m, g, callee, args, use);
  g->said = true;
  return report_reach(m, reach, callee, args);
}

// A method of an object: what its class is known for, if anything.
static vd_reach method_reach(vd_pickle_value object, vd_view name) {
  char joined[VD_CALLABLE_NAME_MAX];
  const vd_pickle_global *g = NULL;
  if (object.kind == VD_PICKLE_CALL && object.call->callee.kind == VD_PICKLE_GLOBAL)
    g = object.call->callee.global;
  if (g == NULL || g->name.len + name.len + 2 > sizeof joined)
    return VD_REACH_INDIRECT;
  int n = snprintf(joined, sizeof joined, "%.*s.%.*s", VD_ARG(g->name), VD_ARG(name));
  const vd_callable *c = vd_callable_find(g->module, (vd_view){joined, (size_t)n});
  if (c != NULL && c->reach != VD_REACH_SAFE)
    return c->reach;
  bool dunder = vd_view_starts(name, VD_VIEW("__"));
  return g->known == NULL                              ? VD_REACH_UNKNOWN
         : g->known->reach == VD_REACH_SAFE && !dunder ? VD_REACH_UNKNOWN
         : g->known->reach == VD_REACH_SAFE            ? VD_REACH_INDIRECT
                                                       : g->known->reach;
}

vd_code vd_pickle_report_call(vd_pickle *m, vd_pickle_value callee, vd_pickle_value args,
                              vd_pickle_use use) {
  switch (callee.kind) {
  case VD_PICKLE_GLOBAL: return report_global(m, callee, args, use);
  case VD_PICKLE_ATTR:
    return report_reach(m, method_reach(callee.call->callee, vd_pickle_view(callee.call->args)),
                        callee, args);
  case VD_PICKLE_CALL:
  case VD_PICKLE_PERSID:
  case VD_PICKLE_UNKNOWN: return report_reach(m, VD_REACH_INDIRECT, callee, args);
  default: return vd_pickle_odd(m, "something is called that is no function");
  }
}

// ---- the end ------------------------------------------------------------------------------------

static vd_code finish_unknown(vd_pickle *m, const vd_pickle_global *g) {
  static const vd_severity severities[] = {[VD_PICKLE_IMPORTED] = VD_SEVERITY_INFO,
                                           [VD_PICKLE_MADE] = VD_SEVERITY_LOW,
                                           [VD_PICKLE_CALLED] = VD_SEVERITY_MEDIUM};
  char text[VD_EVIDENCE_TEXT_MAX + 1];
  vd_view t = g->text;
  if (t.ptr == NULL) {
    int n = snprintf(text, sizeof text, "imports %.*s%s%.*s", VD_ARG(vd_view_first(g->module, 180)),
                     g->name.len == 0 ? "" : ".", VD_ARG(vd_view_first(g->name, 180)));
    t = (vd_view){text, (size_t)n};
  }
  return report_at(m, VD_REACH_UNKNOWN, severities[g->use], g->offset, t);
}

// Imported and not called here: whatever reads the object may call it.
static vd_code finish_known(vd_pickle *m, const vd_pickle_global *g) {
  char text[VD_EVIDENCE_TEXT_MAX + 1];
  vd_severity most = g->known == &vd_callable_through       ? VD_SEVERITY_MEDIUM
                     : g->known->reach == VD_REACH_INDIRECT ? VD_SEVERITY_LOW
                                                            : VD_SEVERITY_HIGH;
  vd_severity severity = severity_of(g->known->reach);
  int n = snprintf(text, sizeof text, "imports %.*s%s%.*s", VD_ARG(vd_view_first(g->module, 180)),
                   g->name.len == 0 ? "" : ".", VD_ARG(vd_view_first(g->name, 180)));
  return report_at(m, g->known->reach, severity < most ? severity : most, g->offset,
                   (vd_view){text, (size_t)n});
}

static vd_code finish_names(vd_pickle *m) {
  for (const vd_pickle_global *g = m->first_global; g != NULL; g = g->next) {
    if (g->said || g->name.len == 0 || (g->known != NULL && g->known->reach == VD_REACH_SAFE))
      continue;
    VD_TRY(g->known == NULL || g->known->reach == VD_REACH_UNKNOWN ? finish_unknown(m, g)
                                                                   : finish_known(m, g));
  }
  return VD_OK;
}

static vd_code finish_oddities(vd_pickle *m) {
  bool harm = (m->reached & harmful) != 0;
  for (size_t i = 0; i < m->oddities.count; i++) {
    const vd_pickle_oddity *o = &m->oddities.at[i];
    VD_TRY(vd_observe_as(m->in, VD_CHECK_PICKLE_MALFORMED, harm ? VD_SEVERITY_HIGH : o->severity,
                         o->offset, vd_view_of(o->text)));
  }
  return VD_OK;
}

// A reference costs two bytes and may stand for as much as all before it. References shared on
// three levels, which is more than honest data has, come to less than the cube of the opcodes.
static vd_code finish_weight(vd_pickle *m) {
  double n = (double)m->opcodes, most = n * n * n, least = VD_PICKLE_WEIGHT_MIN;
  double weight = m->heaviest == NULL ? 0 : m->heaviest->weight;
  if (m->selfish)
    VD_TRY(vd_observe(m->in, VD_CHECK_PICKLE_EXPANDS, m->begin,
                      "a list holds itself more than %d times", VD_PICKLE_SELVES_MAX));
  if (weight <= (most < least ? least : most))
    return VD_OK;
  return vd_observe(m->in, VD_CHECK_PICKLE_EXPANDS, m->heaviest_at,
                    "%llu opcodes stand for %.3g values", (unsigned long long)m->opcodes, weight);
}

// Frameworks that write models come before those they are made of.
static vd_code set_producer(vd_pickle *m) {
  static const char *const order[] = {"sklearn", "xgboost", "lightgbm", "catboost", "torch",
                                      "pandas",  "scipy",   "joblib",   "numpy"};
  for (size_t i = 0; i < VD_COUNT(order); i++)
    for (const vd_pickle_global *g = m->first_global; g != NULL; g = g->next)
      if (g->known != NULL && strcmp(g->known->framework, order[i]) == 0)
        return vd_model_set(
            m->in, "producer", "%s%s%.*s", order[i], i == 0 && m->version.len != 0 ? " " : "",
            i == 0 ? (int)m->version.len : 0, m->version.len == 0 ? "" : m->version.ptr);
  return VD_OK;
}

vd_code vd_pickle_finish(vd_pickle *m) {
  VD_TRY(finish_names(m));
  if (m->quiet)
    return VD_OK;
  VD_TRY(finish_oddities(m));
  VD_TRY(finish_weight(m));
  if (m->frame.drops != 0)
    return VD_OK; // the first reading told the tensors and properties
  VD_TRY(vd_pickle_tensors_list(m));
  if (m->embedded)
    return VD_OK;
  VD_TRY(set_producer(m));
  return vd_model_set(m->in, "pickle.protocol", "%u", m->protocol);
}
