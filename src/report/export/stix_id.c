// Ids, types and times of STIX objects. Ids depend on kind and key alone, so that the same thing
// has the same id in every export of every machine.
#include "report/export/stix.h"

// 1d7c1e67-5dfb-4265-8b40-b3157b345673: drawn at random once, and never to change.
static const uint8_t space[16] = {0x1d, 0x7c, 0x1e, 0x67, 0x5d, 0xfb, 0x42, 0x65,
                                  0x8b, 0x40, 0xb3, 0x15, 0x7b, 0x34, 0x56, 0x73};

const char vd_stix_custom[] = "vedette-node";

// Types by kind; the kinds that are not here are of our own type. "" is left out: tactics are
// phases of the kill chain of their techniques.
static const char *const types[VD_NODE_KIND_COUNT] = {
    [VD_NODE_VULNERABILITY] = "vulnerability",
    [VD_NODE_PACKAGE] = "software",
    [VD_NODE_PRODUCT] = "software",
    [VD_NODE_REPOSITORY] = "software",
    [VD_NODE_PATTERN] = "attack-pattern",
    [VD_NODE_TECHNIQUE] = "attack-pattern",
    [VD_NODE_TACTIC] = "",
    [VD_NODE_MITIGATION] = "course-of-action",
    [VD_NODE_EXPLOIT] = "tool",
    [VD_NODE_INCIDENT] = "incident",
    [VD_NODE_DOCUMENT] = "report",
    [VD_NODE_ISSUE] = "report",
    [VD_NODE_ACTOR] = "threat-actor",
    [VD_NODE_SOFTWARE] = "tool",
    [VD_NODE_CAMPAIGN] = "campaign",
};

const char *vd_stix_type(const vd_stix *s, const vd_walk_id *node) {
  if (node->kind == VD_NODE_ACTOR && vd_view_eq(node->class, VD_VIEW("group")))
    return "intrusion-set";
  if (node->kind == VD_NODE_SOFTWARE && vd_view_eq(node->class, VD_VIEW("malware")))
    return "malware";
  const char *type = types[node->kind];
  if (type == NULL)
    return s->q->standard ? NULL : vd_stix_custom;
  return *type == '\0' ? NULL : type;
}

void vd_stix_id(const char *type, vd_view name, char out[VD_STIX_ID]) {
  char uuid[VD_UUID_TEXT];
  vd_uuid5(space, name, uuid);
  (void)snprintf(out, VD_STIX_ID, "%s--%s", type, uuid);
}

static void id_of(const char *type, const char *kind, vd_view key, char out[VD_STIX_ID]) {
  VD_SCOPED_BUF name = VD_BUF(VD_GRAPH_VALUE_MAX);
  vd_buf_printf(&name, "%s/", kind);
  vd_buf_put(&name, key);
  vd_stix_id(type, vd_buf_view(&name), out);
}

void vd_stix_node_id(const vd_stix *s, const vd_walk_id *node, char out[VD_STIX_ID]) {
  id_of(vd_stix_type(s, node), vd_node_kind_text(node->kind), node->key, out);
}

void vd_stix_source_id(vd_view source, char out[VD_STIX_ID]) {
  id_of("identity", "source", source, out);
}

void vd_stix_extension_id(bool new_type, char out[VD_STIX_ID]) {
  vd_stix_id("extension-definition",
             new_type ? VD_VIEW("extension/node") : VD_VIEW("extension/statements"), out);
}

void vd_stix_put_time(vd_json_out *j, const char *key, int64_t day) {
  char text[32];
  int64_t year = day / 10000, month = day / 100 % 100, date = day % 100;
  bool valid = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && date >= 1 && date <= 31;
  if (!valid)
    year = 1970, month = 1, date = 1;
  (void)snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00.000Z", (int)year, (int)month,
                 (int)date);
  vd_json_member(j, key, vd_view_of(text));
}
