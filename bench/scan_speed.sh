#!/usr/bin/env bash
# Wall time, CPU time and peak memory of `vedette scan`: the median of five runs after one warm-up.
# usage: bench/scan_speed.sh VEDETTE FOLDER...
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,3p "$0"; exit 2; }
vedette=$1
shift
printf '%-24s %9s %9s %9s %7s\n' folder 'wall s' 'cpu s' 'peak MB' status
for folder in "$@"; do
  for run in 0 1 2 3 4 5; do
    status=0
    measured=$(LC_ALL=C /usr/bin/time -q -f '%e %U %S %M' "$vedette" scan "$folder" --format json --output /dev/null \
      --quiet 2>&1 >/dev/null) || status=$?
    [ "$run" = 0 ] || printf '%s %s\n' "$(tail -1 <<<"$measured")" "$status"
  done | sort -n | awk -v folder="$(basename "$folder")" 'NR == 3 {
    printf "%-24s %9.2f %9.2f %9.1f %7d\n", folder, $1, $2 + $3, $4 / 1024, $5 }'
done
