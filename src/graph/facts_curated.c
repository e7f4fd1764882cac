// The curated tables that need no other feed to be read: assets, personas, surfaces, products, the
// rules across levels and the attacks of the study (docs/facts.md).
#include "graph/facts.h"

static const char curated[] = "curated";

// ---- assets, personas, surfaces ----------------------------------------------------------------

static vd_code asset_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_ASSET, .key = c[0], .name = c[2]},
                       err);
}

static vd_code asset_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_OCCURS_IN, .source = curated, .method = curated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_ASSET, c[0], &edge.src, err));
  return vd_facts_edges(f, edge, VD_NODE_LAYER, c[1], err);
}

static vd_code persona_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_PERSONA, .key = c[0], .name = c[1]},
                       err);
}

static vd_code persona_row(vd_facts *f, const vd_view *c, vd_error *err) {
  int64_t node = 0;
  VD_TRY(vd_facts_find(f, VD_NODE_PERSONA, c[0], &node, err));
  if (c[2].len == 0)
    return vd_fail(err, VD_FORMAT, "a persona needs what it has access to");
  return vd_facts_property(f, node, "access", c[2], err);
}

static vd_code surface_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_SURFACE, .key = c[0], .name = c[1]},
                       err);
}

// ---- products ----------------------------------------------------------------------------------

// Part, vendor and product: "a:google:tensorflow".
static bool is_product(vd_view v) {
  vd_view rest = v, part = vd_view_cut(&rest, ':'), vendor = vd_view_cut(&rest, ':');
  return part.len == 1 && strchr("aho", part.ptr[0]) != NULL && vendor.len != 0 && rest.len != 0 &&
         vd_view_find(rest, ':') == rest.len;
}

static vd_code declare_once(vd_facts *f, vd_fact_node_row row, vd_error *err) {
  return vd_map_get(&f->nodes[row.kind], row.key) != NULL ? VD_OK : vd_facts_node(f, row, err);
}

static vd_code product_node(vd_facts *f, const vd_view *c, vd_error *err) {
  if (!is_product(c[0]))
    return vd_fail(err, VD_FORMAT, "'%.*s' is not part:vendor:product", VD_ARG(c[0]));
  if (c[1].len == 0 || c[2].len == 0)
    return vd_fail(err, VD_FORMAT, "a product needs a package and a reason");
  VD_TRY(declare_once(f, (vd_fact_node_row){.kind = VD_NODE_PRODUCT, .key = c[0]}, err));
  return declare_once(f, (vd_fact_node_row){.kind = VD_NODE_PACKAGE, .key = c[1]}, err);
}

static vd_code product_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {.kind = VD_EDGE_ALIAS_OF,
                       .source = curated,
                       .method = curated,
                       .confidence = 1,
                       .evidence = c[2]};
  VD_TRY(vd_facts_find(f, VD_NODE_PRODUCT, c[0], &edge.src, err));
  VD_TRY(vd_facts_find(f, VD_NODE_PACKAGE, c[1], &edge.dst, err));
  return vd_facts_edge(f, &edge, err);
}

// ---- rules across levels -----------------------------------------------------------------------

// The lifecycle in five phases and the software of an AI system in three layers, as the study has
// them. A phase and a stage may share their name, so a phase has a key of its own.
static const vd_fact_node_row phases[] = {
    {.kind = VD_NODE_STAGE,
     .key = VD_VIEW_INIT("phase/data-preparation"),
     .name = VD_VIEW_INIT("Data preparation"),
     .class = VD_VIEW_INIT("phase"),
     .position = 1},
    {.kind = VD_NODE_STAGE,
     .key = VD_VIEW_INIT("phase/pre-training"),
     .name = VD_VIEW_INIT("Pre-training"),
     .class = VD_VIEW_INIT("phase"),
     .position = 2},
    {.kind = VD_NODE_STAGE,
     .key = VD_VIEW_INIT("phase/fine-tuning"),
     .name = VD_VIEW_INIT("Fine-tuning"),
     .class = VD_VIEW_INIT("phase"),
     .position = 3},
    {.kind = VD_NODE_STAGE,
     .key = VD_VIEW_INIT("phase/alignment"),
     .name = VD_VIEW_INIT("Alignment"),
     .class = VD_VIEW_INIT("phase"),
     .position = 4},
    {.kind = VD_NODE_STAGE,
     .key = VD_VIEW_INIT("phase/deployment"),
     .name = VD_VIEW_INIT("Deployment"),
     .class = VD_VIEW_INIT("phase"),
     .position = 5},
};
static const vd_fact_node_row layers[] = {
    {.kind = VD_NODE_LAYER,
     .key = VD_VIEW_INIT("data-artifact"),
     .name = VD_VIEW_INIT("Data and artifacts"),
     .class = VD_VIEW_INIT("software")},
    {.kind = VD_NODE_LAYER,
     .key = VD_VIEW_INIT("training-inference-code"),
     .name = VD_VIEW_INIT("Training and inference code"),
     .class = VD_VIEW_INIT("software")},
    {.kind = VD_NODE_LAYER,
     .key = VD_VIEW_INIT("orchestration"),
     .name = VD_VIEW_INIT("Orchestration"),
     .class = VD_VIEW_INIT("software")},
};

