#!/bin/sh
# Runs the example of the C API on the facts of the tests, and looks at what the library shows.
# usage: tests/api_example.sh VEDETTE EXAMPLE LIBVEDETTE
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$1" facts compile --from "$here/data/facts" --output "$scratch/k.db" >/dev/null

"$2" "$scratch/k.db" cve-2099-0001 pypi/torch-like >"$scratch/out"
for line in 'vulnerability CVE-2099-0001' '  -> has_weakness CWE-502  1\.00 by .* (stated) in .*' \
  'path, cost [0-9.]*, confidence 1\.00' '  -> affects pypi/torch-like .*'; do
  grep -q "^$line\$" "$scratch/out" || { echo "no line '$line' in:"; cat "$scratch/out"; exit 1; }
done

"$2" "$scratch/k.db" CVE-1999-1 CWE-502 2>"$scratch/err" && { echo 'an unknown id is found'; exit 1; }
grep -q "^nothing is known of 'CVE-1999-1'\$" "$scratch/err"

# Nothing but the declared functions can be linked against.
nm -D --defined-only "$3" | awk '{ print $3 }' | sort >"$scratch/shown"
grep -o 'vedette_[a-z_]*(' "$here/../include/vedette.h" | tr -d '(' | sort -u >"$scratch/declared"
diff "$scratch/declared" "$scratch/shown"
