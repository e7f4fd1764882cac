#!/usr/bin/env bash
# Writes out the work trees of the five benchmark repositories from git directories that lie in
# MIRROR as OWNER+NAME/repo, OWNER+NAME.git or NAME.git. A snapshot may lack its largest blobs, so
# files are written one by one and the absent ones counted. Nothing of it belongs in this repository.
# usage: bench/repositories.sh MIRROR TARGET
set -euo pipefail
repositories=(x4nth055/pythoncode-tutorials huggingface/diffusers huggingface/peft
  facebookresearch/fairseq Lightning-AI/pytorch-lightning)
[ $# = 2 ] || { sed -n 2,5p "$0"; exit 2; }
mirror=$1 target=$2

git_dir() { # of OWNER/NAME
  local dir
  for dir in "$mirror/${1/\//+}/repo" "$mirror/${1/\//+}.git" "$mirror/${1#*/}.git"; do
    [ -d "$dir" ] && { echo "$dir"; return; }
  done
  echo "no git directory for $1 below $mirror" >&2
  return 1
}

write_tree() { # GIT_DIR FOLDER
  local mode object path written=0 absent=0
  while IFS=' ' read -r -d '' mode _ object path; do
    mkdir -p "$2/$(dirname "$path")"
    if [ "$mode" = 160000 ]; then
      continue # a submodule
    elif [ "$mode" = 120000 ]; then
      ln -sfn "$(git -C "$1" cat-file blob "$object")" "$2/$path"
    elif ! git -C "$1" cat-file blob "$object" >"$2/$path" 2>/dev/null; then
      rm -f "$2/$path"
      absent=$((absent + 1))
      continue
    fi
    written=$((written + 1))
  done < <(git -C "$1" ls-tree -r -z --format='%(objectmode) %(objecttype) %(objectname) %(path)' HEAD)
  printf '%-22s %s  %5d files, %d absent from the snapshot\n' "$(basename "$2")" \
    "$(git -C "$1" rev-parse --short=12 HEAD)" "$written" "$absent"
}

for repository in "${repositories[@]}"; do
  git=$(git_dir "$repository")
  write_tree "$git" "$target/${repository#*/}"
done
