#!/usr/bin/env bash
# scard run: a program of others is led to the library, with the resource manager asked for, and its end is
# the tool's. The program here is the shell, which shows what it was given; tests/peers/ has real ones.
. "$(dirname "$0")/../tap.sh"

hint="
Try 'scard run --help'."
scard=$(realpath "$scard")
folder=$(realpath "$(dirname "$scard")/../../src/dropin")
library=$folder/libscardssp-pcsc.so
unset LD_LIBRARY_PATH LD_PRELOAD LIBPCSCLITE_DELEGATE SCARDSSP_CARD_TIMEOUT

check 'no program' 2 '' "scard run: which program?$hint" run
check 'no program behind the options' 2 '' "scard run: which program?$hint" run --rm sim --
run_rm() {
    local said code=0
    said=$("$scard" run --rm nothing -- true 2>&1) || code=$?
    [ "$code" -eq 1 ] && grep -q "^scard: cannot use the resource manager 'nothing': E_INVALIDARG .* no resource manager \"nothing\"" <<< "$said" ||
        { echo "$code: $said"; return 1; }
}
tap_check 'an unknown resource manager' run_rm
check 'a trace of no level' 2 '' "scard run: --trace wants 1|2, not '3'$hint" run --trace 3 -- true
check 'there is no such program' 127 '' \
    "scard: cannot start '/no/such/program': No such file or directory; give its path, or see whether it is installed" \
    run --rm sim -- /no/such/program
check 'a program that may not be run' 126 '' \
    "scard: cannot start '/dev/null': Permission denied; see whether it may be run here" run --rm sim -- /dev/null
check 'the exit status is the program'"'"'s' 42 '' '' run --rm sim -- sh -c 'exit 42'
check 'options behind the program are its own' 0 '--rm x' '' run --rm sim echo --rm x
check 'and so are those behind two dashes' 0 '-t 2' '' run -- echo -t 2

show='echo "$SCARDSSP_RM|$SCARDSSP_TRACE|$SCARDSSP_TRACE_FILE|$LD_LIBRARY_PATH|$LD_PRELOAD|$LIBPCSCLITE_DELEGATE"'
check 'what the program is given' 0 "sim|||$folder||$library" '' run --rm sim -- sh -c "$show"
check 'the tool'"'"'s own --rm and --trace are the program'"'"'s' 0 "sim|2||$folder||$library" '' \
    --rm sim --trace 2 run -- sh -c "$show"
check 'of two resource managers the nearer one' 0 "sim:|||$folder||$library" '' --rm sim run --rm sim: -- sh -c "$show"
check 'nothing is changed that was not asked for' 0 "|||$folder||$library" '' run -- sh -c "$show"
# A sanitizer's own library wants to come first, in the shell, too.
ldd "$library" | grep -q -E 'lib(asan|tsan)' ||
    check 'loaded before all others' 0 "sim|1||$folder|$library|$library" '' run --rm sim --trace 1 --preload -- sh -c "$show"
check 'a file for the trace' 0 "sim|1|$PWD/trace.txt|$folder||$library" '' \
    run --rm sim --trace-file trace.txt -- sh -c "$show"
check 'time for a first card' 0 '2500000' '' run --rm sim --wait 2500 -- sh -c 'echo "$SCARDSSP_CARD_TIMEOUT"'
check 'and none by itself' 0 '' '' run --rm sim -- sh -c 'printf %s "$SCARDSSP_CARD_TIMEOUT"'
LD_LIBRARY_PATH=/elsewhere
export LD_LIBRARY_PATH
check 'what the loader had goes on' 0 "sim|||$folder:/elsewhere||$library" '' run --rm sim -- sh -c "$show"
unset LD_LIBRARY_PATH
cd "$scratch" || exit 1
printf '{"format": "scardssp-readers", "version": 1,\n "readers": [{"name": "First", "card": "app"}]}\n' > readers.json
check 'a file is found from everywhere' 0 "sim:$(pwd)/readers.json|||$folder||$library" '' \
    run --rm sim:readers.json -- sh -c "cd /; $show"

# Fault scripts: read by the tool, played for the program, and shrunk.
faults=$(pwd)
echo 'after x: drop' > "$faults/bad"
check 'a fault script that is none' 1 '' \
    "scard: $faults/bad:1:7: expected a number up to 999999999, found 'x'; scard run --help shows the words of a script" \
    run --faults "$faults/bad" -- true
check 'to shrink nothing' 2 '' "scard run: --shrink wants --faults FILE$hint" run --shrink -- true
printf '%s\n' '# much of it has nothing to do with it' 'ins B0 after 90: sw 6F00' 'after 900: stop' \
    'ins 84 after 6 times 3: sw 6A82' 'ins 84 times 2: delay 5 ms' 'reader "None": mute' > "$faults/long"
check 'what the program is told of it' 0 "$faults/long" '' run --rm sim --faults "$faults/long" -- sh -c 'echo "$SCARDSSP_FAULTS"'
cat > "$faults/ask" <<END
#!/bin/sh
for i in 1 2 3 4 5 6 7 8; do set -- "\$@" '00 84 00 00 08 => 9000'; done
exec "$scard" --rm sim apdu -r 'Reader 00' "\$@"
END
chmod +x "$faults/ask"
shrink() {
    local said
    "$faults/ask" > "$faults/out" 2>&1 || { echo 'it fails without faults'; cat "$faults/out"; return 1; }
    said=$("$scard" run --faults "$faults/long" --shrink -- "$faults/ask" 2> "$faults/err") || { cat "$faults/err"; return 1; }
    [ "$said" = 'ins 84 after 0 times 1: sw 6A82' ] && grep -q '^# 1 of the rules left after' "$faults/err" || { echo "$said"; cat "$faults/err"; return 1; }
}
tap_check 'the shortest script that fails' shrink
check 'nothing to shrink' 1 '' \
    "scard: 'true' does not fail with this script; give a script with which it does" run --faults "$faults/long" --shrink -- true

tap_plan
