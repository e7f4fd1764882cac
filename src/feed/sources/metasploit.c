// Metasploit: the metadata of all modules in one object, by name.
#include "feed/exploit.h"
#include "feed/mentions.h"
#include "feed/sources/sources.h"

// https://docs.metasploit.com/docs/using-metasploit/intermediate/exploit-ranking.html
static vd_view rank_of(vd_view number) {
  static const struct {
    vd_view number, word;
  } ranks[] = {
      {VD_VIEW_INIT("600"), VD_VIEW_INIT("excellent")},
      {VD_VIEW_INIT("500"), VD_VIEW_INIT("great")},
      {VD_VIEW_INIT("400"), VD_VIEW_INIT("good")},
      {VD_VIEW_INIT("300"), VD_VIEW_INIT("normal")},
      {VD_VIEW_INIT("200"), VD_VIEW_INIT("average")},
      {VD_VIEW_INIT("100"), VD_VIEW_INIT("low")},
      {VD_VIEW_INIT("0"), VD_VIEW_INIT("manual")},
  };
  for (size_t i = 0; i < VD_COUNT(ranks); i++)
    if (vd_view_eq(number, ranks[i].number))
      return ranks[i].word;
  return number;
}

// "Linux,Unix": each in lower case, as Exploit-DB writes them.
static void read_platforms(vd_exploit *e, vd_view list) {
  vd_map seen = VD_MAP(e->record.arena);
  while (list.len > 0) {
    vd_view name = vd_feed_lower(e->record.arena, vd_view_trim(vd_view_cut(&list, ',')));
    if (name.ptr == NULL || vd_map_get(&seen, name) != NULL) {
      e->record.failed |= name.ptr == NULL;
      continue;
    }
    e->record.failed |= vd_map_put(&seen, name, e) != VD_OK;
    vd_record_property(&e->record, e->node, "platform", name);
  }
}

// "CVE-2007-4387"; newer modules also say "ATT&CK-T1059".
static void read_reference(vd_exploit *e, const vd_feed_sink *sink, vd_view text) {
  static const vd_view attack = VD_VIEW_INIT("ATT&CK-");
  vd_mention m;
  size_t at = 0;
  if (vd_view_starts(text, VD_VIEW("CVE-")) && !vd_exploit_flaws(e, "references", text))
    vd_feed_bad(sink, e->record.key, "not a CVE id", text);
  if (!vd_view_starts(text, attack))
    return;
  vd_view id = vd_view_from(text, attack.len);
  if (vd_mention_next(id, &at, &m) && m.kind == VD_NODE_TECHNIQUE && m.id.len == id.len)
    vd_record_link(&e->record, e->node, VD_EDGE_EVIDENCE_OF, vd_ref_of(m.kind, id))->evidence =
        VD_VIEW("references");
}

static vd_code read_module(vd_arena *a, const vd_value *module, const vd_feed_sink *sink,
                           vd_error *err) {
  vd_view fullname = vd_text_at(module, "fullname");
  if (!vd_token_valid(fullname)) {
    vd_feed_bad(sink, module->key, "the module has no usable fullname", (vd_view){0});
    return VD_OK;
  }
  vd_view key = vd_arena_printf(a, "msf/%.*s", VD_ARG(fullname));
  vd_view disclosed = vd_text_at(module, "disclosure_date");
  if (disclosed.len > 0 && !vd_date_valid(disclosed))
    vd_feed_bad(sink, key, "not a date", disclosed);
  vd_exploit e = vd_exploit_of(a, key, disclosed);
  vd_exploit_define(&e, vd_text_at(module, "name"), "metasploit",
                    vd_text_at(module, "description"));
  vd_record_property(&e.record, e.node, "rank", rank_of(vd_scalar_at(module, "rank")));
  vd_record_property(&e.record, e.node, "type", vd_text_at(module, "type"));
  read_platforms(&e, vd_text_at(module, "platform"));
  for (VD_EACH (reference, vd_get(module, VD_VIEW("references"))))
    read_reference(&e, sink, vd_text(reference));
  vd_code code = vd_feed_record(sink, &e.record);
  return code == VD_NOMEM ? vd_fail(err, code, "out of memory while reading a module") : code;
}

vd_code vd_read_metasploit(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                           vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  if (!vd_is(doc, VD_KIND_TABLE))
    return vd_fail(err, VD_FORMAT, "the document is not an object of modules");
  for (VD_EACH (module, doc))
    VD_TRY(read_module(a, module, sink, err));
  return VD_OK;
}
