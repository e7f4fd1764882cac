#!/usr/bin/env bash
# Wall time, CPU time and peak memory of `vedette scan`: of five runs after a warm-up, the one with
# the median wall time; for the terminal and the JSON report.
# usage: bench/scan_speed.sh VEDETTE FOLDER...
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,4p "$0"; exit 2; }
vedette=$1
shift

measure() { # FOLDER FORMAT
  local status
  for run in 0 1 2 3 4 5; do
    status=0
    measured=$(LC_ALL=C /usr/bin/time -q -f '%e %U %S %M' "$vedette" scan "$1" --format "$2" --output /dev/null \
      --quiet 2>&1 >/dev/null) || status=$?
    [ "$run" = 0 ] || printf '%s %s\n' "$(tail -1 <<<"$measured")" "$status"
  done | sort -n | awk -v folder="$(basename "$1")" -v format="$2" 'NR == 3 {
    printf "%-22s %-8s %7.2f %7.2f %8.1f %7d\n", folder, format, $1, $2 + $3, $4 / 1024, $5 }'
}

printf '%-22s %-8s %7s %7s %8s %7s\n' folder report 'wall s' 'cpu s' 'peak MB' status
for folder in "$@"; do
  measure "$folder" terminal
  measure "$folder" json
done
