// Values of the pickle machine as readable pseudo-code, on one line.
#include "inspect/pickle/pickle.h"

enum { TASKS = 48, SHOWN_BYTES = 240, SHOWN_ITEMS = 12 };

// What is still to be written: a value, or the items of one from `next` on.
typedef struct task {
  vd_pickle_value v;
  const vd_pickle_items *items;
  uint32_t next;
  const char *text;
} task;

typedef struct writer {
  char *buf;
  size_t len, size;
  task tasks[TASKS];
  unsigned count;
} writer;

static void put(writer *w, const char *text, size_t n) {
  size_t room = w->size - w->len;
  n = n < room ? n : room;
  if (n != 0)
    memcpy(w->buf + w->len, text, n);
  w->len += n;
}

static void put_text(writer *w, const char *text) { put(w, text, strlen(text)); }

static void push(writer *w, task t) {
  if (w->count < TASKS)
    w->tasks[w->count++] = t;
  else
    put_text(w, "...");
}

static void put_byte(writer *w, unsigned char c, bool bytes) {
  char code[8];
  if (c == '"' || c == '\\') {
    put(w, "\\", 1);
    put(w, (const char *)&c, 1);
  } else if (c == '\n') {
    put_text(w, "\\n");
  } else if (c < 0x20 || c == 0x7f || (bytes && c >= 0x80)) {
    (void)snprintf(code, sizeof code, "\\x%02x", c);
    put_text(w, code);
  } else {
    put(w, (const char *)&c, 1);
  }
}

static void put_quoted(writer *w, vd_pickle_value v) {
  bool bytes = v.kind == VD_PICKLE_BYTES;
  vd_view text = vd_pickle_view(v), shown = vd_view_first(text, SHOWN_BYTES);
  put_text(w, bytes ? "b\"" : "\"");
  for (size_t i = 0; i < shown.len; i++)
    put_byte(w, (unsigned char)shown.ptr[i], bytes);
  put_text(w, shown.len < text.len ? "\"..." : "\"");
}

static void put_items(writer *w, const vd_pickle_items *items, const char *open,
                      const char *close) {
  put_text(w, open);
  push(w, (task){.text = close});
  push(w, (task){.items = items});
}

static void put_global(writer *w, const vd_pickle_global *g) {
  put(w, g->module.ptr, g->module.len);
  if (g->name.len != 0)
    put(w, ".", 1);
  put(w, g->name.ptr, g->name.len);
}

static void put_call(writer *w, vd_pickle_value callee, vd_pickle_value args) {
  push(w, (task){.text = ")"});
  if (args.kind == VD_PICKLE_TUPLE) {
    push(w, (task){.items = args.items});
  } else {
    push(w, (task){.v = args});
    push(w, (task){.text = "*"});
  }
  push(w, (task){.text = "("});
  push(w, (task){.v = callee});
}

static void put_scalar(writer *w, vd_pickle_value v) {
  char text[40] = "?";
  if (v.kind == VD_PICKLE_INT && v.len == 0)
    (void)snprintf(text, sizeof text, "%lld", (long long)v.number);
  else if (v.kind == VD_PICKLE_REAL)
    (void)snprintf(text, sizeof text, "%.9g", v.real);
  else if (v.kind == VD_PICKLE_BOOL)
    (void)snprintf(text, sizeof text, "%s", v.number != 0 ? "True" : "False");
  else if (v.kind == VD_PICKLE_NONE)
    (void)snprintf(text, sizeof text, "None");
  put_text(w, text);
}

static void put_value(writer *w, vd_pickle_value v) {
  switch (v.kind) {
  case VD_PICKLE_STR:
  case VD_PICKLE_BYTES: put_quoted(w, v); break;
  case VD_PICKLE_TUPLE: put_items(w, v.items, "(", v.items->count == 1 ? ",)" : ")"); break;
  case VD_PICKLE_LIST: put_items(w, v.items, "[", "]"); break;
  case VD_PICKLE_DICT:
  case VD_PICKLE_SET: put_items(w, v.items, "{", "}"); break;
  case VD_PICKLE_PERSID: put_items(w, v.items, "persistent_load(", ")"); break;
  case VD_PICKLE_GLOBAL: put_global(w, v.global); break;
  case VD_PICKLE_CALL: put_call(w, v.call->callee, v.call->args); break;
  case VD_PICKLE_ATTR: {
    vd_view name = vd_pickle_view(v.call->args);
    push(w, (task){.text = name.ptr == NULL ? "?" : name.ptr, .next = (uint32_t)name.len});
    push(w, (task){.text = "."});
    push(w, (task){.v = v.call->callee});
    break;
  }
  default: put_scalar(w, v);
  }
}

static void put_next_item(writer *w, task t) {
  if (t.next >= t.items->count)
    return;
  if (t.next != 0)
    put_text(w, ", ");
  if (t.next == SHOWN_ITEMS) {
    put_text(w, "...");
    return;
  }
  push(w, (task){.items = t.items, .next = t.next + 1});
  push(w, (task){.v = t.items->at[t.next]});
}

// A full buffer ends what a cycle would never end.
static vd_view drain(writer *w) {
  while (w->count != 0 && w->len < w->size) {
    task t = w->tasks[--w->count];
    if (t.text != NULL)
      put(w, t.text, t.next != 0 ? t.next : strlen(t.text));
    else if (t.items != NULL)
      put_next_item(w, t);
    else
      put_value(w, t.v);
  }
  return (vd_view){w->buf, w->len};
}

// NOLINTNEXTLINE(readability-non-const-parameter): written by way of the writer
vd_view vd_pickle_write(char *buf, size_t size, vd_pickle_value v) {
  writer w = {.buf = buf, .size = size};
  put_value(&w, v);
  return drain(&w);
}

// NOLINTNEXTLINE(readability-non-const-parameter)
vd_view vd_pickle_write_call(char *buf, size_t size, vd_pickle_value callee, vd_pickle_value args) {
  writer w = {.buf = buf, .size = size};
  put_call(&w, callee, args);
  return drain(&w);
}
