// What a text of Python reaches, by the words in it: evidence for people, no proof.
#include "inspect/pickle/pickle.h"

enum { LOOKED_AT = 64 << 10 };

static const struct {
  const char *word;
  vd_reach reach;
} words[] = {
    {"os.system", VD_REACH_EXECUTE},
    {"os.popen", VD_REACH_EXECUTE},
    {"subprocess", VD_REACH_EXECUTE},
    {"pty.spawn", VD_REACH_EXECUTE},
    {"os.exec", VD_REACH_EXECUTE},
    {"os.spawn", VD_REACH_EXECUTE},
    {"ctypes", VD_REACH_EXECUTE},
    {"eval(", VD_REACH_EXECUTE},
    {"exec(", VD_REACH_EXECUTE},
    {"/bin/sh", VD_REACH_EXECUTE},
    {"/bin/bash", VD_REACH_EXECUTE},
    {"powershell", VD_REACH_EXECUTE},
    {"cmd.exe", VD_REACH_EXECUTE},
    {"socket", VD_REACH_NETWORK},
    {"requests", VD_REACH_NETWORK},
    {"urllib", VD_REACH_NETWORK},
    {"http.client", VD_REACH_NETWORK},
    {"httpx", VD_REACH_NETWORK},
    {"aiohttp", VD_REACH_NETWORK},
    {"smtplib", VD_REACH_NETWORK},
    {"ftplib", VD_REACH_NETWORK},
    {"curl ", VD_REACH_NETWORK},
    {"wget ", VD_REACH_NETWORK},
    {"/dev/tcp/", VD_REACH_NETWORK},
    {"http://", VD_REACH_NETWORK},
    {"https://", VD_REACH_NETWORK},
    {"open(", VD_REACH_READ},
    {"os.remove", VD_REACH_WRITE},
    {"os.unlink", VD_REACH_WRITE},
    {"shutil", VD_REACH_WRITE},
    {"rm -", VD_REACH_WRITE},
    {"os.environ", VD_REACH_ENVIRONMENT},
    {"os.getenv", VD_REACH_ENVIRONMENT},
    {"getpass", VD_REACH_ENVIRONMENT},
    {"whoami", VD_REACH_ENVIRONMENT},
    {"__import__", VD_REACH_IMPORT},
    {"importlib", VD_REACH_IMPORT},
    {"pickle.load", VD_REACH_LOAD},
    {"marshal", VD_REACH_LOAD},
};

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// At the start of a word, so that "reopen(" is not "open(".
static bool has_word(vd_view code, vd_view word) {
  const char *at = code.ptr, *end = code.ptr + code.len;
  while ((at = memmem(at, (size_t)(end - at), word.ptr, word.len)) != NULL) {
    if (at == code.ptr || !is_letter(at[-1]) || !is_letter(word.ptr[0]))
      return true;
    at++;
  }
  return false;
}

unsigned vd_pickle_code_reach(vd_view code, vd_view *word) {
  unsigned bits = 0;
  code = vd_view_first(code, LOOKED_AT);
  for (size_t i = 0; code.len != 0 && i < VD_COUNT(words); i++) {
    if (!has_word(code, vd_view_of(words[i].word)))
      continue;
    if (bits == 0)
      *word = vd_view_of(words[i].word);
    bits |= 1U << words[i].reach;
  }
  return bits;
}
