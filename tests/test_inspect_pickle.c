// Pickles: what they reach, however it is put together.
#include "inspect_pickle.h"

Test(pickle, a_call_is_quoted_with_its_arguments_and_place) {
  SCOPED_INSPECTED i;
  LOOK(&i, "cos\nsystem\n(S'id'\ntR.");
  const vd_observation *o = said(&i, VD_CHECK_PICKLE_EXECUTE, "os.system(\"id\")");
  cr_assert(o != NULL);
  cr_expect(o->offset == 19 && o->severity == VD_SEVERITY_CRITICAL, "%zu", (size_t)o->offset);
}

Test(pickle, every_way_to_call) {
  static const vd_view ways[] = {
      VD_VIEW_INIT("cos\nsystem\n(S'id'\ntR."), // REDUCE
      VD_VIEW_INIT("(S'id'\nios\nsystem\n."),   // INST
      VD_VIEW_INIT("(cos\nsystem\nS'id'\no."),  // OBJ
      VD_VIEW_INIT("\x80\x02"
                   "cos\nsystem\n(U\2idt\x81."),                          // NEWOBJ
      VD_VIEW_INIT("\x80\x04\x8c\2os\x8c\6system\x93\x8c\2id\x85}\x92."), // NEWOBJ_EX
      VD_VIEW_INIT("\x80\x04\x8c\2os\x94\x8c\6system\x94\x30\x30h\0h\1\x93\x8c\2id\x85R."), // memo
      VD_VIEW_INIT("\x80\x04\x8c\2osq\7\x8c\6systemr\5\0\0\0\x93\x8c\2id\x85R."),
      VD_VIEW_INIT("(S'os'\np0\nS'system'\np1\n1g0\ng1\n\x93(Vid\ntR."),
  };
  for (size_t n = 0; n < VD_COUNT(ways); n++) {
    SCOPED_INSPECTED i;
    look_named(&i, "x.pkl", ways[n]);
    cr_expect(said(&i, VD_CHECK_PICKLE_EXECUTE, "os.system(\"id\"") != NULL, "%zu:\n%.*s", n,
              VD_ARG(all_said(&i)));
  }
}

