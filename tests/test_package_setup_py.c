// setup.py, read and never run.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("setup_py", "setup.py", text, components);
}

static size_t notices(const char *text) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  return read_as(&arena, "setup_py", "setup.py", text).notices.count;
}

Test(setup_py, literal_arguments) {
  reads("from setuptools import setup\nsetup(\n  name='x',\n  install_requires=[\n    "
        "'torch>=1.0',  # "
        "why\n    \"numpy\" \"==1.2\",\n    r'six; python_version < \"3\"',\n  ],\n  "
        "setup_requires=['cython'], tests_require=('pytest',),\n  python_requires='>=3.6',\n  "
        "keywords='not a requirement')\n",
        "5 torch>=1.0\n6 numpy==1.2 =1.2\n7 six ; python_version < \"3\"\n9 cython build\n9 pytest "
        "{tests} dev\n");
  reads("setup(install_requires='''\n  a>=1\n  b\n''')\n", "2 a>=1\n3 b\n");
}

Test(setup_py, extras) {
  reads("setup(extras_require={'gpu': ['cupy'], \"dev\": ['black'],\n ':python_version<\"3\"': "
        "['futures'], **more})\nmore = dict(docs=['sphinx'], all=['a'] + ['b'])\n",
        "1 cupy {gpu} optional\n1 black {dev} dev\n2 futures ; python_version<\"3\" optional\n"
        "3 sphinx {docs} dev\n3 a {all} optional\n3 b {all} optional\n");
}

Test(setup_py, names_are_followed) {
  reads(
      "base = ['a']\nif x:\n  base += ['b']\nbase.append('c')\nbase.extend(['d', 'e'])\nPIN: str = "
      "'f==1'\nsetup(install_requires=base + [PIN, 'g'] if y == 'no' else base)\n",
      "7 g\n1 a\n3 b\n4 c\n5 d\n5 e\n6 f==1 =1\n");
  reads("extras = {}\nextras['quality'] = ['black']\nextras['dev'] = extras['quality'] + ['tox']\n"
        "extras.update({'x': ['y']})\ndef main():\n    setup(extras_require=extras)\n",
        "2 black {quality} dev\n3 tox {dev} dev\n4 y {x} optional\n");
  reads("args = {'install_requires': ['a']}\nargs['tests_require'] = ['b']\nsetup(**args)\n",
        "1 a\n2 b {tests} dev\n");
  reads("def reqs():\n  return ['a', 'b']\nsetup(install_requires=sorted(reqs()))\n", "2 a\n2 b\n");
  reads("a = b\nb = a + ['c']\nsetup(install_requires=a)\n", "2 c\n");
}

Test(setup_py, tables_are_looked_up) {
  const char *text =
      "_deps = [\n  'torch>=1.4',\n  'numpy<2',\n  'ray[tune]',\n  'unused',\n]\ndeps = {b: a for "
      "a, b "
      "in (re.findall(r'^(([^!=<>]+)(?:[!=<>].*)?$)', x)[0] for x in _deps)}\ndef "
      "deps_list(*pkgs):\n    return [deps[pkg] for pkg in pkgs]\nextras = {}\nextras['ray'] = "
      "deps_list('ray[tune]')\nsetup(extras_require=extras, install_requires=[deps['torch'] + "
      "\";python_version<'3.7'\", deps['numpy'], deps['absent']])\n";
  reads(text, "2 torch>=1.4 ; python_version<'3.7'\n3 numpy<2\n4 ray[tune] {ray} optional\n");
  cr_expect_eq(notices(text), 1);
}

static void includes(const char *text, const char *first, const char *second) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "setup_py", "setup.py", text);
  cr_expect_eq(inv.notices.count, 0, "%s", text);
  cr_assert_eq(inv.includes.count, second == NULL ? 1 : 2, "%s", text);
  cr_expect(is(inv.includes.at[0].target, first), "%s: %.*s", text,
            VD_ARG(inv.includes.at[0].target));
  if (second != NULL)
    cr_expect(is(inv.includes.at[1].target, second), "%s", text);
}