static const vd_fact_node_row *row_of(const vd_fact_node_row *rows, size_t count, vd_view key) {
  for (size_t i = 0; i < count; i++)
    if (vd_view_ends(rows[i].key, key) &&
        (rows[i].key.len == key.len || rows[i].key.ptr[rows[i].key.len - key.len - 1] == '/'))
      return &rows[i];
  return NULL;
}

// Declares what an answer names; an empty cell answers nothing.
static vd_code declare_answer(vd_facts *f, const vd_fact_node_row *rows, size_t count, vd_view key,
                              vd_error *err) {
  const vd_fact_node_row *row = row_of(rows, count, key);
  if (key.len == 0)
    return VD_OK;
  if (row == NULL)
    return vd_fail(err, VD_FORMAT, "unknown %s '%.*s'", rows == phases ? "phase" : "software layer",
                   VD_ARG(key));
  return declare_once(f, *row, err);
}

static vd_code level_node(vd_facts *f, const vd_view *c, vd_error *err) {
  VD_TRY(declare_answer(f, phases, VD_COUNT(phases), c[3], err));
  return declare_answer(f, layers, VD_COUNT(layers), c[4], err);
}

static bool is_vector(vd_view v) {
  static const vd_view known[] = {VD_VIEW_INIT("*"), VD_VIEW_INIT("AV:N"), VD_VIEW_INIT("AV:A"),
                                  VD_VIEW_INIT("AV:L"), VD_VIEW_INIT("AV:P")};
  for (size_t i = 0; i < VD_COUNT(known); i++)
    if (vd_view_eq(v, known[i]))
      return true;
  return false;
}

static vd_view unless_any(vd_view v) { return vd_view_eq(v, VD_VIEW("*")) ? (vd_view){0} : v; }

static vd_code check_name(vd_facts *f, vd_node_kind kind, vd_view key, vd_error *err) {
  int64_t id;
  return unless_any(key).len == 0 ? VD_OK : vd_facts_find(f, kind, key, &id, err);
}

// cells[0] and [1]: one weakness and one role.
static vd_code add_level(vd_facts *f, const vd_view cells[8], double confidence, vd_error *err) {
  VD_TRY(check_name(f, VD_NODE_WEAKNESS, cells[0], err));
  VD_TRY(check_name(f, VD_NODE_ROLE, cells[1], err));
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_LEVEL);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  for (int i = 0; i < 3; i++)
    vd_sql_text(s, i + 1, unless_any(cells[i]));
  for (int i = 3; i < 6; i++) // phase, layer, surface
    vd_sql_text(s, i + 1, cells[i]);
  (void)sqlite3_bind_double(s, 7, confidence);
  vd_sql_text(s, 8, cells[7]);
  return vd_facts_insert(f, s, "the rule has no reason", err);
}

static vd_code level_row(vd_facts *f, const vd_view *c, vd_error *err) {
  double confidence = 0;
  if (c[0].len == 0 || c[1].len == 0 || !is_vector(c[2]))
    return vd_fail(err, VD_FORMAT, "a rule needs weaknesses, roles and an attack vector");
  if (c[3].len + c[4].len + c[5].len == 0)
    return vd_fail(err, VD_FORMAT, "the rule says nothing");
  VD_TRY(check_name(f, VD_NODE_SURFACE, c[5], err));
  VD_TRY(vd_facts_fraction(c[6], &confidence, err));
  vd_view one[8], weaknesses = c[0], roles;
  memcpy(one, c, sizeof one);
  while (vd_list_next(&weaknesses, &one[0]))
    for (roles = c[1]; vd_list_next(&roles, &one[1]);)
      VD_TRY(add_level(f, one, confidence, err));
  return VD_OK;
}

// ---- the study's attacks -----------------------------------------------------------------------

static vd_code attack_row(vd_facts *f, const vd_view *c, vd_error *err) {
  uint64_t rows = 0;
  if (!vd_view_starts(c[0], VD_VIEW("CVE-")) || !vd_view_starts(c[1], VD_VIEW("github/")))
    return vd_fail(err, VD_FORMAT, "not a CVE id and a repository");
  if (!vd_view_u64(c[3], &rows) || rows == 0 || rows > INT32_MAX)
    return vd_fail(err, VD_FORMAT, "'%.*s' is not a count", VD_ARG(c[3]));
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_ATTACK);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  for (int i = 0; i < 3; i++)
    vd_sql_text(s, i + 1, c[i]);
  (void)sqlite3_bind_int64(s, 4, (int64_t)rows);
  return vd_facts_insert(f, s, "the attack has no name or is there twice", err);
}

// ---- the tables --------------------------------------------------------------------------------

const vd_fact_table vd_fact_curated_tables[] = {
    {"curated/assets.tsv", "id\tlayer\tname", asset_node, asset_row},
    {"curated/personas.tsv", "id\tname\taccess", persona_node, persona_row},
    {"curated/surfaces.tsv", "id\tname", surface_node, NULL},
    {"curated/cpe.tsv", "cpe\tpackage\treason", product_node, product_row},
    {"curated/crosslevel.tsv",
     "weaknesses\troles\tvector\tphase\tlayer\tsurface\tconfidence\treason", level_node, level_row},
    {"curated/study-attacks.tsv", "vulnerability\trepository\tattack\trows", NULL, attack_row},
};
const size_t vd_fact_curated_count = VD_COUNT(vd_fact_curated_tables);
