#!/bin/sh
# same_text.sh FILE COMMAND...: the command prints what stands in the file.
set -eu
file=$1
shift
"$@" | diff -u "$file" -
