// The two editions of NVD's files.
#pragma once

#include "feed/cve.h"

typedef struct vd_nvd_edition {
  vd_view list; // member of the document that holds the flaws
  vd_view date; // member that says when it was made
  vd_view (*id)(const vd_value *item);
  // Adds what one item of the list says.
  void (*read)(vd_cve *c, const vd_value *item);
} vd_nvd_edition;

extern const vd_nvd_edition vd_nvd_2;  // pages of the API and yearly files, since 2023
extern const vd_nvd_edition vd_nvd_11; // yearly files, retired in 2023
