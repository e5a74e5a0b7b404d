#!/usr/bin/env bash
# The test suites that others wrote for PC/SC, on the system's library and on ours, with the same card: what
# they print and how they end is compared. On demand; they are fetched for the run, never copied:
#   suites.sh BUILD PCSC-LITE [PYSCARD]
# BUILD is a build folder; PCSC-LITE and PYSCARD are checkouts of github.com/LudovicRousseau/PCSC, of which
# the UnitaryTests are run that need nobody's hand, and of .../pyscard, best the version that Debian has as
# python3-pyscard. Three runs of each: on a real pcscd (system), on ours over simulated readers of the same
# names (sim), and on ours over that pcscd (through). What differs is printed; docs/dropin.md says why.
# Exit status 1: something differs.
set -euo pipefail
if [ "${1-}" != --inside ]; then
    [ $# -ge 2 ] || { sed -n '2,10s/^# //p' "$0" >&2; exit 2; }
    build=$(realpath "$1")
    exec "$(dirname "$0")/../../scripts/with-pcscd.sh" --serve "$build/tools/scard/scard" -- \
        "$0" --inside "$build" "$(realpath "$2")" "${3:+$(realpath "$3")}"
fi
build=$2 lite=$3 pyscard=${4-}
scard=$build/tools/scard/scard
image=$(realpath "$(dirname "$0")/../../src/icc/image/builtin/demo.json")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
limit=${SUITES_SECONDS:-15} # a test that waits for a hand is ended
export PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

sed 's/"protocols": \["T=0", "T=1"\]/"protocols": ["T=1"]/' "$image" > "$scratch/card.json"
cat > "$scratch/readers.json" <<'JSON'
{"format": "scardssp-readers", "version": 1,
 "readers": [{"name": "Virtual PCD 00 00", "card": "card.json"}, {"name": "Virtual PCD 00 01"}]}
JSON

# What differs from run to run: times, numbers of handles, addresses, folders, what a card draws by lot.
plain() {
    sed -E -e 's/[0-9]+\.[0-9]+(e-?[0-9]+)? ?(ms|s|seconds)?/TIME/g' -e 's/0x[0-9A-Fa-f]{6,}/NUMBER/g' -e 's/\b[0-9]{6,}\b/NUMBER/g' \
        -e "s#$scratch#SCRATCH#g" -e 's#/proc/[0-9]+#/proc/NUMBER#g' -e 's/[A-Z][a-z]{2} [0-9 ]?[0-9] [0-9]{2}:[0-9]{2}/TIME/g'
}

# What is to be the same: of many threads that print when they like, only what went wrong; of two, the lines
# in any order; of a test that was ended, how it began.
comparable() { # NAME CODE
    case $1-$2 in
        ThreadSafe*) grep -a -E 'Error|Exception|[Ff]ailed|FAILED' || true ;;
        *_SharedMode-* | *_nonBlock-* | SCardCancel*) head -n 40 | sort ;;
        *-124) head -n 40 ;;
        *) head -c 20000 ;;
    esac
}

# run KIND NAME COMMAND...: one test on one library; what it says is in $scratch/NAME.KIND.
run() {
    local kind=$1 name=$2 code=0
    local -a over=()
    shift 2
    case $kind in
        sim) over=("$scard" run --rm "sim:$scratch/readers.json" --) ;;
        through) over=("$scard" run --rm system --) ;;
    esac
    timeout --kill-after 2 "$limit" "${over[@]}" "$@" < <(yes '' 2> /dev/null) > "$scratch/out" 2>&1 || code=$?
    { comparable "$name" "$code" < "$scratch/out"; echo "exit status $code"; } | plain > "$scratch/$name.$kind"
}

tests=0 different=0
compare() { # NAME COMMAND...
    local kind name=$1
    shift
    tests=$((tests + 1))
    for kind in system sim through; do
        run "$kind" "$name" "$@" # one after the other: they share a card
    done
    for kind in sim through; do
        diff --text --label "$name: system" --label "$name: $kind" -u "$scratch/$name.system" "$scratch/$name.$kind" > "$scratch/diff" ||
            { different=$((different + 1)); echo "$name: $kind differs"; head -n 40 "$scratch/diff" | sed 's/^/    /'; }
    done
    [ -z "${SUITES_VERBOSE-}" ] || tail -n 3 "$scratch/$name.system" | sed "s/^/  $name: /"
}

unitary() {
    local name path
    cd "$lite/UnitaryTests"
    for name in SCardBeginTransaction_Disconnect SCardBeginTransaction_ExclusiceMode SCardBeginTransaction_Reset \
        SCardBeginTransaction_SharedMode SCardBeginTransaction_deadlock SCardBlockingBehaviourTest SCardCancel SCardCancel2 \
        SCardCancel3 SCardConnect_DIRECT SCardConnect_DIRECT2 SCardEndTransaction_extra_call SCardExclusiveBehaviour \
        SCardGetAttrib SCardGetStatusChange SCardGetStatusChange2 SCardReconnect SCardStatus SCard_fork ThreadSafe \
        ThreadSafeConnect getAttrib reset_card transmit_loop stress_apdu \
        SCardGetStatusChange/SCardGetStatusChange SCardGetStatusChange/SCardGetStatusChange_nonBlock; do
        [ ! -f "$name.py" ] || compare "${name//\//-}" /usr/bin/python3 "$name.py"
    done
    for name in SCardBeginTransaction SCardCancel BufferOverflow_SCardGetAttrib BufferOverflow_SCardTransmit \
        BufferOverflow_SCardControl exec; do
        path=$scratch/$name
        # shellcheck disable=SC2046 # a list of words
        cc -w -o "$path" "$name.c" $(pkg-config --cflags --libs libpcsclite) -lpthread && compare "$name.c" "$path"
    done
}

# The tests of the installed binding; those of its pure Python parts have nothing of PC/SC in them.
bindings() {
    local test
    cd "$scratch"
    for test in "$pyscard"/test/test_*.py "$pyscard"/smartcard/test/scard/testcase_*.py \
        "$pyscard"/smartcard/test/framework/testcase_{ATR,Card,CardConnection,CardMonitor,CardRequest,CardService,CardType,ExclusiveCardConnection,readers,readergroups,readermonitor}.py; do
        [ -f "$test" ] || continue
        compare "pyscard-$(basename "$test" .py)" /usr/bin/python3 "$test"
    done
}

(unitary; echo "$tests $different" > "$scratch/count.1")
[ -z "$pyscard" ] || (bindings; echo "$tests $different" > "$scratch/count.2")
cat "$scratch"/count.* | awk '{ tests += $1; different += $2 } END { printf "%d tests, %d runs differ\n", tests, different; exit different > 0 }'
