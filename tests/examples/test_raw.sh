#!/usr/bin/env bash
# Programs over scardssp_card.h print what the same programs over PC/SC's own calls print, and are shorter:
# test_raw.sh SCARD MANAGER FOLDER. On the simulator the latter run over our PC/SC library.
. "$(dirname "$0")/../tools/tap.sh"
folder=$3
here=$(dirname "$0")
export SCARDSSP_RM=$manager
over=()
[ "$manager" != sim ] || over=("$scard" run --rm sim --)

# same NAME ARGUMENT...
same() {
    local name=$1
    shift
    "$folder/example_$name" "$@" > "$scratch/ours" && "${over[@]}" "$folder/raw_$name" "$@" > "$scratch/theirs" &&
        [ -s "$scratch/ours" ] && diff "$scratch/ours" "$scratch/theirs"
}
for name in readers transmit survive; do
    tap_check "$name prints the same over PC/SC's own calls" same $name
done
for name in transmit survive; do
    tap_check "$name does so with a name" same $name "$reader"
    scard=$folder/raw_$name
    [ "$manager" != sim ] || continue
    check "raw $name, no such reader" 1 '' "$name: Unknown reader specified." 'No such reader'
done

if [ "$manager" = sim ]; then
    lines=$here/../../scripts/compare-lines.py
    scard=$lines
    filter='s/[0-9][0-9]* *[0-9][0-9]*$/N N/'
    check 'the comparison' 0 'program                                       scardssp  PC/SC
readers    lists readers and ATRs                   N N
transmit   reads a file, T=0 or T=1                 N N
survive    reads through resets and removals        N N' ''
    # One offence each.
    cp -r "$here/../../examples" "$scratch/longer"
    raw_lines=$(grep -c . "$scratch/longer/raw/readers.c")
    printf 'int a_%d;\n' $(seq "$raw_lines") >> "$scratch/longer/readers.c"
    "$lines" "$scratch/longer" > /dev/null 2> "$scratch/said"
    tap_check 'a list that is longer is noticed' grep -q '^readers: .* are more than' "$scratch/said"
    printf 'int a_%d;\n' $(seq 12) >> "$scratch/longer/survive.c"
    "$lines" "$scratch/longer" > /dev/null 2> "$scratch/said"
    tap_check 'so is a program that is more than half as long' grep -q '^survive: .* are more than' "$scratch/said"
fi
finish
