// Dockerfiles.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("dockerfile", "Dockerfile", text, components);
}

Test(dockerfile, run_lines) {
  reads("FROM x\nRUN pip install torch==1.13 numpy\n", "2 torch==1.13 =1.13\n2 numpy\n");
  reads("RUN apt-get update && \\\n    apt-get install -y pip git && \\\n# note\n\n"
        "    pip3 install --no-cache-dir \\\n      \"torch>=2\" \\\n      'six' && rm x; echo pip "
        "install no\n",
        "6 torch>=2\n7 six\n");
  reads("run python3.10 -m pip --quiet install -U a\nRUN /opt/x/bin/pip3.9 install b\n"
        "RUN uv pip install --system c\nRUN conda run -n env pip install d\n"
        "RUN X=1 sudo -H pip install e\nRUN if true; then pip install f ; fi\n"
        "RUN pip uninstall -y g\nRUN pip download h\n",
        "1 a\n2 b\n3 c\n4 d\n5 e\n6 f\n");
  reads("RUN --mount=type=cache,target=/x \\\n  pip install a\nONBUILD RUN pip install b\n",
        "2 a\n3 b\n");
}

Test(dockerfile, options_and_their_values_are_no_packages) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(
      &arena, "dockerfile", "Dockerfile",
      "RUN pip install -i https://i.org/s --extra-index-url=https://e.org/s --timeout 100 -t /x "
      "-qU --global-option=\"--cpp_ext\" a -f https://f.org && pip install b\n");
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, "1 a\n1 b\n"), "%.*s", VD_ARG(seen));
  cr_expect(is(inv.components.at[0].index, "https://i.org/s https://e.org/s https://f.org"));
  cr_expect_null(inv.components.at[1].index.ptr);
  cr_expect_eq(inv.notices.count, 0);
}

Test(dockerfile, variables_with_literal_values_are_put_in) {
  reads("ARG TORCH=1.13.1\nENV A=2 B=\"3\"\nENV C 4\nRUN pip install torch==$TORCH a==${A} "
        "b==\"$B\" c==${C:-9} d==${D:-5} 'e==$A'\n",
        "4 torch==1.13.1 =1.13.1\n4 a==2 =2\n4 b==3 =3\n4 c==4 =4\n4 d==5 =5\n4 e\n");
}

Test(dockerfile, what_is_computed_is_noted) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "dockerfile", "Dockerfile",
                             "RUN pip install torch==$V \\\n $(cat x) && pip install a\n"
                             "RUN pip install ${X%%.*} b>=2\n");
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, "1 torch\n2 a\n3 b\n"), "%.*s", VD_ARG(seen));
  static const uint32_t lines[] = {1, 2, 3, 3};
  cr_assert_eq(inv.notices.count, VD_COUNT(lines));
  for (size_t i = 0; i < VD_COUNT(lines); i++)
    cr_expect_eq(inv.notices.at[i].line, lines[i]);
}

Test(dockerfile, exec_form_shell_texts_and_heredocs) {
  reads("RUN [\"pip\", \"install\", \"a==1\"]\nRUN [\"/bin/bash\", \"-c\", \"pip install b && pip "
        "install c\"]\nRUN bash -lc \"pip install d\"\nRUN [ -f x ] && pip install e\n",
        "1 a==1 =1\n2 b\n2 c\n3 d\n4 e\n");
  reads("RUN <<EOF\npip install a\npip install \\\n  b\nEOF\nRUN pip install c\n"
        "COPY <<-'X' <<Y /dst/\n\tpip install no\n\tX\nRUN pip install no\nY\nRUN pip install d\n",
        "2 a\n4 b\n6 c\n12 d\n");
  reads("RUN cat <<EOF\nRUN pip install a\n", "2 a\n");
}

Test(dockerfile, redirections_are_no_packages) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "dockerfile", "Dockerfile",
                             "RUN pip install a 2>&1 >/dev/null && pip install torch>=2 \"b>1\"\n");
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, "1 a\n1 torch\n1 b>1\n"), "%.*s", VD_ARG(seen));
  cr_assert_eq(inv.notices.count, 1);
}

