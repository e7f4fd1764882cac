// The attributes of a TensorFlow node, and the texts and tensors of constants.
#include "inspect/tensorflow/node.h"

#include "inspect/protobuf.h"

enum {
  NODE_ATTRIBUTE = 5,
  ATTRIBUTE_LIST = 1,
  ATTRIBUTE_TEXT = 2,
  ATTRIBUTE_TENSOR = 8,
  LIST_TEXT = 2,
  TENSOR_TYPE = 1,
  TENSOR_SHAPE = 2,
  TENSOR_CONTENT = 4,
  TENSOR_TEXT = 8,
  TYPE_TEXT = 7,
};

vd_view vd_tf_attribute(vd_view node, const char *name) {
  vd_reader r = vd_reader_of(node);
  vd_view entry;
  while (vd_message_each(&r, NODE_ATTRIBUTE, &entry))
    if (vd_view_eq(vd_message_bytes(entry, 1), vd_view_of(name)))
      return vd_message_bytes(entry, 2);
  return (vd_view){0};
}

static vd_dtype dtype_of(uint64_t type) {
  static const vd_dtype types[] = {
      [1] = VD_DTYPE_F32,   [2] = VD_DTYPE_F64,   [3] = VD_DTYPE_I32,  [4] = VD_DTYPE_U8,
      [5] = VD_DTYPE_I16,   [6] = VD_DTYPE_I8,    [8] = VD_DTYPE_C64,  [9] = VD_DTYPE_I64,
      [10] = VD_DTYPE_BOOL, [14] = VD_DTYPE_BF16, [17] = VD_DTYPE_U16, [18] = VD_DTYPE_C128,
      [19] = VD_DTYPE_F16,  [22] = VD_DTYPE_U32,  [23] = VD_DTYPE_U64};
  return type < VD_COUNT(types) ? types[type] : VD_DTYPE_OTHER;
}

bool vd_tf_constant_tensor(vd_view node, vd_tensor *out) {
  vd_view tensor = vd_message_bytes(vd_tf_attribute(node, "value"), ATTRIBUTE_TENSOR), dim;
  if (tensor.ptr == NULL || vd_message_int(tensor, TENSOR_TYPE) == TYPE_TEXT ||
      vd_message_bytes(tensor, TENSOR_TEXT).ptr != NULL)
    return false;
  vd_tensor t = {.name = vd_message_bytes(node, VD_TF_NODE_NAME),
                 .dtype = dtype_of(vd_message_int(tensor, TENSOR_TYPE)),
                 .bytes = vd_message_bytes(tensor, TENSOR_CONTENT)};
  vd_reader r = vd_reader_of(vd_message_bytes(tensor, TENSOR_SHAPE));
  while (vd_message_each(&r, 2, &dim) && t.rank < VD_TENSOR_RANK_MAX) {
    uint64_t n = vd_message_int(dim, 1);
    t.shape[t.rank++] = n > INT64_MAX ? 0 : n;
  }
  *out = t;
  return true;
}

static uint64_t elements_of(vd_view tensor) {
  vd_reader r = vd_reader_of(vd_message_bytes(tensor, TENSOR_SHAPE));
  vd_view dim;
  uint64_t n = 1;
  while (vd_message_each(&r, 2, &dim))
    if (__builtin_mul_overflow(n, vd_message_int(dim, 1), &n))
      return UINT64_MAX;
  return n;
}

// The first of texts that are kept as bytes: all lengths, then all texts.
static vd_view packed_text(vd_view tensor) {
  vd_reader r = vd_reader_of(vd_message_bytes(tensor, TENSOR_CONTENT));
  uint64_t n = elements_of(tensor), first = vd_read_varint(&r);
  for (uint64_t i = 1; i < n && !r.failed; i++)
    (void)vd_read_varint(&r);
  vd_view text = vd_read_bytes(&r, first);
  return r.failed ? (vd_view){0} : text;
}

vd_view vd_tf_constant_text(vd_view node) {
  vd_view tensor = vd_message_bytes(vd_tf_attribute(node, "value"), ATTRIBUTE_TENSOR), text;
  vd_reader r = vd_reader_of(tensor);
  return vd_message_each(&r, TENSOR_TEXT, &text) ? text : packed_text(tensor);
}

vd_view vd_tf_attribute_text(vd_view node, const char *name) {
  vd_view attribute = vd_tf_attribute(node, name);
  vd_view text = vd_message_bytes(attribute, ATTRIBUTE_TEXT);
  if (text.ptr == NULL)
    text = vd_message_bytes(vd_message_bytes(attribute, ATTRIBUTE_LIST), LIST_TEXT);
  return text;
}
