#!/bin/sh
# Installs a build into a scratch folder and uses what is there.
# usage: tests/install.sh CMAKE BUILD
set -eu
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
"$1" --install "$2" --prefix "$prefix" >/dev/null

for file in bin/vedette share/vedette/knowledge.db share/man/man1/vedette.1 \
  share/bash-completion/completions/vedette share/zsh/vendor-completions/_vedette; do
  [ -s "$prefix/$file" ] || { echo "not installed, or empty: $file"; exit 1; }
done
bash -n "$prefix/share/bash-completion/completions/vedette"
grep -q '^\.SH' "$prefix/share/man/man1/vedette.1"
head -1 "$prefix/share/zsh/vendor-completions/_vedette" | grep -q '^#compdef vedette'

# It finds its knowledge base from where it stands now: tqdm 4.66.1 is known to be flawed.
echo 'tqdm==4.66.1' >"$prefix/requirements.txt"
status=0
"$prefix/bin/vedette" scan --quiet "$prefix/requirements.txt" >"$prefix/out" || status=$?
grep -q CVE-2024-34062 "$prefix/out" || { cat "$prefix/out"; exit 1; }
[ "$status" = 1 ]

# The library: header, both names, pkg-config file; the example builds and runs against what is there.
library=$(dirname "$(find "$prefix" -name 'libvedette.so.*.*.*')")
for file in "$prefix/include/vedette.h" "$library/libvedette.so" "$library/libvedette.so.0" \
  "$library/pkgconfig/vedette.pc"; do
  [ -s "$file" ] || { echo "not installed, or empty: $file"; exit 1; }
done
flags=$(PKG_CONFIG_PATH="$library/pkgconfig" pkg-config --define-variable=prefix="$prefix" --cflags --libs vedette)
here=$(cd "$(dirname "$0")/.." && pwd)
# A sanitized library needs its runtime, which a plain program does not bring: there it is only compiled against.
sanitized=$(nm -D --undefined-only "$library/libvedette.so" | grep -c __asan_ || true)
for compile in 'cc -std=c99' 'c++ -x c++'; do
  # shellcheck disable=SC2086 # words are meant to split
  $compile -Wall -Wextra -Werror -c "$here/examples/api/neighbours.c" -o "$prefix/neighbours.o" $flags
  [ "$sanitized" = 0 ] || continue
  # shellcheck disable=SC2086
  ${compile%% *} "$prefix/neighbours.o" -o "$prefix/neighbours" $flags
  LD_LIBRARY_PATH="$library" "$prefix/neighbours" "$prefix/share/vedette/knowledge.db" CVE-2024-34062 \
    tqdm >"$prefix/out"
  grep -q '^  -> affects pypi/tqdm ' "$prefix/out" || { cat "$prefix/out"; exit 1; }
done
