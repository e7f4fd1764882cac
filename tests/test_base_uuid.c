// Name-based UUIDs. The values are those of RFC 9562 (A.4) and of Python's uuid.uuid5.
#include "base/base.h"

#include <criterion/criterion.h>

// 6ba7b810-9dad-11d1-80b4-00c04fd430c8, the namespace of domain names.
static const uint8_t dns[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

static void check(vd_view name, const char *expected) {
  char text[VD_UUID_TEXT];
  vd_uuid5(dns, name, text);
  cr_assert(strcmp(text, expected) == 0, "%s, not %s", text, expected);
}

Test(uuid, published_example) {
  check(VD_VIEW("www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

// Namespace and name together fill a block of SHA-1 (64 bytes) but for its length, or spill over.
Test(uuid, every_way_to_end_a_block) {
  static const struct {
    size_t length; // of a name of so many letters x
    const char *uuid;
  } cases[] = {
      {0, "4ebd0208-8328-5d69-8c44-ec50939c0967"},   {1, "05b16a01-46c6-56dd-bd6e-c6dfb4a1427a"},
      {38, "f3ddef67-6e5b-53ca-baa2-12b379ef6ced"},  {39, "2f80c0d1-1c62-579f-8d68-e61ad5592c9b"},
      {40, "e56fd57a-7633-5e1d-8f80-70e05ac413e5"},  {47, "a112377b-8258-5ef7-b5b0-d2540bc03abb"},
      {48, "83993b6c-dea9-55ca-be5b-9989c85943fc"},  {49, "a0f0b33b-afbf-5cad-b334-d8140d5af575"},
      {103, "69b5a616-6ae8-5c37-8b46-37d527314c4d"}, {104, "c917ca2c-8395-5e00-8f28-a898d41a4b8d"},
      {112, "0243b19e-8bd4-5b57-95a2-1fcacc3142a0"}, {1000, "f6d12730-a238-51ed-bf69-3689855f9bbf"},
  };
  char name[1000];
  memset(name, 'x', sizeof name);
  for (size_t i = 0; i < VD_COUNT(cases); i++)
    check((vd_view){name, cases[i].length}, cases[i].uuid);
}
