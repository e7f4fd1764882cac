// CycloneDX and SPDX documents.
#include "inventory.h"

static void direct(const char *kind, const char *text, const vd_direct *expected, size_t n) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, kind, "x.json", text);
  cr_assert_eq(inv.components.count, n);
  for (size_t i = 0; i < n; i++)
    cr_expect_eq(inv.components.at[i].direct, expected[i], "%zu of %s", i, text);
}

static void is_another_document(const char *kind, const char *text) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = {.arena = &arena};
  const vd_manifest *m = vd_manifest_by_name(vd_view_of(kind));
  cr_expect_eq(vd_manifest_parse(m, &inv, vd_view_of(text), NULL), VD_UNSUPPORTED, "%s", text);
}

// ---- CycloneDX ----------------------------------------------------------------------------------

Test(cyclonedx, components) {
  expect("cyclonedx", "bom.json",
         "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"components\": [\n"
         "{\"type\": \"library\", \"name\": \"torch\", \"version\": \"2.0.0\",\n"
         " \"purl\": \"pkg:pypi/Torch@2.0.0\", \"hashes\": [{\"alg\": \"SHA-256\"}]},\n"
         "{\"type\": \"library\", \"scope\": \"optional\", \"version\": \"1.2\",\n"
         " \"purl\": \"pkg:pypi/cupy_cuda\", \"components\": [\n"
         "  {\"type\": \"library\", \"purl\": \"pkg:npm/%40scope/left@1.0.0\", \"scope\": "
         "\"excluded\"}]},\n"
         "{\"type\": \"library\", \"purl\": \"pkg:conda/numpy@1.26.0?channel=main\"},\n"
         "{\"type\": \"file\", \"name\": \"x\"}]}",
         "3 torch =2.0.0 hashed\n5 cupy-cuda =1.2 optional\n6 @scope/left =1.0.0 dev\n"
         "7 numpy =1.26.0\n");
}

Test(cyclonedx, types_are_kept) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "cyclonedx", "bom.json",
                             "{\"bomFormat\": \"CycloneDX\", \"components\": ["
                             "{\"purl\": \"pkg:npm/a@1\"}, {\"purl\": \"pkg:pypi/b@1\"}]}");
  cr_assert_eq(inv.components.count, 2);
  cr_expect(is(inv.components.at[0].type, "npm") && is(inv.components.at[1].type, "pypi"));
}

Test(cyclonedx, directness_from_the_graph) {
  static const vd_direct expected[] = {VD_DIRECT_YES, VD_DIRECT_NO, VD_DIRECT_UNKNOWN};
  direct("cyclonedx",
         "{\"bomFormat\": \"CycloneDX\", \"metadata\": {\"component\": {\"bom-ref\": \"root\"}},"
         "\"components\": [{\"bom-ref\": \"a\", \"purl\": \"pkg:pypi/a@1\"},"
         "{\"purl\": \"pkg:pypi/b@1\"}, {\"bom-ref\": \"c\", \"purl\": \"pkg:pypi/c@1\"}],"
         "\"dependencies\": [{\"ref\": \"a\", \"dependsOn\": [\"pkg:pypi/b@1\"]},"
         "{\"ref\": \"root\", \"dependsOn\": [\"a\"]}]}",
         expected, VD_COUNT(expected));
}

Test(cyclonedx, what_has_no_purl_is_noted) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "cyclonedx", "bom.json",
                             "{\"bomFormat\": \"CycloneDX\", \"components\": [\n"
                             "{\"type\": \"library\", \"name\": \"a\"},\n{\"type\": \"library\"},\n"
                             "{\"purl\": \"nonsense\"}]}");
  cr_assert_eq(inv.notices.count, 2);
  cr_expect_eq(inv.notices.at[0].line, 4);
  cr_expect_eq(inv.notices.at[1].line, 2);
}

Test(cyclonedx, other_json_is_another_document) {
  is_another_document("cyclonedx", "{\"bomFormat\": \"other\", \"x\": \"CycloneDX\"}");
  is_another_document("cyclonedx", "[1, 2]");
  is_another_document("cyclonedx", "");
  is_another_document("cyclonedx", "not json");
}