Test(dockerfile, includes_only_what_no_kind_reads_anyway) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "dockerfile", "Dockerfile",
                             "RUN pip install -r requirements.txt -r ./deps.txt -c /tmp/c.txt\n");
  cr_assert_eq(inv.includes.count, 1);
  cr_expect(is(inv.includes.at[0].target, "deps.txt"));
}

Test(dockerfile, conda) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv =
      read_as(&arena, "dockerfile", "Dockerfile",
              "RUN conda install -y -c pytorch -n env pytorch=1.12 cudatoolkit==11.3 "
              "\"numpy>=1.20,<2\" pytorch::torchvision=0.13=py39 python\n"
              "RUN mamba create --name x six\n");
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, "1 pytorch=1.12\n1 cudatoolkit==11.3 =11.3\n1 numpy>=1.20,<2\n"
                     "1 torchvision=0.13=py39 =0.13\n1 python\n2 six\n"),
            "%.*s", VD_ARG(seen));
  cr_expect(is(inv.components.at[0].type, "conda"));
  cr_expect(is(inv.components.at[0].specifiers, "==1.12.*"));
  cr_expect(is(inv.components.at[1].specifiers, "==11.3"));
}

Test(dockerfile, the_escape_directive_changes_the_continuation) {
  reads("# escape=`\nRUN pip install a `\n  b\n", "2 a\n3 b\n");
}

Test(dockerfile, every_prefix_and_every_failing_allocation) {
  torture(
      "dockerfile", "Dockerfile",
      "# escape=\\\nARG A=1\nENV B=\"2 3\" C=4\nRUN --mount=x pip install -f https://l.org a==$A "
      "\\\n b[c]>=2 ; sh -c 'pip install d' 2>&1\nRUN [\"pip\",\"install\",\"e\"]\n"
      "RUN <<EOF\npip install f\\\n g\nEOF\nRUN conda install h=1 i::j>=2 -c k\n"
      "COPY <<'X' y\nX\nRUN pip install -e . -r l.txt $M git+https://h.org/o/r\n");
}

Test(dockerfile, hostile_texts_end_soon) {
  enum { SIZE = 2 << 20 };
  static const char *const fills[] = {
      "RUN <<A\n", "RUN pip install $A\n", "pip ", "sh -c \"", "RUN [", "\\\n", "${A:-", "$A",
      "'a' ",      "RUN <<A <<A\nA\n",     "<<A "};
  char *bytes = malloc(SIZE);
  cr_assert_not_null(bytes);
  for (size_t i = 0; i < VD_COUNT(fills); i++) {
    VD_SCOPED_ARENA arena = VD_ARENA((size_t)1 << 30);
    vd_inventory inv = {.arena = &arena, .path = VD_VIEW("Dockerfile")};
    vd_view head =
        VD_VIEW("ENV A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nRUN pip install ");
    size_t start = head.len, n = strlen(fills[i]);
    memcpy(bytes, head.ptr, head.len);
    for (size_t k = start; k < SIZE; k++)
      bytes[k] = fills[i][(k - start) % n];
    vd_code code = vd_manifest_parse(vd_manifest_by_name(VD_VIEW("dockerfile")), &inv,
                                     (vd_view){bytes, SIZE}, NULL);
    cr_expect(code == VD_OK, "%s: %s", fills[i], vd_code_text(code));
  }
  free(bytes);
}

Test(dockerfile, a_file_that_only_sounds_like_one_is_left_alone) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = {.arena = &arena, .path = VD_VIEW("src/dockerfile.c")};
  const vd_manifest *kind = vd_manifest_by_name(VD_VIEW("dockerfile"));
  vd_view code = VD_VIEW("int from; // RUN pip install a\n");
  cr_assert_eq(vd_manifest_parse(kind, &inv, code, NULL), VD_UNSUPPORTED);
  inv.path = VD_VIEW("images/gpu.Dockerfile");
  cr_assert_eq(vd_manifest_parse(kind, &inv, VD_VIEW("from x\nRUN pip install a\n"), NULL), VD_OK);
  cr_assert_eq(inv.components.count, 1);
}
