// finding: the step from dependencies to ranked findings.
#pragma once

#include "scan/inventory.h"

// Matches every dependency of job->out and appends its findings, ranked.
vd_code vd_find_vulnerable(vd_job *job, vd_error *err) VD_MUST_USE;