Test(setup_py, files_are_included) {
  includes("setup(install_requires=open('requirements.txt').read().splitlines())",
           "requirements.txt", NULL);
  includes("with open('requirements.txt', encoding='utf-8') as f:\n    required = "
           "f.read().split('\\n')\nsetup(install_requires=required)",
           "requirements.txt", NULL);
  includes(
      "def read(name):\n    with open(os.path.join(HERE, name)) as f:\n        return [l.strip() "
      "for l in f if not l.startswith('#')]\nsetup(install_requires=read('a.txt'), "
      "tests_require=read('b.in'))\n",
      "a.txt", "b.in");
  includes(
      "setup(install_requires=[l for l in open(os.path.join(here, 'requirements', 'base.txt'))])",
      "requirements/base.txt", NULL);
  includes("setup(install_requires=load(Path('requirements') / 'core.txt'))",
           "requirements/core.txt", NULL);
  includes(
      "reqs = []\nfor line in open('r.txt'):\n    reqs.append(line)\nsetup(install_requires=reqs)",
      "r.txt", NULL);
}

Test(setup_py, what_is_computed_is_noted) {
  static const char *const texts[] = {"setup(install_requires=[f'torch=={V}'])",
                                      "setup(install_requires=['torch==%s' % V])",
                                      "setup(install_requires=['torch=={}'.format(V)])",
                                      "setup(install_requires=get())",
                                      "setup(install_requires=ASSISTANT.load(ROOT) + other)",
                                      "setup(extras_require={k: v for k, v in x.items()})",
                                      "setup(install_requires=['=='])",
                                      "setup(**arguments())"};
  for (size_t i = 0; i < VD_COUNT(texts); i++) {
    reads(texts[i], "");
    cr_expect_eq(notices(texts[i]), 1, "%s", texts[i]);
  }
  cr_expect_eq(notices("setup(install_requires=[], name=get())"), 0);
  cr_expect_eq(notices("x = ['a']\nsetup(install_requires=[str(r) for r in x])"), 0);
}

Test(setup_py, every_prefix_and_every_failing_allocation) {
  torture(
      "setup_py", "setup.py",
      "_d = ['a==1', \"b\" 'c']\nt = {x: y for x in _d}\ndef f(*p):\n  return [t[q] for q in p]\n"
      "e = {'g:m': ['h']}\ne['i'] = f('a') + e['g:m']\ne['j'].append('''k\n l''')\nwith "
      "open('r', 'm.txt') as z: v = z\nfor n in t: v += n\nu: X = [t['a'] + ';o']\n"
      "setup(install_requires=v + list(u) if w == 'x' else f'{y}', extras_require=dict(**e, "
      "s=['%s' % t]), setup_requires=open('q/' 'b.in').read(), tests_require=\\\n'z')\n");
}

Test(setup_py, hostile_texts_end_soon) {
  enum { SIZE = 1 << 20 };
  static const char *const fills[] = {"[",
                                      "a=",
                                      "a=1;",
                                      "with a as a,",
                                      "install_requires=",
                                      "extras_require={'a':",
                                      "'a' ",
                                      "a[a]=",
                                      "x=x+x\n",
                                      "e['a']=e\n",
                                      "for a in ",
                                      "return ",
                                      "a.append(",
                                      "'''",
                                      "a:",
                                      "lambda:",
                                      "f(f(",
                                      "if ",
                                      "deps['a']",
                                      "deps_list('a','b')"};
  const vd_view head =
      VD_VIEW("_d=['a']\ndeps={b:a for a in _d}\ndef deps_list(*p):\n  return [deps[x] for x in "
              "p]\nx=['a.txt']\nsetup(install_requires=x,extras_require=e,setup_requires=");
  char *bytes = malloc(SIZE);
  cr_assert_not_null(bytes);
  for (size_t i = 0; i < VD_COUNT(fills); i++) {
    VD_SCOPED_ARENA arena = VD_ARENA((size_t)1 << 30);
    vd_inventory inv = {.arena = &arena, .path = VD_VIEW("setup.py")};
    size_t start = i % 2 == 0 ? 0 : head.len, n = strlen(fills[i]);
    memcpy(bytes, head.ptr, head.len);
    for (size_t k = start; k < SIZE; k++)
      bytes[k] = fills[i][(k - start) % n];
    vd_code code = vd_manifest_parse(vd_manifest_by_name(VD_VIEW("setup_py")), &inv,
                                     (vd_view){bytes, SIZE}, NULL);
    cr_expect(code == VD_OK || code == VD_LIMIT, "%s: %s", fills[i], vd_code_text(code));
  }
  free(bytes);
}
