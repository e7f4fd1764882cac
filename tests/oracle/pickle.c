// Prints what the pickle machine makes of the pickles of standard input (hexadecimal, one a word):
// a line with the names it met and one with the object, for pickles.py. "!" before one: what
// crosses the end of a frame drops the rest of the frame.
#include "inspect/pickle/pickle.h"

#include "tokens.h"

enum { TASKS = 1 << 16 };

typedef struct task {
  vd_pickle_value v;
  const vd_pickle_items *items;
  uint32_t next;
  const char *text;
} task;

static task tasks[TASKS];
static size_t count;

static void push(task t) {
  if (count == TASKS)
    abort();
  tasks[count++] = t;
}

static void print_hex(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    (void)printf("%02x", (unsigned char)v.ptr[i]);
}

static void print_items(const char *open, const vd_pickle_items *items, const char *close) {
  (void)fputs(open, stdout);
  push((task){.text = close});
  push((task){.items = items});
}

static void print_call(const vd_pickle_call *c) {
  (void)putchar('C');
  if (c->state.kind != VD_PICKLE_UNKNOWN) {
    push((task){.v = c->state});
    push((task){.text = "!"});
  }
  if (c->items.count != 0) {
    push((task){.text = ">"});
    push((task){.items = &c->items});
    push((task){.text = "<"});
  }
  push((task){.v = c->args});
  push((task){.v = c->callee});
}

static void print_scalar(vd_pickle_value v) {
  uint64_t bits;
  memcpy(&bits, &v.real, sizeof bits);
  if (v.kind == VD_PICKLE_INT && v.len == 0)
    (void)printf("i%lld", (long long)v.number);
  else if (v.kind == VD_PICKLE_INT)
    (void)printf("i?");
  else if (v.kind == VD_PICKLE_REAL)
    (void)printf("f%016llx", (unsigned long long)bits);
  else if (v.kind == VD_PICKLE_BOOL)
    (void)printf("%c", v.number != 0 ? 'T' : 'F');
  else
    (void)printf("%c", v.kind == VD_PICKLE_NONE ? 'N' : '?');
}

static void print_value(vd_pickle_value v) {
  switch (v.kind) {
  case VD_PICKLE_STR:
  case VD_PICKLE_BYTES:
    (void)putchar(v.kind == VD_PICKLE_STR ? 's' : 'b');
    print_hex(vd_pickle_view(v));
    break;
  case VD_PICKLE_TUPLE: print_items("(", v.items, ")"); break;
  case VD_PICKLE_LIST: print_items("[", v.items, "]"); break;
  case VD_PICKLE_DICT: print_items("{", v.items, "}"); break;
  case VD_PICKLE_SET: print_items("S{", v.items, "}"); break;
  case VD_PICKLE_PERSID: print_items("P{", v.items, "}"); break;
  case VD_PICKLE_GLOBAL:
    (void)printf("g%.*s:%.*s", VD_ARG(v.global->module), VD_ARG(v.global->name));
    break;
  case VD_PICKLE_CALL: print_call(v.call); break;
  default: print_scalar(v);
  }
}

static void print_object(vd_pickle_value v) {
  push((task){.v = v});
  while (count != 0) {
    task t = tasks[--count];
    if (t.text != NULL) {
      (void)fputs(t.text, stdout);
    } else if (t.items == NULL) {
      print_value(t.v);
      (void)putchar(' ');
    } else if (t.next < t.items->count) {
      push((task){.items = t.items, .next = t.next + 1});
      push((task){.v = t.items->at[t.next]});
    }
  }
  (void)putchar('\n');
}

static vd_view decode(vd_arena *a, vd_view hex) {
  char *out = vd_new_array(a, char, hex.len / 2 + 1);
  if (out == NULL)
    abort();
  for (size_t i = 0; i + 1 < hex.len; i += 2) {
    char pair[3] = {hex.ptr[i], hex.ptr[i + 1], '\0'};
    out[i / 2] = (char)strtoul(pair, NULL, 16);
  }
  return (vd_view){out, hex.len / 2};
}

// Line ends, which a name across two frames may have, as "~".
static void print_name(const vd_pickle_global *g) {
  const vd_view parts[] = {g->module, VD_VIEW(":"), g->name, VD_VIEW(" ")};
  for (size_t k = 0; k < VD_COUNT(parts); k++)
    for (size_t i = 0; i < parts[k].len; i++)
      (void)putchar(parts[k].ptr[i] == '\n' ? '~' : parts[k].ptr[i]);
}

static void run(vd_view hex) {
  size_t mark = vd_view_find(hex, '!');
  bool marked = mark < hex.len;
  unsigned drops = marked ? (unsigned)strtoul(hex.ptr, NULL, 16) : 0;
  hex = vd_view_from(hex, marked ? mark + 1 : 0);
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)64 << 20), scratch = VD_ARENA((size_t)256 << 20);
  vd_artefact a = {.member = VD_VIEW(""), .bytes = decode(&scratch, hex)};
  vd_inspection in = {.arena = &arena, .scratch = &scratch, .work = 1 << 30, .at = &a};
  vd_pickle m = vd_pickle_of(&in, a.bytes, 0);
  m.frame.drops = drops;
  m.quiet = true; // the objects are compared, not what is reported of them
  if (vd_pickle_run(&m) != VD_OK || vd_pickle_finish(&m) != VD_OK)
    abort();
  for (const vd_pickle_global *g = m.first_global; g != NULL; g = g->next)
    print_name(g);
  (void)putchar('\n');
  if (m.end == VD_PICKLE_STOPPED)
    print_object(m.result);
  else
    (void)printf("%s\n", m.fault == NULL ? "?" : m.fault);
}

int main(void) {
  tokens t = tokens_read();
  for (vd_view word = tokens_word(&t); word.len != 0; word = tokens_word(&t))
    run(word);
  vd_arena_free(&t.arena);
  return 0;
}
