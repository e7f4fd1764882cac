// Code and commands in text that should be plain facts: told by calls and by commands together with
// what they are given, since descriptions of models name programs and quote addresses.
#include "inspect/text/command_text.h"

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Where the needle stands with no word character in front of it; text.len when it does not.
static size_t find_word(vd_view text, const char *needle) {
  size_t len = strlen(needle), from = 0;
  while (from + len <= text.len) {
    const char *p = memmem(text.ptr + from, text.len - from, needle, len);
    if (p == NULL)
      return text.len;
    from = (size_t)(p - text.ptr) + 1;
    if (p == text.ptr || !is_word(p[-1]))
      return from - 1;
  }
  return text.len;
}

// A call is given something: a text, a list, a name.
static bool has_argument(vd_view rest) {
  rest = vd_view_trim(vd_view_first(rest, 16));
  return rest.len != 0 && (is_word(rest.ptr[0]) || strchr("'\"[(*", rest.ptr[0]) != NULL);
}

static bool finds_call(vd_view text, size_t *at) {
  static const char *const calls[] = {
      "os.system(",         "os.popen(",       "os.exec",        "os.spawn",
      "subprocess.call(",   "subprocess.run(", "pty.spawn(",     "subprocess.Popen(",
      "subprocess.check_",  "exec(base64.",    "exec(bytes",     "exec(__import__(",
      "eval(__import__(",   "exec(compile(",   "eval(compile(",  "exec(requests.",
      "eval(requests.",     "exec(zlib.",      "exec(urllib",    "pickle.loads(",
      "marshal.loads(",     "__import__(",     "builtins.exec(", "importlib.import_module(",
      "socket.create_conn", "ctypes.CDLL("};
  for (size_t i = 0; i < VD_COUNT(calls); i++) {
    size_t found = find_word(text, calls[i]);
    if (found == text.len)
      continue;
    vd_view rest = vd_view_from(text, found + strlen(calls[i]));
    if (calls[i][strlen(calls[i]) - 1] == '(' ? has_argument(rest)
                                              : vd_view_find(vd_view_first(rest, 24), '(') < 24)
      return *at = found, true;
  }
  return false;
}

// Whether one of the words stands in the text and ends there.
static bool has_any(vd_view text, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++) {
    size_t len = strlen(words[i]);
    const char *p = memmem(text.ptr, text.len, words[i], len);
    if (p != NULL && (p + len == text.ptr + text.len || !is_word(p[len])))
      return true;
  }
  return false;
}

// A download in one line with what runs it or goes on behind it.
static bool finds_download(vd_view text, size_t *at) {
  static const char *const tools[] = {"curl ", "wget ", "powershell "};
  static const char *const runs[] = {"| sh",  "|sh",   "| bash", "|bash",  "| python",
                                     "&& sh", "chmod", "&& .",   "rm -rf", "&& bash"};
  for (size_t i = 0; i < VD_COUNT(tools); i++) {
    size_t found = find_word(text, tools[i]);
    vd_view before = vd_view_first(text, found), line = vd_view_from(text, found);
    if (found == text.len)
      continue;
    line = vd_view_first(line, vd_view_find(line, '\n'));
    before = vd_view_from(before, before.len > 200 ? before.len - 200 : 0);
    if (vd_view_has(vd_view_first(line, 200), VD_VIEW("://")) &&
        (has_any(vd_view_first(line, 400), runs, VD_COUNT(runs)) ||
         has_any(before, (const char *const[]){"rm -rf", "chmod"}, 2)))
      return *at = found, true;
  }
  return false;
}

static bool finds_command(vd_view text, size_t *at) {
  static const char *const commands[] = {
      "rm -rf /",       "rm -rf ~",     "rm -rf *",   "chmod 777 /", "nc -e /",
      "bash -i >",      "sh -i >",      "/dev/tcp/",  "mkfifo /",    "powershell -e",
      "base64 -d | sh", "base64 -d|sh", "sh -c \"$(", "bash -c \"$("};
  for (size_t i = 0; i < VD_COUNT(commands); i++) {
    size_t found = find_word(text, commands[i]);
    if (found != text.len)
      return *at = found, true;
  }
  return false;
}

const char *vd_command_in(vd_view text, size_t *at) {
  if (finds_call(text, at))
    return "Python code that runs or loads something";
  if (finds_download(text, at))
    return "a command that fetches and runs something";
  if (finds_command(text, at))
    return "a shell command that does harm";
  vd_view head = vd_view_trim(text);
  if (vd_view_starts(head, VD_VIEW("#!/")))
    return *at = (size_t)(head.ptr - text.ptr), "a script";
  size_t found = find_word(text, "<script>");
  return found != text.len ? (*at = found, "a script for browsers") : NULL;
}
