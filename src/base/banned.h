// Functions that cannot be used safely on untrusted input: after the libc headers that declare them
// are in, any use is a compile error.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// glibc's fortified headers make some of them macros for clang; those are not needed either.
#undef sprintf
#undef vsprintf

#ifndef __cplusplus
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok gets atoi atol atof       \
    mktemp tmpnam
#endif
