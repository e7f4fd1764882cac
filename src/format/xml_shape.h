// What must hold of XML before libxml2 sees it.
#pragma once

#include "base/base.h"

// UTF-8 without NUL (libxml2 would take other bytes for another encoding), below its size limit,
// and no tag with more than VD_XML_ATTRIBUTES_MAX attributes, whose reading takes quadratic time.
vd_code vd_xml_check_shape(vd_view bytes, vd_error *err) VD_MUST_USE;
