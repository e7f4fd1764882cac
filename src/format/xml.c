// XML: libxml2 reads, this builds the tree from its events with an explicit stack.
#include "format/format.h"
#include "format/xml_shape.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

typedef struct frame { // an open element
  vd_value *element;
  size_t namespaces; // that it declares
} frame;

typedef struct xml {
  vd_arena *arena;
  xmlParserCtxt *parser;
  vd_map names; // local name -> const vd_view *, the "@name" kept in the arena
  vd_buf text;  // read since the last tag
  frame open[VD_NEST_MAX];
  size_t depth, nodes, namespaces;
  const vd_value *root;
  vd_code code; // why the reading was stopped
  vd_error *err;
} xml;

// Reports the first failure, with the place the parser has come to, and ends the reading.
static void stop(xml *x, vd_code code, const char *text) {
  if (x->code != VD_OK)
    return;
  x->code = vd_fail(x->err, code, "%s", text);
  if (x->err != NULL && x->parser->input != NULL) {
    x->err->line = (uint32_t)x->parser->input->line;
    x->err->column = (uint32_t)x->parser->input->col;
  }
  xmlStopParser(x->parser);
}

static void no_memory(xml *x) { stop(x, VD_NOMEM, vd_code_text(VD_NOMEM)); }

// ---- tree ---------------------------------------------------------------------------------------

// The name as attributes have it, "@name"; what follows the first byte is the element's.
static vd_view name_of(xml *x, const xmlChar *local) {
  vd_view *known = vd_map_get(&x->names, vd_view_of((const char *)local));
  if (known != NULL)
    return *known;
  known = vd_new(x->arena, vd_view);
  vd_view name = vd_arena_printf(x->arena, "@%s", (const char *)local);
  if (known == NULL || name.ptr == NULL ||
      vd_map_put(&x->names, vd_view_from(name, 1), known) != VD_OK) {
    no_memory(x);
    return (vd_view){0};
  }
  *known = name;
  return name;
}

// Adds a value below the innermost open element, or as the root; NULL when the reading has stopped.
static vd_value *add(xml *x, vd_view key, vd_kind kind) {
  vd_value *v = NULL;
  if (x->code != VD_OK)
    return NULL;
  if (++x->nodes > VD_NODES_MAX)
    stop(x, VD_LIMIT, "too many values in one document");
  else if ((v = vd_new(x->arena, vd_value)) == NULL)
    no_memory(x);
  if (v == NULL)
    return NULL;
  v->kind = kind;
  v->key = key;
  v->line = v->key_line = (uint32_t)x->parser->input->line;
  v->column = (uint32_t)x->parser->input->col;
  if (x->depth == 0) {
    x->root = v;
    return v;
  }
  vd_value *parent = x->open[x->depth - 1].element;
  *(parent->last == NULL ? &parent->first : &parent->last->next) = v;
  parent->last = v;
  parent->count++;
  return v;
}

static void add_text(xml *x, vd_view key, vd_view text) {
  vd_value *v = add(x, key, VD_KIND_STRING);
  if (v == NULL)
    return;
  v->text = vd_arena_copy(x->arena, text);
  if (v->text.ptr == NULL)
    no_memory(x);
}

static void end_text(xml *x) {
  vd_view text = vd_buf_view(&x->text);
  if (vd_view_trim(text).len > 0)
    add_text(x, VD_VIEW("#text"), text);
  x->text.len = 0;
}

// ---- events -------------------------------------------------------------------------------------

// Five pointers an attribute: local name, prefix, name space, start and end of the value.
static void add_attributes(xml *x, int count, const xmlChar **attributes) {
  for (int i = 0; i < count && x->code == VD_OK; i++) {
    const xmlChar **attribute = attributes + (ptrdiff_t)5 * i;
    const char *start = (const char *)attribute[3], *end = (const char *)attribute[4];
    vd_view name = name_of(x, attribute[0]);
    if (x->code == VD_OK)
      add_text(x, name, (vd_view){start, (size_t)(end - start)});
  }
}

static void open_element(xml *x, vd_value *element, size_t namespaces) {
  x->namespaces += namespaces;
  if (x->depth == VD_NEST_MAX)
    stop(x, VD_LIMIT, "nested too deeply");
  else if (x->namespaces > VD_XML_NAMESPACES_MAX)
    stop(x, VD_LIMIT, "too many name spaces");
  else
    x->open[x->depth++] = (frame){element, namespaces};
}