// Every pickle here runs os.system("id") in the end.
Test(pickle, hidden_calls_are_found) {
  static const vd_view ways[] = {
      VD_VIEW_INIT(
          "cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'id'\ntR."),
      VD_VIEW_INIT(
          "cbuiltins\ngetattr\n(cimportlib\nimport_module\n(S'os'\ntRS'system'\ntR(S'id'\ntR."),
      VD_VIEW_INIT("cfunctools\npartial\n(cos\nsystem\nS'id'\ntR)R."),
      VD_VIEW_INIT("cfunctools\npartial\n(cbuiltins\nprint\ntR(cos\nsystem\n(S'id'\nt(dNtb)R."),
      VD_VIEW_INIT("cfunctools\nreduce\n(cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'"
                   "system'\nltR"
                   "(S'id'\ntR."),
      VD_VIEW_INIT("cbuiltins\nmap\n(cos\nsystem\n(S'id'\nltR."),
      VD_VIEW_INIT(
          "coperator\nmethodcaller\n(S'system'\nS'id'\ntR(cbuiltins\n__import__\n(S'os'\ntRtR."),
      VD_VIEW_INIT(
          "c_operator\nattrgetter\n(S'system'\ntR(cbuiltins\n__import__\n(S'os'\ntRtR(S'id'\ntR."),
      VD_VIEW_INIT("coperator\nitemgetter\n(I0\ntR((cos\nsystem\nltR(S'id'\ntR."),
      VD_VIEW_INIT(
          "coperator\ngetitem\n(csys\nmodules\nS'os'\ntRp0\n0cbuiltins\ngetattr\n(g0\nS'system'\n"
          "tR(S'id'\ntR."),
      VD_VIEW_INIT(
          "cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRcoperator\nadd\n(S'sys'\nS'tem'\n"
          "tRtR(S'id'\ntR."),
      VD_VIEW_INIT("cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRcbuiltins\nstr.join\n(S''"
                   "\n(S'sys'\n"
                   "S'tem'\nltRtR(S'id'\ntR."),
      VD_VIEW_INIT("cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRccodecs\ndecode\n(S'"
                   "flfgrz'\nS'rot13'\n"
                   "tRtR(S'id'\ntR."),
      VD_VIEW_INIT("Vo\\u0073\nVsys\\u0074em\n\x93(S'id'\ntR."),
      VD_VIEW_INIT("S'\\x6f\\163'\nS'system'\n\x93(S'id'\ntR."),
      VD_VIEW_INIT("cpkgutil\nresolve_name\n(S'os:system'\ntR(S'id'\ntR."),
      VD_VIEW_INIT(
          "ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nNS'id'\np1\n0(S'id'\ntNtR."),
      VD_VIEW_INIT("ctorch.serialization\nos.system\n(S'id'\ntR."),
      VD_VIEW_INIT(
          "csix.moves.builtins\n__import__\n(S'os'\ntRp0\n0cbuiltins\ngetattr\n(g0\nS'system'\ntR"
          "(S'id'\ntR."),
      VD_VIEW_INIT("cnumpy.core\n_ufunc_reconstruct\n(S'os'\nS'system'\ntR(S'id'\ntR."),
      VD_VIEW_INIT(
          "cbuiltins\ngetattr\n(cbuiltins\n__import__\n(cbase64\nb64decode\n(S'b3M='\ntRp0\n0"
          "cbuiltins\nbytes.decode\n(g0\ntRtRS'system'\ntR(S'id'\ntR."),
  };
  for (size_t n = 0; n < VD_COUNT(ways); n++) {
    SCOPED_INSPECTED i;
    look_named(&i, "x.pkl", ways[n]);
    cr_expect(said(&i, VD_CHECK_PICKLE_EXECUTE, "os.system(\"id\")") != NULL, "%zu:\n%.*s", n,
              VD_ARG(all_said(&i)));
  }
}

Test(pickle, the_reach_decides) {
  SCOPED_INSPECTED i;
  LOOK(&i, "csocket\ncreate_connection\n((S'h'\nI1\nttR.");
  EXPECT_SAID(&i, PICKLE_NETWORK, "socket.create_connection((\"h\", 1))");
  SCOPED_INSPECTED j;
  LOOK(&j, "cshutil\nrmtree\n(S'/'\ntR.");
  EXPECT_SAID(&j, PICKLE_FILE, "shutil.rmtree(\"/\")");
  SCOPED_INSPECTED k;
  LOOK(&k, "cgetpass\ngetuser\n)R.");
  EXPECT_SAID(&k, PICKLE_ENVIRONMENT, "getpass.getuser()");
  SCOPED_INSPECTED l;
  LOOK(&l, "cbuiltins\nexec\n(S'import socket'\ntR.");
  EXPECT_SAID(&l, PICKLE_EXECUTE, "which names socket");
  EXPECT_SAID(&l, PICKLE_NETWORK, "socket");
  SCOPED_INSPECTED m;
  LOOK(&m, "cpickle\nloads\n(S'x'\ntR.");
  EXPECT_SAID(&m, PICKLE_IMPORT, "pickle.loads(\"x\")");
}

static int severity_of(const inspected *i, vd_check_id check, const char *part) {
  const vd_observation *o = said(i, check, part);
  return o == NULL ? -1 : (int)o->severity;
}

Test(pickle, what_is_not_known_is_said_once_a_name_by_its_use) {
  SCOPED_INSPECTED i;
  LOOK(&i, "(cmine\nA\ncmine\nB\n)\x81"
           "cmine\nC\n)Rcmine\nC\n(I1\ntRl.");
  cr_expect(severity_of(&i, VD_CHECK_PICKLE_UNKNOWN, "imports mine.A") == VD_SEVERITY_INFO);
  cr_expect(severity_of(&i, VD_CHECK_PICKLE_UNKNOWN, "mine.B()") == VD_SEVERITY_LOW);
  cr_expect(severity_of(&i, VD_CHECK_PICKLE_UNKNOWN, "mine.C()") == VD_SEVERITY_MEDIUM);
  cr_expect(i.in.observations.count == 3, "%.*s", VD_ARG(all_said(&i)));
}

