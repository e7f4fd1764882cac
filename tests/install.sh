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