// The signature is libxml2's.
// NOLINTNEXTLINE(readability-function-size)
static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int namespace_count, const xmlChar **namespaces, int attribute_count,
                     int defaulted, const xmlChar **attributes) {
  xml *x = ctx;
  (void)prefix, (void)uri, (void)namespaces, (void)defaulted;
  end_text(x);
  if (x->code != VD_OK)
    return;
  vd_view name = vd_view_from(name_of(x, local), 1);
  vd_value *element = x->code != VD_OK ? NULL : add(x, name, VD_KIND_TABLE);
  if (element == NULL)
    return;
  open_element(x, element, (size_t)namespace_count);
  add_attributes(x, attribute_count, attributes);
}

static void on_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri) {
  xml *x = ctx;
  (void)local, (void)prefix, (void)uri;
  end_text(x);
  if (x->code == VD_OK && x->depth > 0)
    x->namespaces -= x->open[--x->depth].namespaces;
}

static void on_text(void *ctx, const xmlChar *text, int len) {
  xml *x = ctx;
  vd_buf_put(&x->text, (vd_view){(const char *)text, (size_t)len});
  if (x->text.failed)
    no_memory(x);
}

// Comes before the declaration's own content is read.
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system) {
  (void)name, (void)external, (void)system;
  stop(ctx, VD_FORMAT, "a document type declaration is not accepted");
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_ref;
#else
typedef xmlError *error_ref;
#endif

// libxml2 would read on behind an error to find more of them. What it only warns of, a prefix
// without a name space among it, is let pass.
static void on_error(void *ctx, error_ref e) {
  xml *x = ctx;
  if (e->level != XML_ERR_FATAL || x->code != VD_OK)
    return;
  vd_view said = vd_view_trim(vd_view_of(e->message == NULL ? "malformed XML" : e->message));
  x->code =
      vd_fail(x->err, e->code == XML_ERR_NO_MEMORY ? VD_NOMEM : VD_FORMAT, "%.*s", VD_ARG(said));
  if (x->err != NULL) {
    x->err->line = e->line > 0 ? (uint32_t)e->line : 1;
    x->err->column = e->int2 > 0 ? (uint32_t)e->int2 : 1;
  }
  xmlStopParser(x->parser);
}

static const xmlSAXHandler events = {
    .initialized = XML_SAX2_MAGIC,
    .internalSubset = on_doctype,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .serror = on_error,
};

// ---- reading ------------------------------------------------------------------------------------

static void free_xml(xml *x) {
  vd_buf_free(&x->text);
  if (x->parser != NULL)
    xmlFreeParserCtxt(x->parser);
}

// A parser over the bytes that reports to x and touches nothing outside of them.
static vd_code open_parser(xml *x, vd_view bytes) {
  x->parser = xmlCreateMemoryParserCtxt(bytes.ptr, (int)bytes.len);
  if (x->parser == NULL)
    return vd_fail(x->err, VD_NOMEM, "%s", vd_code_text(VD_NOMEM));
  *x->parser->sax = events;
  x->parser->userData = x;
  (void)xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
  return VD_OK;
}

vd_code vd_xml_parse(vd_arena *a, vd_view bytes, const vd_value **out, vd_error *err) {
  VD_TRY(vd_xml_check_shape(bytes, err));
  VD_CLEANUP(free_xml)
  xml x = {.arena = a, .names = VD_MAP(a), .text = VD_BUF(bytes.len + 1), .err = err};
  VD_TRY(open_parser(&x, bytes));
  (void)xmlParseDocument(x.parser);
  if (x.code == VD_OK && (x.parser->wellFormed == 0 || x.root == NULL))
    stop(&x, VD_FORMAT, "not readable as XML");
  if (x.code != VD_OK)
    return x.code;
  *out = x.root;
  return VD_OK;
}

// ---- text ---------------------------------------------------------------------------------------

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Appends text with each run of white space, also across two calls, made one blank.
static void put_words(vd_buf *b, vd_view text) {
  for (size_t i = 0; i < text.len; i++)
    if (!blank(text.ptr[i]))
      vd_buf_put_c(b, text.ptr[i]);
    else if (b->len > 0 && b->ptr[b->len - 1] != ' ')
      vd_buf_put_c(b, ' ');
}

vd_view vd_xml_text(vd_arena *a, const vd_value *element) {
  VD_SCOPED_BUF b = VD_BUF(VD_FEED_BYTES_MAX);
  const vd_value *after[VD_NEST_MAX];
  size_t depth = 0;
  const vd_value *v = vd_first(element);
  while (v != NULL) {
    bool inner = vd_first(v) != NULL;
    if (vd_view_eq(v->key, VD_VIEW("#text")))
      put_words(&b, vd_text(v));
    else if (vd_is(v, VD_KIND_TABLE))
      put_words(&b, VD_VIEW(" ")); // paragraphs and list items do not run into each other
    if (inner)
      after[depth++] = v->next;
    v = inner ? v->first : v->next;
    while (v == NULL && depth > 0)
      v = after[--depth];
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_view_trim(vd_buf_view(&b)));
}
