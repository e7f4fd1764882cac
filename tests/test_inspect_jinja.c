// Chat templates: internals of Python, exhaustion, files, hidden text; honest templates are clean.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good_chatml.jinja", "chat_template.jinja", CLEAN, VD_SEVERITY_INFO},
    {"good_tools.jinja", "chat_template.jinja", CLEAN, VD_SEVERITY_INFO},
    {"good_raw.jinja", "chat_template.jinja", CLEAN, VD_SEVERITY_INFO},
    {"good_think.jinja", "chat_template.jinja", CLEAN, VD_SEVERITY_INFO},
    {"class.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"globals.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"subscript.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"attr.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"hexed.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"octal.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"tilde.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"joined.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"formatted.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"reverse.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"upper.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"dict.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"apart.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"map.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"request.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"lipsum.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"frame.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"unclosed.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"mail.template", NULL, VD_CHECK_TEMPLATE_INJECTION, VD_SEVERITY_CRITICAL},
    {"include.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_FILE, VD_SEVERITY_MEDIUM},
    {"import.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_FILE, VD_SEVERITY_MEDIUM},
    {"bomb.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_BOMB, VD_SEVERITY_MEDIUM},
    {"bomb_one.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_BOMB, VD_SEVERITY_MEDIUM},
    {"power.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_BOMB, VD_SEVERITY_MEDIUM},
    {"grow.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_BOMB, VD_SEVERITY_MEDIUM},
    {"trigger.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_TRIGGER, VD_SEVERITY_MEDIUM},
    {"orders.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_ORDERS, VD_SEVERITY_MEDIUM},
    {"system.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_ORDERS, VD_SEVERITY_INFO},
    {"tags.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_HIDDEN, VD_SEVERITY_HIGH},
    {"zero.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_HIDDEN, VD_SEVERITY_HIGH},
    {"override.jinja", "chat_template.jinja", VD_CHECK_TEMPLATE_HIDDEN, VD_SEVERITY_HIGH},
};

Test(jinja, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("jinja", &samples[i]);
}

Test(jinja, cut_and_changed_samples_are_survived) {
  torture_sample("jinja", "good_tools.jinja", "chat_template.jinja");
  torture_sample("jinja", "trigger.jinja", "chat_template.jinja");
  torture_sample("jinja", "brackets.jinja", "chat_template.jinja");
  torture_sample("jinja", "dict.jinja", "chat_template.jinja");
}

Test(jinja, every_failing_allocation_is_survived) {
  starve_sample("jinja", "good_tools.jinja", "chat_template.jinja");
  starve_sample("jinja", "trigger.jinja", "chat_template.jinja");
  starve_sample("jinja", "brackets.jinja", "chat_template.jinja");
  starve_sample("jinja", "dict.jinja", "chat_template.jinja");
}

Test(jinja, pages_of_websites_are_left_alone) {
  static const char text[] = "{% extends 'base.html' %}{{ request.path }}{{ url_for('x') }}";
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), scratch = VD_ARENA(1 << 20);
  vd_inspection in = sample_inspect(&a, &scratch, "page.jinja", vd_view_of(text));
  cr_expect(in.model.formats.count == 0 && in.observations.count == 0);
}

Test(jinja, the_flag_of_a_region_is_no_hidden_text) {
  static const char text[] =
      "{{ messages }}\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xbf";
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), scratch = VD_ARENA(1 << 20);
  vd_inspection in = sample_inspect(&a, &scratch, "chat_template.jinja", vd_view_of(text));
  cr_expect(sample_find(&in, VD_CHECK_TEMPLATE_HIDDEN) == NULL);
}