Test(cyclonedx, every_prefix_and_every_failing_allocation) {
  torture(
      "cyclonedx", "bom.json",
      "{\"bomFormat\":\"CycloneDX\",\"metadata\":{\"component\":{\"bom-ref\":\"r\"}},"
      "\"components\":[{\"purl\":\"pkg:pypi/a@1\",\"components\":[{\"purl\":\"pkg:npm/%40b/c\"},"
      "{\"purl\":\"x\"}]},{\"type\":\"library\"}],"
      "\"dependencies\":[{\"ref\":\"r\",\"dependsOn\":[\"pkg:pypi/a@1\"]}]}");
}

// ---- SPDX -------------------------------------------------------------------------------------

#define PURL(id, purl)                                                                             \
  "{\"SPDXID\": \"" id "\", \"versionInfo\": \"1.0\", \"externalRefs\": [{\"referenceCategory\": " \
  "\"PACKAGE-MANAGER\", \"referenceType\": \"purl\", \"referenceLocator\": \"" purl "\"}]}"
#define RELATION(left, type, right)                                                                \
  "{\"spdxElementId\": \"" left "\", \"relationshipType\": \"" type                                \
  "\", \"relatedSpdxElement\": \"" right "\"}"

Test(spdx, packages) {
  expect(
      "spdx", "a.spdx.json",
      "{\"spdxVersion\": \"SPDX-2.3\", \"packages\": [\n" PURL(
          "A",
          "pkg:pypi/torch@2.0") ",\n" PURL("B",
                                           "pkg:pypi/b") ",\n{\"SPDXID\": \"C\", \"name\": "
                                                         "\"none\"},\n"
                                                         "{\"versionInfo\": \">= 1.0, < 2\", "
                                                         "\"checksums\": [1], \"externalRefs\": [\n"
                                                         "{\"referenceType\": \"purl\", "
                                                         "\"referenceLocator\": "
                                                         "\"pkg:pypi/ranged\"}]}],\n"
                                                         "\"relationships\": [" RELATION(
                                                             "B", "DEV_DEPENDENCY_OF", "A") "]}",
      "2 torch =2.0\n3 b =1.0 dev\n6 ranged>= 1.0, < 2 hashed\n");
}

Test(spdx, directness_from_relationships) {
  static const vd_direct expected[] = {VD_DIRECT_UNKNOWN, VD_DIRECT_YES, VD_DIRECT_NO,
                                       VD_DIRECT_YES};
  direct(
      "spdx",
      "{\"spdxVersion\": \"SPDX-2.2\", \"packages\": [" PURL("R", "pkg:github/o/r") "," PURL("A", "pkg:pypi/a") "," PURL(
          "B",
          "pkg:pypi/b") "," PURL("C",
                                 "pkg:pypi/c") "],"
                                               "\"relationships\": [" RELATION("R", "DEPENDS_ON", "A") "," RELATION(
                                                   "A", "DEPENDS_ON",
                                                   "B") "," RELATION("C", "RUNTIME_DEPENDENCY_OF",
                                                                     "R") "," RELATION("SPDXRef-"
                                                                                       "DOCUMENT",
                                                                                       "DESCRIBES",
                                                                                       "R") "]}",
      expected, VD_COUNT(expected));
}

Test(spdx, other_json_is_another_document) {
  is_another_document("spdx", "{\"spdxVersion\": \"SPDX-3.0\"}");
  is_another_document("spdx", "{\"@context\": \"https://spdx.org/rdf/3.0.1\"}");
  is_another_document("spdx", "[\"spdxVersion\"]");
}

Test(spdx, every_prefix_and_every_failing_allocation) {
  torture(
      "spdx", "a.spdx.json",
      "{\"spdxVersion\":\"SPDX-2.3\",\"documentDescribes\":[\"A\"],\"packages\":[" PURL(
          "A",
          "pkg:pypi/a") "," PURL("B",
                                 "x") "],\"relationships\":[" RELATION("A", "DEPENDS_ON",
                                                                       "B") "," RELATION("A",
                                                                                         "DESCRIBED"
                                                                                         "_BY",
                                                                                         "D") "]}");
}
