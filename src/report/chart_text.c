// Text of charts: made harmless, measured without any font file, and cut to fit.
#include "report/chart_layout.h"

// Advances of DejaVu Sans (regular) from U+0020 to U+007E, in thousandths of the em.
static const uint16_t advances[] = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

enum {
  EM = 1000,
  OTHER_ADVANCE = 720, // nine of ten letters of Latin, Greek and Cyrillic are narrower
};

static const double BOLD_WIDER = 1.15; // DejaVu Sans Bold in running text

static const char ellipsis[] = "\xE2\x80\xA6";

typedef struct range {
  uint32_t first, last;
} range;

// Marks that belong to the letter before them although they take a column: vowel signs of
// Devanagari and Thai, Hangul jamo, kana voicing, skin tones.
static const range marks[] = {{0x900, 0x903},   {0x93A, 0x93C},   {0x93E, 0x94F},
                              {0xE31, 0xE31},   {0xE34, 0xE3A},   {0xE47, 0xE4E},
                              {0x1161, 0x11FF}, {0x3099, 0x309A}, {0x1F3FB, 0x1F3FF}};

static vd_view first_letter(vd_view v) {
  uint32_t cp;
  size_t n = vd_utf8_decode(v, &cp);
  return vd_view_first(v, n == 0 ? 1 : n);
}

static bool is_mark(vd_view letter) {
  uint32_t cp;
  if (vd_utf8_decode(letter, &cp) == 0)
    return false;
  for (size_t i = 0; i < VD_COUNT(marks); i++)
    if (cp >= marks[i].first && cp <= marks[i].last)
      return true;
  return vd_text_columns(letter) == 0;
}

// U+FFFE and U+FFFF are valid UTF-8, but no character of XML.
static bool is_forbidden(vd_view letter) {
  uint32_t cp;
  return vd_utf8_decode(letter, &cp) != 0 && (cp == 0xFFFE || cp == 0xFFFF);
}

vd_view vd_chart_clean(vd_arena *a, vd_view v) {
  VD_SCOPED_BUF b = VD_BUF(VD_CHART_ESCAPED_MAX);
  unsigned run = 0;
  vd_view rest = v;
  while (rest.len != 0) {
    vd_view letter = first_letter(rest);
    if (v.len - rest.len + letter.len > VD_CHART_TEXT_MAX)
      break;
    rest = vd_view_from(rest, letter.len);
    run = is_mark(letter) ? run + 1 : 0;
    if (is_forbidden(letter))
      vd_buf_put(&b, VD_VIEW("\xEF\xBF\xBD"));
    else if (run <= VD_CHART_MARKS_MAX)
      vd_buf_put_escaped(&b, letter);
  }
  if (rest.len != 0)
    vd_buf_put(&b, vd_view_of(ellipsis));
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

static unsigned advance_of(vd_view letter) {
  unsigned char c = (unsigned char)letter.ptr[0];
  if (c >= 0x20 && c < 0x20 + VD_COUNT(advances))
    return advances[c - 0x20];
  uint32_t cp = 0;
  size_t columns = vd_text_columns(letter);
  (void)vd_utf8_decode(letter, &cp);
  // Dashes and dots, our ellipsis among them, and what stands for bad characters.
  if ((cp >= 0x2010 && cp <= 0x2027) || cp == 0xFFFD)
    return EM;
  return columns == 0 ? 0 : columns == 1 && letter.len < 4 ? OTHER_ADVANCE : EM;
}

static double width_of(vd_view letter, double size) { return advance_of(letter) * size / EM; }

double vd_chart_width(vd_view clean, double size, bool bold) {
  unsigned long sum = 0;
  while (clean.len != 0) {
    vd_view letter = first_letter(clean);
    sum += advance_of(letter);
    clean = vd_view_from(clean, letter.len);
  }
  return (double)sum * size / EM * (bold ? BOLD_WIDER : 1);
}

vd_view vd_chart_fit(vd_arena *a, vd_view clean, double size, double most) {
  if (vd_chart_width(clean, size, false) <= most)
    return clean;
  double used = width_of(vd_view_of(ellipsis), size);
  size_t kept = 0, at = 0;
  while (at < clean.len && used <= most) {
    vd_view letter = first_letter(vd_view_from(clean, at));
    kept = is_mark(letter) ? kept : at;
    used += width_of(letter, size);
    at += letter.len;
  }
  while (kept != 0 && clean.ptr[kept - 1] == ' ')
    kept--;
  char *copy = vd_new_array(a, char, kept + sizeof ellipsis);
  if (copy == NULL)
    return (vd_view){0};
  memcpy(copy, clean.ptr, kept);
  memcpy(copy + kept, ellipsis, sizeof ellipsis - 1);
  return (vd_view){copy, kept + sizeof ellipsis - 1};
}
