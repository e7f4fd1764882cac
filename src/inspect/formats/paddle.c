// PaddlePaddle programs: a protobuf ProgramDesc.
// https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/framework/framework.proto
#include "inspect/inspect.h"
#include "inspect/protobuf.h"

enum {
  PROGRAM_BLOCK = 1,
  PROGRAM_VERSION = 4,
  BLOCK_VARIABLE = 3,
  BLOCK_OPERATOR = 4,
  OPERATOR_TYPE = 3,
  OPERATOR_ATTRIBUTE = 4,
  ATTRIBUTE_NAME = 1,
  ATTRIBUTE_TEXT = 5,
};

static const vd_field_rule program_rules[] = {{PROGRAM_BLOCK, VD_WIRE_BYTES, true},
                                              {PROGRAM_VERSION, VD_WIRE_BYTES, false},
                                              {5, VD_WIRE_BYTES, false}};
static const vd_field_rule block_rules[] = {{1, VD_WIRE_VARINT, true},
                                            {2, VD_WIRE_VARINT, true},
                                            {BLOCK_VARIABLE, VD_WIRE_BYTES, false},
                                            {BLOCK_OPERATOR, VD_WIRE_BYTES, false},
                                            {5, VD_WIRE_VARINT, false}};

static bool recognise(const vd_artefact *a) {
  vd_reader r = vd_reader_of(a->bytes);
  vd_view block;
  return vd_message_is(a->bytes, program_rules, VD_COUNT(program_rules), true) &&
         vd_message_each(&r, PROGRAM_BLOCK, &block) &&
         vd_message_is(block, block_rules, VD_COUNT(block_rules), false) &&
         vd_message_bytes(block, BLOCK_OPERATOR).ptr != NULL;
}

// Operators that reach beyond the program, and the attribute that says where.
static const struct {
  const char *type;
  vd_check_id check;
  const char *attribute;
} operators[] = {{"py_func", VD_CHECK_PADDLE_EXECUTES, "forward_callable_id"},
                 {"py_layer", VD_CHECK_PADDLE_EXECUTES, ""},
                 {"pylayer", VD_CHECK_PADDLE_EXECUTES, ""},
                 {"read_file", VD_CHECK_PADDLE_FILE, "filename"},
                 {"load", VD_CHECK_PADDLE_FILE, "file_path"},
                 {"load_combine", VD_CHECK_PADDLE_FILE, "file_path"},
                 {"save", VD_CHECK_PADDLE_FILE, "file_path"},
                 {"save_combine", VD_CHECK_PADDLE_FILE, "file_path"},
                 {"listen_and_serv", VD_CHECK_PADDLE_FILE, "endpoint"},
                 {"send", VD_CHECK_PADDLE_FILE, ""},
                 {"recv", VD_CHECK_PADDLE_FILE, ""},
                 {"recv_save", VD_CHECK_PADDLE_FILE, "file_path"},
                 {"checkpoint_notify", VD_CHECK_PADDLE_FILE, "dirname"}};

static vd_view attribute_text(vd_view op, const char *name) {
  vd_reader r = vd_reader_of(op);
  vd_view attribute;
  while (vd_message_each(&r, OPERATOR_ATTRIBUTE, &attribute))
    if (vd_view_eq(vd_message_bytes(attribute, ATTRIBUTE_NAME), vd_view_of(name)))
      return vd_message_bytes(attribute, ATTRIBUTE_TEXT);
  return (vd_view){"", 0};
}

static vd_code check_operator(vd_inspection *in, const vd_artefact *a, vd_view op) {
  vd_view type = vd_message_bytes(op, OPERATOR_TYPE);
  for (size_t i = 0; i < VD_COUNT(operators); i++) {
    if (!vd_view_eq(type, vd_view_of(operators[i].type)))
      continue;
    vd_view text = vd_view_first(attribute_text(op, operators[i].attribute), VD_QUOTE_MAX);
    uint64_t at = (uint64_t)(op.ptr - a->bytes.ptr);
    if (text.len == 0)
      return vd_observe(in, operators[i].check, at, "%s", operators[i].type);
    return vd_observe(in, operators[i].check, at, "%s(\"%.*s\")", operators[i].type, VD_ARG(text));
  }
  return VD_OK;
}

static vd_code read_block(vd_inspection *in, const vd_artefact *a, vd_view block, uint64_t *ops) {
  vd_reader r = vd_reader_of(block);
  vd_view op;
  while (vd_message_each(&r, BLOCK_OPERATOR, &op)) {
    ++*ops;
    VD_TRY(check_operator(in, a, op));
  }
  return r.failed ? VD_FORMAT : VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_reader r = vd_reader_of(a->bytes);
  vd_view block;
  uint64_t ops = 0, blocks = 0;
  vd_code code = VD_OK;
  for (; code == VD_OK && vd_message_each(&r, PROGRAM_BLOCK, &block); blocks++)
    code = read_block(in, a, block, &ops);
  if (code == VD_NOMEM)
    return code;
  vd_view version = vd_message_bytes(a->bytes, PROGRAM_VERSION);
  VD_TRY(
      vd_model_set(in, "program version", "%llu", (unsigned long long)vd_message_int(version, 1)));
  VD_TRY(vd_model_set(in, "operators", "%llu", (unsigned long long)ops));
  if (!r.failed && code == VD_OK && blocks != 0)
    return VD_OK;
  (void)vd_fail(err, VD_FORMAT, blocks == 0 ? "it has no blocks" : "it is cut or damaged");
  return err->offset = vd_reader_offset(&r), VD_FORMAT;
}

const vd_format vd_format_paddle = {
    .name = "paddle",
    .description = "PaddlePaddle programs",
    .patterns = "*.pdmodel",
    .recognise = recognise,
    .inspect = inspect,
};
