// Relations between tables: revoked techniques followed, dangling ids dropped, lists sorted.
#include "feed/collect.h"
#include "feed/sources/sources.h"

// Which cell of which table names rows of which table.
typedef struct relation {
  const char *table;
  size_t column;
  const char *target;
} relation;

static const relation relations[] = {
    {"weaknesses", 1, "weaknesses"},  {"weaknesses", 2, "patterns"},
    {"patterns", 1, "patterns"},      {"patterns", 2, "techniques"},
    {"techniques", 1, "tactics"},     {"techniques", 2, "techniques"},
    {"techniques", 3, "techniques"},  {"tactics", 2, "tactics"},
    {"mitigations", 1, "techniques"},
};

// Longest chain of "revoked by" that is followed; real chains have two links, cycles none end.
// The row an id means today, or NULL when it is gone.
static const vd_node_row *follow(const vd_collection *f, vd_view id, const char *target) {
  const vd_node_row *row = vd_map_get(&f->node_by_id, id);
  for (int i = 0; i < VD_REVOKED_CHAIN_MAX && row != NULL && strcmp(row->table, "revoked") == 0;
       i++)
    row = vd_map_get(&f->node_by_id, row->name);
  return row != NULL && strcmp(row->table, target) == 0 ? row : NULL;
}

static vd_code link_cell(vd_collection *f, vd_view *cell, const char *target) {
  vd_id_list list = {.arena = f->arena, .numbered = true};
  vd_view rest = *cell;
  while (rest.len > 0) {
    const vd_node_row *row = follow(f, vd_view_cut(&rest, ' '), target);
    if (row != NULL)
      VD_TRY(vd_id_list_add(&list, "", row->id));
  }
  *cell = vd_id_list_join(&list);
  return cell->ptr == NULL ? VD_NOMEM : VD_OK;
}

vd_code vd_collect_link(vd_collection *f) {
  for (vd_node_row *row = f->nodes; row != NULL; row = row->next)
    for (size_t k = 0; k < VD_COUNT(relations); k++) {
      bool applies = strcmp(row->table, relations[k].table) == 0;
      if (applies && relations[k].column < row->count)
        VD_TRY(link_cell(f, &row->columns[relations[k].column], relations[k].target));
    }
  return VD_OK;
}
