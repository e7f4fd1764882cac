// Charts that tests and the oracle draw: the usual, the odd and the hostile.
#pragma once

#include "report/chart.h"

#include <float.h>
#include <math.h>

typedef struct chart_sample {
  const char *name;
  vd_chart chart;
} chart_sample;

#define BAR(label, value, note)                                                                    \
  { VD_VIEW_INIT(label), (value), VD_VIEW_INIT(note) }
#define BARS(a)   .bars = (a), .count = VD_COUNT(a)
#define TEXT(lit) VD_VIEW_INIT(lit)

static const vd_bar sample_ten[] = {
    BAR("pythoncode-tutorials", 790, "in 31 dependencies"),
    BAR("tensorflow", 412, "184 CVEs in 7 repositories"),
    BAR("keras-io", 201, "in 12 dependencies"),
    BAR("transformers", 166, "in 44 dependencies"),
    BAR("onnxruntime", 97, "in 9 dependencies"),
    BAR("mlflow", 88, "in 27 dependencies"),
    BAR("ray", 61, "in 18 dependencies"),
    BAR("langchain", 43, "in 22 dependencies"),
    BAR("pillow-simd", 12, "in 1 dependency"),
    BAR("tokenizers", 1, "in 1 dependency"),
};

static const vd_bar sample_one[] = {BAR("tensorflow", 184, "")};

static const vd_bar sample_pareto[] = {
    BAR("Denial of service", 951, ""),     BAR("Improper input validation", 317, ""),
    BAR("Out-of-bounds read", 240, ""),    BAR("Buffer overflow", 188, ""),
    BAR("Code execution", 141, ""),        BAR("Null pointer dereference", 96, ""),
    BAR("Use after free", 74, ""),         BAR("Path traversal", 61, ""),
    BAR("Information disclosure", 48, ""), BAR("Deserialization of untrusted data", 31, ""),
    BAR("Cross-site scripting", 22, ""),   BAR("Server-side request forgery", 14, ""),
};
static const double sample_pareto_sums[] = {
    951 / 2183.0,  1268 / 2183.0, 1508 / 2183.0, 1696 / 2183.0, 1837 / 2183.0, 1933 / 2183.0,
    2007 / 2183.0, 2068 / 2183.0, 2116 / 2183.0, 2147 / 2183.0, 2169 / 2183.0, 1};

static const vd_bar sample_long[] = {
    BAR("Improper Neutralization of Special Elements used in an OS Command ('OS Command "
        "Injection')",
        2183, "seen in every one of the eighty-six repositories that were looked at in the study"),
    BAR("Improper Restriction of Operations within the Bounds of a Memory Buffer", 1734,
        "affects tensorflow, tensorflow-cpu, tensorflow-gpu and everything that depends on them"),
    BAR("short", 1200, "and a note that is far too long to be shown in the little room it has got"),
    BAR("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", 433, "wide"),
    BAR("iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii", 20, "narrow"),
};

static const vd_bar sample_scripts[] = {
    BAR("\xE6\xB7\xB1\xE5\xBA\xA6\xE5\xAD\xA6\xE4\xB9\xA0\xE6\xA1\x86\xE6\x9E\xB6\xE7\x9A\x84\xE6"
        "\xBC\x8F\xE6\xB4\x9E",
        120, "\xE5\x9C\xA8\xE4\xB8\x83\xE4\xB8\xAA\xE4\xBB\x93\xE5\xBA\x93\xE4\xB8\xAD"),
    BAR("\xE3\x83\x90\xE3\x83\x83\xE3\x83\x95\xE3\x82\xA1\xE3\x82\xAA\xE3\x83\xBC\xE3\x83\x90\xE3"
        "\x83\xBC\xE3\x83\x95\xE3\x83\xAD\xE3\x83\xBC",
        95, "7 \xE3\x83\xAA\xE3\x83\x9D\xE3\x82\xB8\xE3\x83\x88\xE3\x83\xAA"),
    BAR("\xEB\xB3\xB4\xEC\x95\x88 \xEC\xB7\xA8\xEC\x95\xBD\xEC\xA0\x90", 64, ""),
    BAR("cafe\xCC\x81-na\xC3\xAFve-Ve\xCC\x80"
        "ctor",
        51, "combining marks"),
    BAR("\xD0\xA3\xD1\x8F\xD0\xB7\xD0\xB2\xD0\xB8\xD0\xBC\xD0\xBE\xD1\x81\xD1\x82\xD1\x8C", 33, ""),
    BAR("\xCE\x95\xCF\x85\xCF\x80\xCE\xAC\xCE\xB8\xCE\xB5\xCE\xB9\xCE\xB1", 20, ""),
    BAR("\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5"
        "\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC"
        "\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97"
        "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97",
        9, "a long one"),
};

static const vd_bar sample_hostile[] = {
    BAR("</text><script>alert(1)</script>", 7, "\" onload=\"x"),
    BAR("\x1b[31mred\x1b[0m\a\b\r\n\tx", 6, "\x7f\xC2\x9B"),
    BAR("abc\xE2\x80\xAEtxt.exe\xE2\x81\xA6 \xE2\x80\x8B", 5, "bidi"),
    BAR("\xFF\xFE\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80", 4, "not UTF-8"),
    BAR("a\xEF\xBF\xBE"
        "b\xEF\xBF\xBF"
        "c",
        3, "no characters of XML"),
    BAR("]]> &amp; &#0; <!-- --> <![CDATA[", 2, "&&&&"),
    BAR("", -5, ""),
    {{NULL, 0}, NAN, {NULL, 0}},
    BAR("infinite", INFINITY, ""),
};

