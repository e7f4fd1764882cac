// Looking at the bytes of tensors: a bounded sample, its statistics, and files hidden in it.
#pragma once

#include "inspect/inspect.h"

// Pages of one tensor; the first ones are its beginning, without gaps.
typedef struct vd_weights_sample {
  vd_view pages[VD_WEIGHTS_PAGES_MAX];
  size_t count;
} vd_weights_sample;

// How the elements of a tensor are made up; bytes == 0 when they are no floats.
typedef struct vd_float_layout {
  unsigned bytes, exponent_bits, mantissa_bits;
} vd_float_layout;

vd_float_layout vd_float_layout_of(vd_dtype d); // complex numbers are two floats

// Samples a tensor, and says what is in it; what vd_model_tensor does beside counting. For storages
// whose tensors are counted elsewhere.
vd_code vd_weights_look(vd_inspection *in, const vd_tensor *t) VD_MUST_USE;

// Chooses what to look at and takes it off in->sample.
void vd_weights_sample_of(vd_inspection *in, const vd_tensor *t, vd_weights_sample *out);

// What the bits of floats say: not finite, dead, extreme, random. Nothing of integers. The evenness
// of low bits is no evidence: uniform initialisation alone makes them uneven.
vd_code vd_weights_measure(vd_inspection *in, const vd_tensor *t,
                           const vd_weights_sample *s) VD_MUST_USE;

// Files in the bytes of the sample, and in the low bits of the first elements.
vd_code vd_weights_search(vd_inspection *in, const vd_tensor *t,
                          const vd_weights_sample *s) VD_MUST_USE;
// "a zip archive", "text", NULL: what files begin with, by enough bytes to meet none by chance.
// plain: text counts.
const char *vd_payload_of(vd_view bytes, bool plain);

// The low `take` bits of elements of so many bytes, the high bit or byte of each first (big) or
// last.
typedef struct vd_low_bits_of {
  unsigned element, take;
  bool big;
} vd_low_bits_of;

// Unpacks them from the elements at the start of bytes into out; returns the bytes written, at most
// size.
size_t vd_low_bits(vd_view bytes, vd_low_bits_of how, char *out, size_t size);
