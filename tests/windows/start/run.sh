#!/usr/bin/env bash
# Programs that start at the same moment, where Wine does not run yet: run.sh 64|32. Each ends at once with
# what it printed. None of them has become the parent of Wine's services, which would hold its output for
# minutes.
set -u
bits=$1
. "$(dirname "$0")/../tap.sh"
# A prefix of this test's own: no other test's Wine has to be stopped for it. Its files are the other's, but
# for the registry, which Wine writes.
prefix=$project/build-win$bits/wine
"$project/scripts/windows/wine-run.sh" "$bits" --ready || exit 1
export SCARDSSP_WINEPREFIX=$prefix-start
copy=$SCARDSSP_WINEPREFIX-$bits
rm -rf "$copy"
cp -al "$prefix" "$copy" && cp -a --remove-destination "$prefix"/*.reg "$copy" || exit 1
stop_and_clean_up() {
    "$project/scripts/windows/wine-run.sh" "$bits" --stop
    rm -rf "$copy"
    clean_up
}
trap stop_and_clean_up EXIT

programs=6
start_together() {
    local number
    for ((number = 0; number < programs; ++number)); do
        # The end of the pipe is what takes long, not that of the program.
        { wine cmd /c echo "program$number" 2>&1 | timeout 45 cat > "$scratch/together-$number"
          echo "${PIPESTATUS[*]}" > "$scratch/ended-$number"; } &
    done
    wait
}
each_has_printed() {
    local number bad=0
    for ((number = 0; number < programs; ++number)); do
        [ "$(tr -d '\r' < "$scratch/together-$number")" = "program$number" ] && [ "$(< "$scratch/ended-$number")" = '0 0' ] && continue
        echo "program $number: ended with $(< "$scratch/ended-$number")"
        cat "$scratch/together-$number"
        bad=1
    done
    return "$bad"
}
start_together
check 'programs started together where Wine does not run' each_has_printed
start_together
check 'programs started together where it does' each_has_printed

# 0x0040000 is ADDR_NO_RANDOMIZE, personality(2). Where nobody may say so to the kernel, chance has to do.
heap_keeps_its_place() {
    local flags
    flags=$(wine cmd /c type 'Z:\proc\self\personality' | tr -d '\r')
    [ "$flags" = 00040000 ] || ! setarch -R true 2> /dev/null || { echo "personality of a program: $flags"; return 1; }
}
check 'no program meets the page of Windows by chance' heap_keeps_its_place
finish
