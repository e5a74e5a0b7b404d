#!/usr/bin/env bash
# Tests scripts/fuzz.sh, which `make fuzz` calls, with programs in the place of fuzz targets that end as they
# are told to. Reports in TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. tests/support/kits/tap.sh
mkdir -p "$scratch/fuzz"

# A target, whose body is expanded when it runs. $prefix: where it puts what it finds; $alone: it runs one
# input, without a limit.
target() { # NAME BODY
    cat > "$scratch/fuzz/fuzz_$1" << END
#!/usr/bin/env bash
alone= prefix=
for word; do
    case \$word in
    -timeout=0) alone=1 ;;
    -artifact_prefix=*) prefix=\${word#*=} ;;
    esac
done
count() { printf '#9 DONE cov: 12 ft: 30 corp: 3/31b\nstat::number_of_executed_units: %d\n' "\$1"; }
$2
END
    chmod 755 "$scratch/fuzz/fuzz_$1"
}

target quick 'touch "'"$scratch"'/quick"; count 1200'
# Ends only when the quick one has been there, which it waits for a minute.
target patient 'for ((i = 0; i < 600; ++i)); do [ ! -e "'"$scratch"'/quick" ] || { count 30; exit 0; }; sleep 0.1; done; exit 1'
target broken 'echo "==1==ERROR: AddressSanitizer: heap-use-after-free"; touch "${prefix}crash-1"; count 7; exit 1'
# Over the limit once, while others ran; not by itself.
target late '[ -z "$alone" ] || exit 0; count 5; [ ! -e "'"$scratch"'/was-late" ] || exit 0
touch "'"$scratch"'/was-late" "${prefix}timeout-1"; exit 70'
target endless '[ -z "$alone" ] || exit 1; count 5; echo "ERROR: libFuzzer: timeout"; touch "${prefix}timeout-2"; exit 70'

fuzz() { # JOBS TARGET...: into said and told, status
    local jobs=$1
    shift
    rm -f "$scratch/quick" "$scratch/was-late"
    status=0
    FUZZ_JOBS=$jobs scripts/fuzz.sh "$scratch" 600 "$@" > "$scratch/said" 2> "$scratch/told" || status=$?
}

ends_with() { # STATUS ROW...: the status, and that the table has these rows in this order, and no other
    local expected
    [ "$status" -eq "$1" ] || { echo "exit status $status, not $1"; cat "$scratch/said" "$scratch/told"; return 1; }
    shift
    expected=$(printf '%s\n' 'target result executions a second edges inputs' "$@")
    [ "$(tr -s ' ' < "$scratch/said")" = "$expected" ] || { cat "$scratch/said"; return 1; }
}

fuzz 2 patient quick
tap_check 'two at a time: neither waits for the other, the table is in order' \
    ends_with 0 'patient ok 30 0 12 3' 'quick ok 1200 2 12 3' '2 targets 1230'
tap_check 'each says when it is done' grep -q '^fuzz.sh: quick: ok, 1200 executions$' "$scratch/told"

fuzz 1 broken quick
tap_check 'a find fails, and shows what it is; the others go on' \
    ends_with 1 'broken FOUND 7 0 12 3' '==1==ERROR: AddressSanitizer: heap-use-after-free' 'quick ok 1200 2 12 3' '2 targets 1207'

fuzz 1 late
tap_check 'late by the fault of others: it goes on, and all executions count' ends_with 0 'late ok 10 0 12 3' '1 targets 10'
tap_check 'what was no find is not left among the finds' test ! -e "$scratch/found/late-timeout-1"

fuzz 1 endless
tap_check 'late by itself: a find, whose input is kept' \
    ends_with 1 'endless FOUND 5 0 12 3' 'ERROR: libFuzzer: timeout' '1 targets 5'
tap_check 'the input is there' test -e "$scratch/found/endless-timeout-2"

fuzz 1 unknown
tap_check 'a target that is not there is refused' test "$status" -eq 2
fuzz none quick
tap_check 'FUZZ_JOBS is a number' test "$status" -eq 2

target sleeper 'echo "$$" > "'"$scratch"'/pid.new"; mv "'"$scratch"'/pid.new" "'"$scratch"'/pid"; exec sleep 100'
is_broken_off() {
    scripts/fuzz.sh "$scratch" 600 sleeper > "$scratch/said" 2>&1 &
    for ((i = 0; i < 300; ++i)); do [ ! -e "$scratch/pid" ] || break; sleep 0.1; done
    kill "$!"
    wait "$!"
    for ((i = 0; i < 300; ++i)); do kill -0 "$(cat "$scratch/pid")" 2> /dev/null || return 0; sleep 0.1; done
    echo 'the target runs on'
    return 1
}
tap_check 'broken off, it leaves no target running' is_broken_off

tap_plan
