#!/usr/bin/env bash
# One PC/SC program, same.c, prints what each of its calls gives. On the library that the system has, with the
# PC/SC service and the demo card in its virtual reader; on ours, with the same card in a simulated reader of
# the same name; and on ours, which asks the system's: what they print differs where same.differences says so
# and why, and nowhere else.
#   test_same.sh SAME system SCARD IMAGE    (run-system.sh calls it so)
# IMAGE is the demo card's; the virtual reader's driver speaks T=1 only.
. "$(dirname "$0")/../support/kits/tap.sh"
same=$1 scard=$3 image=$4
differences=$(dirname "$0")/same.differences
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset SCARDSSP_RM SCARDSSP_TRACE SCARDSSP_TIMEOUT

sed 's/"protocols": \["T=0", "T=1"\]/"protocols": ["T=1"]/' "$image" > "$scratch/card.json"
cat > "$scratch/readers.json" <<JSON
{"format": "scardssp-readers", "version": 1,
 "readers": [{"name": "Virtual PCD 00 00", "card": "card.json"}, {"name": "Virtual PCD 00 01"}]}
JSON

ran() { # NAME COMMAND...
    local name=$1
    shift
    timeout --kill-after 5 100 "$@" > "$scratch/$name" 2> "$scratch/said" ||
        { echo "exit status $?"; cat "$scratch/said"; tail -3 "$scratch/$name"; return 1; }
    [ "$(wc -l < "$scratch/$name")" -gt 250 ] || { echo 'few lines'; tail -3 "$scratch/$name"; return 1; }
}

# What is different, in the list's words, is all listed. What is listed may be the same elsewhere, with
# another version of the service or of its driver.
compared() { # RUN NAME
    diff --old-line-format='< %L' --new-line-format='> %L' --unchanged-line-format= \
        "$scratch/system" "$scratch/$2" | sed "s/^/$1 /" | grep -v -x -F -f <(grep -v '^#' "$differences" | grep .)
    [ "${PIPESTATUS[2]}" -eq 1 ]
}

tap_check 'on the library of the system' ran system "$same"
tap_check 'on ours, over the simulator' ran sim "$scard" run --rm "sim:$scratch/readers.json" -- "$same"
tap_check 'on ours, over the library of the system' ran through "$scard" run --rm system -- "$same"
tap_check 'the same on the simulator' compared sim sim
tap_check 'the same through ours' compared system through
tap_plan
