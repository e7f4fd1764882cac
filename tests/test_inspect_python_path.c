// Path files of site-packages: what their import lines run, and that their other lines are none of
// ours.
#include "inspect_pickle.h"

static void look(inspected *i, const char *text) {
  look_named(i, "lib/python3.11/site-packages/x.pth", vd_view_of(text));
}

Test(python_path, honest_files_are_silent) {
  static const char *const honest[] = {
      "/srv/project/src\n",
      "# a comment with subprocess in it\n../shared\n",
      "import __editable___thing_1_0_finder; __editable___thing_1_0_finder.install()\n",
      "import os; v = 'A_SETTING'; on = os.environ.get(v, 'x') == 'x'; "
      "on and __import__('_thing_hack').add(); \n",
      "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('pkg',));"
      "importlib = __import__('importlib.util');m = sys.modules.setdefault('pkg', "
      "types.ModuleType('pkg'));\n",
      "import os, sys;exec('if \"COVER\" in os.environ:\\n    import cover\\n')\n",
      "importlib_stuff\nexec(this is a folder)\n",
  };
  for (size_t n = 0; n < VD_COUNT(honest); n++) {
    SCOPED_INSPECTED i;
    look(&i, honest[n]);
    EXPECT_SILENT(&i);
    cr_expect(!vd_model_is_one(&i.in.model));
  }
}

Test(python_path, code_that_reaches_out_is_said) {
  static const char *const bad[] = {
      "import os; os.system('id')\n",
      "/srv\nimport\tos; os.system('id')\n",
      "import base64;exec(base64.b64decode('cGFzcw=='))\n",
      "import sys; exec('ssap'[::-1])\n",
      "import x; eval(x.code)\n",
      "import os, socket; s = socket.create_connection(('192.0.2.1', 1))\n",
      "import subprocess as s; s.run(['id'])\n",
  };
  for (size_t n = 0; n < VD_COUNT(bad); n++) {
    SCOPED_INSPECTED i;
    look(&i, bad[n]);
    const vd_observation *o = said(&i, VD_CHECK_PYTHON_PATH, "names ");
    cr_expect(o != NULL && o->severity == VD_SEVERITY_HIGH, "%s", bad[n]);
  }
}

// Names that other files have as well promise no pickle; others do.
Test(python_path, text_under_a_shared_name_is_not_ours) {
  static const char *const names[] = {"grammar.p", "x.pth", "checkpoint.ckpt"};
  for (size_t n = 0; n < VD_COUNT(names); n++) {
    SCOPED_INSPECTED i;
    look_named(&i, names[n], VD_VIEW("begin\n  some text of its own kind\nend\n"));
    EXPECT_SILENT(&i);
  }
  SCOPED_INSPECTED lines;
  look_named(&lines, "messages_pt.properties",
             VD_VIEW("P.a=1\nP.b=2\nP.c=3\nP.d=4\nP.e=5\nP.f=6\nP.g=7\nP.h=8\nP.i=9\nP.j=1\n"
                     "P.k=1\nP.l=2\nP.m=3\nP.n=4\nP.o=5\nP.p=6\nP.q=7\nV.r=8\n"));
  EXPECT_SILENT(&lines);
  SCOPED_INSPECTED j;
  LOOK(&j, "begin\n  some text of its own kind\nend\n");
  EXPECT_SAID(&j, UNREADABLE, "pickle");
  SCOPED_INSPECTED k;
  look_named(&k, "x.p", VD_VIEW("\x80\x04\xff\x01\x02"));
  EXPECT_SAID(&k, UNREADABLE, "pickle");
}
