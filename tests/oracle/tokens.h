// Words and numbers between white space, from standard input; what is missing or odd ends the
// program.
#pragma once

#include "base/base.h"

typedef struct tokens {
  vd_arena arena;
  vd_view rest;
} tokens;

__attribute__((unused)) static tokens tokens_read(void) {
  enum { MOST = 64 << 20 };
  tokens t = {.arena = VD_ARENA((size_t)1 << 30)};
  char *bytes = vd_new_array(&t.arena, char, MOST);
  if (bytes == NULL)
    abort();
  t.rest = (vd_view){bytes, fread(bytes, 1, MOST - 1, stdin)};
  return t;
}

__attribute__((unused)) static vd_view tokens_word(tokens *t) {
  t->rest = vd_view_trim(t->rest);
  size_t end = 0;
  while (end < t->rest.len && (unsigned char)t->rest.ptr[end] > ' ')
    end++;
  vd_view word = vd_view_first(t->rest, end);
  t->rest = vd_view_from(t->rest, end);
  return word;
}

__attribute__((unused)) static uint32_t tokens_count(tokens *t) {
  uint64_t n;
  if (!vd_view_u64(tokens_word(t), &n) || n > UINT32_MAX)
    abort();
  return (uint32_t)n;
}

__attribute__((unused)) static double tokens_real(tokens *t) {
  vd_view word = tokens_word(t); // a byte that is no part of a number follows
  char *end;
  double value = strtod(word.ptr, &end);
  if (word.len == 0 || end != word.ptr + word.len)
    abort();
  return value;
}

__attribute__((unused)) static void tokens_must(vd_code code, const vd_error *err) {
  if (code == VD_OK)
    return;
  (void)fprintf(stderr, "%s\n", err->text);
  exit(EXIT_FAILURE);
}
