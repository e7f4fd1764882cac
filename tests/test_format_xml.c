#include "format/format.h"

#include <criterion/criterion.h>

#define PARSE(text)                                                                                \
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);                                                          \
  vd_error err = {0};                                                                              \
  const vd_value *doc = NULL;                                                                      \
  vd_code code = vd_xml_parse(&a, VD_VIEW(text), &doc, &err)

static vd_code outcome(vd_view text) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  const vd_value *doc = NULL;
  vd_error err = {0};
  vd_code code = vd_xml_parse(&a, text, &doc, &err);
  cr_assert((code == VD_OK) == (doc != NULL));
  cr_assert(code == VD_OK || (err.code == code && err.line >= 1), "%s", err.text);
  return code;
}

// The tree as text: "name{@attribute=value #text=words child{}}".
static void print(vd_buf *b, const vd_value *v) {
  const vd_value *after[VD_NEST_MAX];
  size_t depth = 0;
  while (v != NULL) {
    bool table = vd_is(v, VD_KIND_TABLE);
    vd_buf_printf(b, "%.*s%s%.*s", VD_ARG(v->key), table ? "{" : "=", VD_ARG(vd_text(v)));
    if (vd_first(v) != NULL) {
      after[depth++] = v;
      v = v->first;
      continue;
    }
    if (table)
      vd_buf_put_c(b, '}');
    v = v->next;
    while (v == NULL && depth > 0) {
      vd_buf_put_c(b, '}');
      v = after[--depth]->next;
    }
    if (v != NULL)
      vd_buf_put_c(b, ' ');
  }
}

static void expect(vd_view text, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  const vd_value *doc = NULL;
  vd_error err = {0};
  cr_assert(vd_xml_parse(&a, text, &doc, &err) == VD_OK, "%s", err.text);
  print(&b, doc);
  cr_assert(vd_view_eq(vd_buf_view(&b), vd_view_of(expected)), "%.*s", (int)b.len, b.ptr);
}

Test(format_xml, elements_attributes_and_text_in_order) {
  expect(VD_VIEW("<a/>"), "a{}");
  expect(VD_VIEW("<a x='1' y=\"2\"><b/>t<b z='3'>u</b>\n <c/></a>"),
         "a{@x=1 @y=2 b{} #text=t b{@z=3 #text=u} c{}}");
  expect(VD_VIEW("<a>&lt;&amp;&#233;&#x20AC;&quot;</a>"), "a{#text=<&\xC3\xA9\xE2\x82\xAC\"}");
  expect(VD_VIEW("<a x='&lt;&#10;'/>"), "a{@x=<\n}");
}

Test(format_xml, names_are_local) {
  expect(VD_VIEW("<x:a xmlns:x='urn:x' xmlns='urn:y'><b x:c='1' xml:lang='en'/></x:a>"),
         "a{b{@c=1 @lang=en}}");
}

Test(format_xml, comments_instructions_and_sections_do_not_split_text) {
  expect(VD_VIEW("<?xml version='1.0'?><!-- < --><a>x<!-- y -->z<?p q?>&amp;<![CDATA[<b>]]></a>"),
         "a{#text=xz&<b>}");
  expect(VD_VIEW("\xEF\xBB\xBF<a>x</a>\n"), "a{#text=x}");
}

Test(format_xml, text_of_an_element) {
  PARSE("<a x='no'> One <b>two</b>, <p>three\n four</p><p>five</p><c/> </a>");
  cr_assert(code == VD_OK, "%s", err.text);
  vd_view text = vd_xml_text(&a, doc);
  cr_assert(vd_view_eq(text, VD_VIEW("One two, three four five")), "%.*s", VD_ARG(text));
  cr_assert(vd_xml_text(&a, NULL).len == 0 && vd_xml_text(&a, NULL).ptr != NULL);
  a.fail_at = 1;
  cr_assert(vd_xml_text(&a, doc).ptr == NULL);
}

Test(format_xml, places_are_lines_of_the_start_tag) {
  PARSE("<a>\n  <b\n   c='1'/>\n  t\n</a>");
  cr_assert(code == VD_OK && doc->line == 1);
  cr_assert(doc->first->line == 3 && doc->first->first->line == 3);
  cr_assert(vd_view_eq(doc->key, VD_VIEW("a")));
}