Test(pickle, an_import_without_a_call_is_said) {
  SCOPED_INSPECTED i;
  LOOK(&i, "ccollections\ndefaultdict\n(cos\nsystem\ntR.");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "imports os.system");
}

Test(pickle, data_and_known_classes_are_silent) {
  static const vd_view fine[] = {
      VD_VIEW_INIT("(lp0\nI1\naF2.5\naNaI01\naL5L\naVtext\na."),
      VD_VIEW_INIT("\x80\x04}\x94(\x8c\1aK\1\x8c\1bG@\4\0\0\0\0\0\0u."),
      VD_VIEW_INIT("ccollections\nOrderedDict\n)R(S'a'\nI1\nu."),
      VD_VIEW_INIT("c_codecs\nencode\n(Vabc\nVlatin1\ntR."),
      VD_VIEW_INIT("cbuiltins\ntype\n(NtR."),
      VD_VIEW_INIT("csklearn.svm._classes\nSVC\n)\x81}(U\1CK\1ub."),
  };
  for (size_t n = 0; n < VD_COUNT(fine); n++) {
    SCOPED_INSPECTED i;
    look_named(&i, "x.pkl", fine[n]);
    cr_expect(i.in.observations.count == 0, "%zu:\n%.*s", n, VD_ARG(all_said(&i)));
  }
}

Test(pickle, classes_of_a_framework_are_not_its_functions) {
  SCOPED_INSPECTED i;
  LOOK(&i, "csklearn.utils.fixes\nlistdir\n(S'/'\ntR.");
  EXPECT_SAID(&i, PICKLE_UNKNOWN, "sklearn.utils.fixes.listdir");
  SCOPED_INSPECTED j;
  LOOK(&j, "csklearn.utils.fixes\nPopen\n(S'id'\ntR.");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "Popen(\"id\")");
}

Test(pickle, objects_are_filled_with_what_calls) {
  SCOPED_INSPECTED i;
  LOOK(&i, "cmine\nA\n)\x81}(S'__setstate__'\ncos\nsystem\nubS'id'\nb.");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
  EXPECT_SAID(&i, PICKLE_INDIRECT, "sets __setstate__ to os.system");
  SCOPED_INSPECTED j;
  LOOK(&j, "cnumpy\nprod\n(N}(S'a'\nS'os'\nutb.");
  EXPECT_SAID(&j, PICKLE_INDIRECT, "numpy.prod.__dict__.update");
  SCOPED_INSPECTED k;
  LOOK(&k, "csys\nmodules\n(S'torch'\ncmine\nA\nu.");
  EXPECT_SAID(&k, PICKLE_INDIRECT, "sys.modules[\"torch\"] = ...");
}

Test(pickle, names_made_at_load_time_and_extensions) {
  SCOPED_INSPECTED i;
  LOOK(&i, "cmine\nf\n)RS'x'\n\x93.");
  EXPECT_SAID(&i, PICKLE_INDIRECT, "made up");
  SCOPED_INSPECTED j;
  LOOK(&j, "\x80\x02\x82\x05)R.");
  EXPECT_SAID(&j, PICKLE_UNKNOWN, "copyreg extension 5");
}

Test(pickle, pickles_in_constants) {
  SCOPED_INSPECTED i;
  LOOK(&i, "\x80\x04"
           "C\x17\x80\x04\x8c\2os\x8c\6system\x93\x8c\2id\x85R...");
  const vd_observation *o = said(&i, VD_CHECK_PICKLE_EXECUTE, "os.system(\"id\")");
  cr_assert(o != NULL, "%.*s", VD_ARG(all_said(&i)));
  cr_expect(vd_view_starts(o->member, VD_VIEW("bytes at 2")));
  SCOPED_INSPECTED j;
  LOOK(&j, "\x80\x04"
           "X\x1c\0\0\0gASMAm9zjAZzeXN0ZW2TjAJpZIVSLg==.");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "os.system(\"id\")");
}

