// Path files of Python (*.pth in site-packages): lines of folders, and lines that begin with
// import, which site.py runs at every start. https://docs.python.org/3/library/site.html
#include "inspect/inspect.h"

// What code reaches that a path file has no reason to reach. Installers write __import__,
// importlib, sys.modules and os.environ.
static const char *const words[] = {
    "os.system",  ".system(", "os.popen", ".popen(",   "subprocess", "pty.spawn",     "os.exec",
    "os.spawn",   "ctypes",   "socket",   "requests",  "urllib",     "http.client",   "httpx",
    "ftplib",     "smtplib",  "curl ",    "wget ",     "/dev/tcp/",  "/bin/sh",       "/bin/bash",
    "powershell", "cmd.exe",  "base64",   "b64decode", "b85decode",  "marshal",       "zlib",
    "lzma",       "codecs.",  "fromhex",  "unhexlify", "pickle",     "shutil.rmtree", "os.remove",
    "getattr(",   "runpy",    "compile(", "http://",   "https://",
};

static bool is_text(vd_view v) {
  size_t bad;
  for (size_t i = 0; i < v.len; i++)
    if ((unsigned char)v.ptr[i] < ' ' && (v.ptr[i] < '\t' || v.ptr[i] > '\r'))
      return false;
  return vd_utf8_valid(v, &bad);
}

// Checkpoints of PyTorch have the name too, and are no text.
static bool recognise(const vd_artefact *a) {
  return vd_artefact_matches(a, "*.pth") && a->bytes.len != 0 &&
         a->bytes.len <= VD_PYTHON_PATH_MAX && is_text(a->bytes);
}

static bool is_code(vd_view line) {
  return vd_view_starts(line, VD_VIEW("import ")) || vd_view_starts(line, VD_VIEW("import\t"));
}

// Whether the argument at the start of rest is a text as it stands: its words are in the line.
static bool is_literal(vd_view rest) {
  rest = vd_view_trim(rest);
  if (rest.len == 0 || (rest.ptr[0] != '"' && rest.ptr[0] != '\''))
    return false;
  size_t i = 1;
  while (i < rest.len && rest.ptr[i] != rest.ptr[0])
    i += rest.ptr[i] == '\\' ? 2 : 1;
  if (i >= rest.len)
    return false;
  rest = vd_view_trim(vd_view_from(rest, i + 1));
  return rest.len != 0 && (rest.ptr[0] == ')' || rest.ptr[0] == ',');
}

// exec and eval of what is put together; pytest-cov and others run a literal.
static const char *built(vd_view line) {
  static const char *const runs[] = {"exec(", "eval("};
  for (size_t i = 0; i < VD_COUNT(runs); i++) {
    const char *at = line.ptr, *end = line.ptr + line.len;
    size_t len = strlen(runs[i]);
    while ((at = memmem(at, (size_t)(end - at), runs[i], len)) != NULL) {
      at += len;
      if (!is_literal((vd_view){at, (size_t)(end - at)}))
        return runs[i];
    }
  }
  return NULL;
}

static vd_code check_line(vd_inspection *in, size_t at, vd_view line) {
  const char *word = built(line);
  for (size_t i = 0; word == NULL && i < VD_COUNT(words); i++)
    if (vd_view_has(line, vd_view_of(words[i])))
      word = words[i];
  if (word == NULL)
    return VD_OK;
  return vd_observe(in, VD_CHECK_PYTHON_PATH, at, "names %s: %.*s", word,
                    VD_ARG(vd_view_first(line, VD_QUOTE_MAX)));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_view rest = a->bytes, line;
  (void)err;
  while (vd_view_line(&rest, &line))
    if (is_code(line))
      VD_TRY(check_line(in, (size_t)(line.ptr - a->bytes.ptr), line));
  return VD_OK;
}

const vd_format vd_format_python_path = {
    .name = "python_path",
    .description = "path files of Python's site-packages",
    .patterns = "*.pth",
    .carrier = true,
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