static const vd_bar sample_zero[] = {BAR("nothing", 0, "none"), BAR("here either", 0, "")};
static const vd_bar sample_equal[] = {BAR("one", 7, ""), BAR("two", 7, ""), BAR("three", 7, "")};
static const vd_bar sample_huge[] = {BAR("largest double", DBL_MAX, "beyond counting"),
                                     BAR("half of it", DBL_MAX / 2, ""),
                                     BAR("a quarter", DBL_MAX / 4, ""), BAR("one", 1, "")};
static const vd_bar sample_tiny[] = {BAR("denormal", 5e-324, ""),
                                     BAR("smallest normal", DBL_MIN, "")};
static const vd_bar sample_fractions[] = {BAR("a", 0.975, ""), BAR("b", 0.5, ""),
                                          BAR("c", 0.0314159, ""), BAR("d", 0.0001, "")};

static const vd_bar sample_millions[] = {BAR("downloads", 2183000, ""),
                                         BAR("dependants", 1234567, ""), BAR("stars", 86, "")};

static const vd_bar sample_wide[] = {BAR("a package with a long name", -999999999999999, "a note"),
                                     BAR("another of that kind", 999999999999999, "")};
static const double sample_wide_sums[] = {0.5, 1};

static const double sample_bad_sums[] = {NAN, -1, 0.5, INFINITY, 0.2, 2, 0, 1, 1};

static const chart_sample chart_samples[] = {
    {"ten",
     {TEXT("Most affected repositories"), TEXT("2,183 occurrences of 834 CVEs in 86 repositories"),
      TEXT("occurrences"), BARS(sample_ten)}},
    {"one", {TEXT("CVEs by package"), TEXT(""), TEXT("CVEs"), BARS(sample_one)}},
    {"pareto",
     {TEXT("Occurrences by type of vulnerability"),
      TEXT("2,183 occurrences in 86 repositories; the line sums them up"), TEXT("occurrences"),
      BARS(sample_pareto), sample_pareto_sums}},
    {"long",
     {TEXT("Weaknesses with names that are much too long for any chart, and a title that goes on "
           "and "
           "on and on past the margin"),
      TEXT("A subtitle of the same kind: it says many things about what is shown, and it says them "
           "at "
           "a length no reader asked for, until it is cut"),
      TEXT("occurrences"), BARS(sample_long)}},
    {"scripts",
     {TEXT("Labels in other scripts: \xE6\xBC\x8F\xE6\xB4\x9E"), TEXT("Han, kana, Hangul, marks"),
      TEXT("count"), BARS(sample_scripts)}},
    {"hostile",
     {TEXT("<title> & \"quotes\""), TEXT("\xE2\x80\xAE reversed \x1b[2J"), TEXT("<&>"),
      BARS(sample_hostile)}},
    {"bad_sums",
     {TEXT("Sums that are none"), TEXT(""), TEXT(""), BARS(sample_hostile), sample_bad_sums}},
    {"wide",
     {TEXT("Wide numbers"), TEXT(""), TEXT("a long name of a unit"), BARS(sample_wide),
      sample_wide_sums}},
    {"empty", {.title = TEXT("Occurrences by package"), .subtitle = TEXT("since 2026-01-01")}},
    {"nothing", {.count = 0}},
    {"zero", {TEXT("Nothing found"), TEXT(""), TEXT("CVEs"), BARS(sample_zero)}},
    {"equal", {TEXT("All the same"), TEXT(""), TEXT("CVEs"), BARS(sample_equal)}},
    {"huge", {TEXT("Huge"), TEXT(""), TEXT("units"), BARS(sample_huge)}},
    {"tiny", {TEXT("Tiny"), TEXT(""), TEXT("units"), BARS(sample_tiny)}},
    {"fractions", {TEXT("Shares"), TEXT(""), TEXT("share"), BARS(sample_fractions)}},
    {"millions", {TEXT("Millions"), TEXT(""), TEXT("uses"), BARS(sample_millions)}},
};

// Bars of any number: a long tail, as packages have it.
typedef struct sample_tail {
  vd_bar bars[VD_CHART_BARS_MAX + 1];
  double sums[VD_CHART_BARS_MAX + 1];
  char labels[VD_CHART_BARS_MAX + 1][24];
  vd_chart chart;
} sample_tail;

static inline void sample_tail_make(sample_tail *t, size_t count) {
  static const char *const kinds[] = {"torch", "numpy-utils", "ml", "transformers-ext", "io"};
  double total = 0, sum = 0;
  for (size_t i = 0; i < count; i++) {
    (void)snprintf(t->labels[i], sizeof t->labels[i], "%s-%zu", kinds[i % VD_COUNT(kinds)], i + 1);
    t->bars[i] = (vd_bar){vd_view_of(t->labels[i]), floor(900 / (1 + (double)i * 0.35)), {0}};
    total += t->bars[i].value;
  }
  for (size_t i = 0; i < count; i++)
    t->sums[i] = (sum += t->bars[i].value) / total;
  t->chart = (vd_chart){VD_VIEW("Occurrences by package"),
                        VD_VIEW("The long tail"),
                        VD_VIEW("occurrences"),
                        t->bars,
                        count,
                        t->sums};
}

#undef BAR
#undef BARS
#undef TEXT