// dill names types by its own table.
Test(pickle, types_that_dill_names_are_those_types) {
  SCOPED_INSPECTED i, j, k;
  LOOK(&i, "cdill._dill\n_load_type\n(S'slice'\ntR(NI5\nNtR.");
  EXPECT_SILENT(&i);
  LOOK(&j, "cdill._dill\n_load_type\n(S'CodeType'\ntR(I0\ntR.");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "types.CodeType(0)");
  LOOK(&k, "cdill._dill\n_load_type\n(S'PartialType'\ntR(cos\nsystem\nS'id'\ntR)R.");
  EXPECT_SAID(&k, PICKLE_EXECUTE, "os.system(\"id\")");
}

// Modules give the modules that they import.
Test(pickle, a_dotted_name_that_leads_through_another_module) {
  SCOPED_INSPECTED i, j, k;
  LOOK(&i, "\x80\x04\x8c\12__future__\x8c\017_ssl.RAND_bytes\x93K\4\x85R.");
  EXPECT_SAID(&i, PICKLE_INDIRECT, "__future__._ssl.RAND_bytes(4)");
  LOOK(&j, "\x80\x04\x8c\6mylib_\x8c\7_ssl.xy\x93.");
  const vd_observation *o = said(&j, VD_CHECK_PICKLE_INDIRECT, "imports mylib_._ssl.xy");
  cr_expect(o != NULL && o->severity == VD_SEVERITY_MEDIUM, "%.*s", VD_ARG(all_said(&j)));
  LOOK(&k, "\x80\x04\x8c\10datetime\x8c\21datetime.strptime\x93.");
  cr_expect(said(&k, VD_CHECK_PICKLE_INDIRECT, "") == NULL, "%.*s", VD_ARG(all_said(&k)));
}

// Constants that begin like a compressed file and are none, and such that are one.
Test(pickle, only_constants_that_unpack_are_artefacts) {
  SCOPED_INSPECTED i, j;
  LOOK(&i, "\x80\x04\x43\25\x1f\x8b\x08\0no stream of gzip.");
  EXPECT_SILENT(&i);
  LOOK(&j, "\x80\x04\x43\x29"
           "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xce\x2f\xe6\x2a\xae\x2c\x2e"
           "\x49\xcd\xe5\xd2\x08\x56\xcf\x4c\x51\xe7\x2a\x09\xd2\x03\x00\xbe\x45\xb8"
           "\x27\x15\x00\x00\x00"
           ".");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "os.system(\"id\")");
}

Test(pickle, a_pickle_in_a_pickle_is_told) {
  SCOPED_INSPECTED i;
  LOOK(&i, "\x80\x04\x43\16\x80\x04}\x94\x8c\1a\x94\x8c\1b\x94s..");
  const vd_observation *o = said(&i, VD_CHECK_PICKLE_NESTED, "are a pickle of 14 bytes");
  cr_expect(o != NULL && o->severity == VD_SEVERITY_INFO, "%.*s", VD_ARG(all_said(&i)));
  cr_expect(i.in.observations.count == 1);
}

// CVE-2026-24747: torch's own unpickler took SETITEM on a tensor for a store into a dictionary.
Test(pickle, items_put_into_what_is_no_dictionary) {
  SCOPED_INSPECTED list, tensor, honest;
  LOOK(&list, "\x80\x02]K\x01K\x02s.");
  EXPECT_SAID(&list, PICKLE_SETITEM, "[][1] = ...");
  LOOK(&tensor, "\x80\x02"
                "ctorch._utils\n_rebuild_tensor_v2\n(NK\0tRK\x01K\x02s.");
  EXPECT_SAID(&tensor, PICKLE_SETITEM, "[1] = ...");
  LOOK(&honest, "\x80\x02"
                "ccollections\nOrderedDict\n)RX\x01\0\0\0aK\x01s.");
  EXPECT_SILENT(&honest);
}
