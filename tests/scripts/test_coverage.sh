#!/usr/bin/env bash
# Tries scripts/coverage-bars.py, by which `make coverage` fails, on counts that are given: it passes where
# every part reaches its bar, and says which does not. Reports in TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. tests/support/kits/tap.sh

# A file of which so many of a thousand lines are reached, and half of its branches.
counted() { # FILE LINES
    printf '{"filename": "%s", "line_total": 1000, "line_covered": %d, "branch_total": 200, "branch_covered": 100}' "$1" "$2"
}

# A file for each part that has a bar, and one that is in none but src/. All reach it, but for the one.
summary() { # FILE LINES: of the one
    local names=(src/client/attachment.c src/apdu/exchange.c src/apdu/apdu.c src/apdu/sw.c src/slots/reader.c
                 src/backends/pcsc/watch.c src/rm/status.c) comma= name
    printf '{"files": ['
    for name in "${names[@]}"; do
        printf '%s' "$comma"
        comma=,
        if [ "$name" = "$1" ]; then counted "$name" "$2"; else counted "$name" 990; fi
    done
    printf ']}'
}

# What comes out: the exit status, and the names of the parts that are under their bars.
comes_out() { # STATUS UNDER FILE LINES
    local status=0 under
    summary "$3" "$4" > "$scratch/summary.json"
    scripts/coverage-bars.py "$scratch/summary.json" > "$scratch/said" || status=$?
    under=$(grep 'UNDER ITS BAR' "$scratch/said" | cut -d' ' -f1 | paste -sd ' ')
    [ "$status $under" = "$1 $2" ] || { echo "exit status $status, under: $under"; cat "$scratch/said"; return 1; }
}

tap_check 'all parts reach their bars' comes_out 0 '' none 0
tap_check 'lines and branches are told' grep -q '^src/slots/ .*lines  99.0 % of   1000 (bar 99 %), branches  50.0 % of    200$' "$scratch/said"
tap_check 'attachment.c does not' comes_out 1 src/client/attachment.c src/client/attachment.c 989
tap_check 'a file of the exchange engine does not' comes_out 1 exchange src/apdu/apdu.c 900
tap_check 'slots/ does not' comes_out 1 src/slots/ src/slots/reader.c 989
tap_check 'backends/pcsc/ does not' comes_out 1 src/backends/pcsc/ src/backends/pcsc/watch.c 989
tap_check 'src/ as a whole does not' comes_out 1 src/ src/rm/status.c 800
echo '{"files": []}' > "$scratch/summary.json"
nothing() {
    ! scripts/coverage-bars.py "$scratch/summary.json" > "$scratch/said" && [ "$(grep -c 'UNDER ITS BAR' "$scratch/said")" -eq 5 ]
}
tap_check 'nothing that was counted is not enough' nothing
tap_plan
