// Pipfile and Pipfile.lock.
#include "inventory.h"

Test(pipfile, packages) {
  expect("pipfile", "Pipfile",
         "[[source]]\nurl = \"https://pypi.org/simple\"\nname = \"pypi\"\n[[source]]\n"
         "url = \"https://i.org/s\"\nname = \"own\"\n[packages]\nrequests = \"*\"\n"
         "Flask = {version = \">=2.0\", extras = [\"async\"], markers = \"os_name == 'nt'\"}\n"
         "old = \"==1.0\"\nwin = {version = \"*\", sys_platform = \"== 'win32'\"}\n"
         "fork = {git = \"https://h.org/f.git\", ref = \"v1\", editable = true}\n"
         "mine = {path = \".\", editable = true}\nzip = {file = \"https://h.org/z.zip\"}\n"
         "[dev-packages]\npytest = \"~=7.0\"\n[gpu]\ncupy = \"*\"\n"
         "[requires]\npython_version = \"3.11\"\n[scripts]\nserve = \"uvicorn x\"\n",
         "8 requests*\n9 flask[async]>=2.0 ; os_name == 'nt'\n10 old==1.0 =1.0\n"
         "11 win* ; sys_platform == 'win32'\n12 fork @ git+https://h.org/f.git@v1\n"
         "13 mine @ . local\n14 zip @ https://h.org/z.zip\n16 pytest~=7.0 {dev} dev\n"
         "18 cupy* {gpu} optional\n");
}

Test(pipfile, index_is_resolved) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "pipfile", "Pipfile",
                             "[[source]]\nname = \"own\"\nurl = \"https://i.org/s\"\n[packages]\n"
                             "a = {version = \"*\", index = \"own\"}\nb = {index = \"gone\"}\n");
  cr_expect(is(inv.components.at[0].index, "https://i.org/s"));
  cr_expect(is(inv.components.at[1].index, "gone"));
}

Test(pipfile, every_prefix_and_every_failing_allocation) {
  torture("pipfile", "Pipfile",
          "[[source]]\nname='o'\nurl='u'\n[packages]\na={version='==1',index='o',extras=['e'],"
          "os_name=\"=='nt'\",markers='m'}\nb=1\n[dev-packages]\n'?'='*'\nc='^1||2'\n");
}

Test(pipfile_lock, packages) {
  expect("pipfile_lock", "Pipfile.lock",
         "{\n  \"_meta\": {\"sources\": [{\"name\": \"pypi\", \"url\": "
         "\"https://pypi.org/simple\"}]},\n"
         "  \"default\": {\n    \"certifi\": {\n      \"hashes\": [\"sha256:00\"],\n"
         "      \"index\": \"pypi\",\n      \"markers\": \"python_version >= '3.6'\",\n"
         "      \"version\": \"==2023.7.22\"\n    },\n"
         "    \"fork\": {\"git\": \"https://h.org/f.git\", \"ref\": \"abc\"},\n"
         "    \"mine\": {\"editable\": true, \"path\": \".\"}\n  },\n"
         "  \"develop\": {\n    \"pytest\": {\"version\": \"==7.4.0\"}\n  }\n}\n",
         "4 certifi==2023.7.22 =2023.7.22 ; python_version >= '3.6' hashed\n"
         "10 fork @ git+https://h.org/f.git@abc\n11 mine @ . local\n"
         "14 pytest==7.4.0 =7.4.0 {dev} dev\n");
}

Test(pipfile_lock, directness_is_not_said) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "pipfile_lock", "Pipfile.lock",
                             "{\"default\": {\"a\": {\"version\": \"==1\"}, \"b\": 3}}");
  cr_assert_eq(inv.components.count, 1);
  cr_expect_eq(inv.components.at[0].direct, VD_DIRECT_UNKNOWN);
  cr_expect_eq(inv.notices.count, 1);
}

Test(pipfile_lock, only_objects_are_lock_files) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = {.arena = &arena};
  const vd_manifest *m = vd_manifest_for_path(VD_VIEW("Pipfile.lock"));
  vd_error err = {0};
  cr_expect_eq(vd_manifest_parse(m, &inv, VD_VIEW("[]"), &err), VD_FORMAT);
  cr_expect_eq(vd_manifest_parse(m, &inv, VD_VIEW("{\n\"a\":"), &err), VD_FORMAT);
}

Test(pipfile_lock, every_prefix_and_every_failing_allocation) {
  torture("pipfile_lock", "Pipfile.lock",
          "{\"_meta\":{\"sources\":[{\"name\":\"o\",\"url\":\"u\"}]},\"default\":{\"a\":"
          "{\"version\":\"==1\",\"index\":\"o\",\"hashes\":[\"h\"],\"extras\":[\"e\"]},\"?\":1}}");
}
