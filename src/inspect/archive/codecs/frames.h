// Skippable frames, which lz4 and zstd share.
#pragma once

#include "base/base.h"

// True when bytes begin with magic, in front of which skippable frames may stand.
bool vd_frame_begins(vd_view bytes, uint32_t magic);