static const vd_view bad[] = {
    VD_VIEW_INIT(""),
    VD_VIEW_INIT(" "),
    VD_VIEW_INIT("text"),
    VD_VIEW_INIT("<a>"),
    VD_VIEW_INIT("<a></b>"),
    VD_VIEW_INIT("<a/><b/>"),
    VD_VIEW_INIT("<a/>x"),
    VD_VIEW_INIT("<a b='1' b='2'/>"),
    VD_VIEW_INIT("<a b=1/>"),
    VD_VIEW_INIT("<a>&nbsp;</a>"),
    VD_VIEW_INIT("<a>&</a>"),
    VD_VIEW_INIT("<a b='<'/>"),
    VD_VIEW_INIT("<a>\xFF</a>"),
    VD_VIEW_INIT("<a>\0</a>"),
    VD_VIEW_INIT("<a>\x1b</a>"),
    VD_VIEW_INIT("<a>&#0;</a>"),
    VD_VIEW_INIT("\xFF\xFE<\0a\0/\0>\0"),
    VD_VIEW_INIT("<\0a\0/\0>\0"),
    VD_VIEW_INIT("<!DOCTYPE a><a/>"),
    VD_VIEW_INIT("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"),
    VD_VIEW_INIT("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    VD_VIEW_INIT("<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><a x='&c;'/>"),
};

Test(format_xml, malformed_text_is_refused) {
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(outcome(bad[i]) == VD_FORMAT, "%zu: %.*s", i, VD_ARG(bad[i]));
}

Test(format_xml, a_stated_encoding_changes_nothing) {
  expect(VD_VIEW("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xC3\xA9</a>"),
         "a{#text=\xC3\xA9}");
}

Test(format_xml, errors_have_a_place) {
  PARSE("<a>\n  <b>\n</a>\n");
  cr_assert(code == VD_FORMAT && err.line == 3 && err.column > 1, "%u:%u %s", err.line, err.column,
            err.text);
  cr_assert(strstr(err.text, "mismatch") != NULL && strchr(err.text, '\n') == NULL, "%s", err.text);
}

// head, then each unit n times with its number put in, then tail.
typedef struct shape {
  const char *head, *unit, *tail;
  size_t n;
} shape;

static vd_code built(shape s) {
  VD_SCOPED_BUF b = VD_BUF((size_t)256 << 20);
  vd_buf_put(&b, vd_view_of(s.head));
  for (size_t i = 0; i < s.n; i++) {
    vd_view unit = vd_view_of(s.unit), before = vd_view_cut(&unit, '%');
    vd_buf_printf(&b, "%.*s%zu%.*s", VD_ARG(before), i, VD_ARG(unit));
  }
  vd_buf_put(&b, vd_view_of(s.tail));
  return outcome(vd_buf_view(&b));
}

Test(format_xml, hostile_shapes_are_bounded) {
  cr_assert(built((shape){"", "<a%>", "", 1 << 20}) == VD_LIMIT);
  cr_assert(built((shape){"<a", " b%='1'", "/>", VD_XML_ATTRIBUTES_MAX}) == VD_OK);
  cr_assert(built((shape){"<a", " b%='1'", "/>", 1 << 20}) == VD_LIMIT);
  cr_assert(built((shape){"<!-- \" --><a><![CDATA[']]><?x \"?></a", " b%='>'", "/>", 1 << 20}) ==
            VD_LIMIT);
  cr_assert(built((shape){"<a>", "<b xmlns:x%='u'>", "", 1 << 10}) == VD_LIMIT);
  cr_assert(built((shape){"<a>", "<b xmlns:x%='u'/>", "</a>", 1 << 16}) == VD_OK);
  cr_assert(built((shape){"<a>", "<b%/>", "</a>", 1 << 17}) == VD_OK);
  cr_assert(built((shape){"<a>", "x<!--%-->", "</a>", 1 << 18}) == VD_OK);
  cr_assert(built((shape){"<", "a%", "/>", 1 << 20}) == VD_FORMAT);
}

static const char sample[] = "<?xml version='1.0'?>\n<a x='1'>\n<b>t &amp; <c/>u</b><![CDATA[v]]>"
                             "<d xmlns:e='urn:e' e:f='g'/></a>";

Test(format_xml, every_prefix_is_refused) {
  for (size_t n = 0; n < sizeof sample - 1; n++) {
    char *exact = malloc(n + (n == 0));
    cr_assert(exact != NULL);
    memcpy(exact, sample, n);
    cr_assert(outcome((vd_view){exact, n}) == VD_FORMAT, "%zu bytes", n);
    free(exact);
  }
}

Test(format_xml, every_flipped_byte_is_safe) {
  for (size_t i = 0; i < (sizeof sample - 1) * 8; i++) {
    char flipped[sizeof sample];
    memcpy(flipped, sample, sizeof sample);
    flipped[i / 8] = (char)(flipped[i / 8] ^ (1 << i % 8));
    (void)outcome((vd_view){flipped, sizeof sample - 1});
  }
}

Test(format_xml, every_allocation_may_fail) {
  vd_code code = VD_NOMEM;
  unsigned n = 0;
  while (code != VD_OK) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    a.fail_at = ++n;
    const vd_value *doc = NULL;
    code = vd_xml_parse(&a, vd_view_of(sample), &doc, NULL);
    cr_assert(code == VD_OK ? doc != NULL : code == VD_NOMEM && doc == NULL);
  }
  cr_assert(n > 8);
}
