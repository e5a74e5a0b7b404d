#!/usr/bin/env bash
# One source file, three programs: the ReAttach example with g++ for Linux, and for Windows with this
# project's header and with mingw-w64's own. All must print the same: three_ways.sh BITS DLL PROGRAM_OF_OURS
# PROGRAM_OF_MINGW The program for Linux is that of the ordinary build directory, which is brought up to date.
set -u
bits=$1 dll=$2
. "$(dirname "$0")/../tap.sh"
export SCARDSSP_RM=sim
ways=("$project/build/examples/example_reattach" "$3" "$4")
names=('Linux' "Windows, the project's header" "Windows, mingw-w64's header")

# The way of this number with these arguments: what it printed, what it complained of and its exit code, in
# lines of Unix.
run() {
    local way=$1 code=0
    shift
    if [ "$way" = 0 ]; then
        "${ways[0]}" "$@" > "$scratch/out" 2> "$scratch/err" || code=$?
    else
        wine "${ways[$way]}" "$@" > "$scratch/out" 2> "$scratch/err" || code=$?
    fi
    { cat "$scratch/out"; echo '-- errors'; cat "$scratch/err"; echo "-- exit code $code"; } | tr -d '\r'
}

# same NAME FILE WAY ARGUMENT...: the way prints and complains, byte for byte, as in the file.
same() {
    local name=$1 expected=$2
    shift 2
    run "$@" > "$scratch/got"
    cmp -s "$expected" "$scratch/got" || diff "$expected" "$scratch/got" > "$scratch/why"
    verdict "$name"
}

regsvr32() {
    wine regsvr32 /s "$@" "$(windows_path "$dll")" > /dev/null 2>&1
}

"$project/scripts/windows/wine-run.sh" "$bits" --ready > "$scratch/log" 2>&1 || { sed 's/^/# /' "$scratch/log"; echo 'Bail out! no Wine'; exit 1; }
mkdir -p "$project/build"
(
    flock 9
    # Meson puts the folder of the cross compiler's own tools first, whose assembler knows Windows only.
    PATH=$(tr : '\n' <<< "$PATH" | grep -v -e '-w64-mingw32' | paste -s -d :)
    [ -f "$project/build/build.ninja" ] || meson setup "$project/build" "$project" -Dtests=false
    ninja -C "$project/build" examples/example_reattach
) > "$scratch/log" 2>&1 9> "$project/build/.three_ways.lock" || { sed 's/^/# /' "$scratch/log"; echo 'Bail out! no program for Linux'; exit 1; }

cat > "$scratch/reset" << 'END'
other: ReAttach RESET        0x00000000
get_Status                   0x80100068
ReAttach SHARED              0x00000000
ReAttach EXCLUSIVE           0x8010000B
ReAttach EXCLUSIVE, alone    0x00000000
get_Status                   0x00000000
-- errors
-- exit code 0
END
printf -- '-- errors\nreattach: error 0x80100009\n-- exit code 1\n' > "$scratch/unknown"
printf -- '-- errors\nreattach: error 0x80040154\n-- exit code 1\n' > "$scratch/unregistered"

for way in 1 2; do
    same "${names[$way]}: not registered" "$scratch/unregistered" "$way"
done
regsvr32 || echo 'regsvr32 failed' > "$scratch/why"
verdict 'registered'
same "${names[0]}: a reset by another, ReAttach" "$scratch/reset" 0
run 0 > "$scratch/linux"
for way in 1 2; do
    same "${names[$way]}: the same" "$scratch/linux" "$way"
done
same "${names[0]}: no such reader" "$scratch/unknown" 0 'No such reader'
run 0 'No such reader' > "$scratch/linux"
for way in 1 2; do
    same "${names[$way]}: the same" "$scratch/linux" "$way" 'No such reader'
done
regsvr32 /u || echo 'regsvr32 /u failed' > "$scratch/why"
verdict 'unregistered'
for way in 1 2; do
    same "${names[$way]}: not registered any more" "$scratch/unregistered" "$way"
done
finish
