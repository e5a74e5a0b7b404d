#!/usr/bin/env bash
# Tests what `make check-debian` is made of, without a Debian: the steps of scripts/debian/steps.sh with
# programs that only say what they are told to do, scripts/install-deps.sh beside another apt, and
# scripts/debian/in-root.sh --fresh in a system of one shell. Reports in TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
project=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. tests/support/kits/tap.sh

stub() { # NAME BODY
    printf '#!/bin/sh\n%s\n' "$2" > "$scratch/bin/$1"
    chmod 755 "$scratch/bin/$1"
}

# A repository with a first minute, a system whose programs succeed.
fresh() { # README-LINE...
    rm -rf "$scratch"/{bin,source,home,given}
    mkdir -p "$scratch"/{bin,source/examples,home,given}
    local name
    for name in apt-get meson ninja; do
        stub "$name" "echo $name \"\$@\""
    done
    stub make 'echo make "$@" "rm=${SCARDSSP_RM-none}" "ci=${CI-none}"; [ "$1" != check ] || echo "7 passed, 0 failed, 0 skipped"'
    stub scard 'echo scard "$@" "rm=${SCARDSSP_RM-none}"'
    stub cc 'printf "#!/bin/sh\necho attached\n" > a.out; chmod 755 a.out'
    stub pkg-config ':'
    stub dpkg-query 'echo installed 1'
    (
        cd "$scratch/source" || exit 1
        echo 'int main(void);' > examples/attach.c
        printf '%s\n' '<!-- from examples/first-minute.sh -->' '```sh' "$@" '```' \
            'cc program.c $(pkg-config --cflags --libs scardssp)' > README.md
        git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -q -m a
        git clone -q --bare . "$scratch/given/scardssp.git"
    ) > /dev/null
}

steps() { # EXTENT: into said, status
    status=0
    env -u SCARDSSP_RM -u CI HOME="$scratch/home" PATH="$scratch/bin:$PATH" scripts/debian/steps.sh "$scratch/given" "$1" > "$scratch/said" 2>&1 ||
        status=$?
}

told() { # STATUS COUNTS LINE...: how the steps ended, and that these lines were said
    local line
    [ "$status" -eq "$1" ] || { echo "exit status $status, not $1"; cat "$scratch/said"; return 1; }
    [ "$(cat "$scratch/given/counts")" = "$2" ] || { echo "counts $(cat "$scratch/given/counts"), not $2"; cat "$scratch/said"; return 1; }
    shift 2
    for line in "$@"; do
        sed 's/ [0-9]* s / /' "$scratch/said" | tr -s ' ' | grep -q -x -F -e "$line" || { echo "missing: $line"; cat "$scratch/said"; return 1; }
    done
}

logged() { # LINE...
    local line
    for line in "$@"; do
        grep -q -x -F -e "$line" "$scratch/given/log" || { echo "not in the log: $line"; cat "$scratch/given/log"; return 1; }
    done
}

minute=('make demo   # a tour' 'make install' 'export SCARDSSP_RM=sim' 'scard list')
fresh "${minute[@]}"
steps all
tap_check 'every step is taken and counted' told 0 '9 0 0' 'passed apt-get install -y git make' 'passed git clone' 'passed make demo' \
    'passed make install' 'passed scard list' "passed README's C program through pkg-config" \
    'passed make check: 7 passed, 0 failed, 0 skipped' 'passed build with clang, warnings as errors'
tap_check 'what is set holds from there on, and not for the tests; a skip is none of theirs' logged 'make demo rm=none ci=none' \
    'scard list rm=sim' 'make check rm=none ci=true'

fresh "${minute[@]}"
steps linux
tap_check 'the Linux build alone' logged 'make check WINDOWS=no rm=none ci=true'

fresh "${minute[@]}"
steps quick
tap_check 'no tests' told 0 '7 0 0'

fresh "${minute[@]}"
stub scard 'echo "no library" >&2; exit 127'
steps all
tap_check 'a step that fails says why, and the others go on' told 1 '8 1 0' 'FAILED scard list: exit status 127' ' | no library' \
    'passed make check: 7 passed, 0 failed, 0 skipped'

fresh "${minute[@]}"
rm -rf "$scratch/given/scardssp.git"
steps all
tap_check 'without a clone nothing goes on' told 1 '1 1 5' 'skipped make check'

fresh '# nothing to type'
steps quick
tap_check 'a README without a first minute fails' told 1 '4 1 0' "FAILED README's first minute: exit status 1"

usage() {
    ! scripts/debian/check.sh etch > "$scratch/said" 2>&1 && grep -q "no system 'etch'" "$scratch/said"
}
tap_check 'a system that is not known is refused' usage

names_of_meson() { # of Debian 12 and 13, and of sid
    local log=$scratch/testlog.json name
    for name in 'scardssp:base / clock' 'base - scardssp:clock'; do
        echo "{\"name\": \"$name\", \"result\": \"OK\", \"returncode\": 0, \"duration\": 1, \"stdout\": \"1..1\\nok 1 - a\\n\"}"
    done > "$log"
    scripts/count-tests.py "$log" | tr -s ' ' | grep -q '^ base 2 passed 0 failed 0 skipped$' || { scripts/count-tests.py "$log"; return 1; }
}
tap_check 'tests are counted by their suite, however Meson names them' names_of_meson

run_of() { # NAME OK|FAIL: a line of Meson's log, of a program with one case
    local case='ok 1 - a'
    [ "$2" = OK ] || case="not $case"
    echo "{\"name\": \"scardssp:base / $1\", \"result\": \"$2\", \"returncode\": 0, \"duration\": 1, \"stdout\": \"1..1\\n$case\\n\"}"
}

second_run() { # HOW IT ENDS ALONE, STATUS, WORDS OF EACH LINE THAT IS TOLD...
    local log=$scratch/testlog.json status=0 line
    { run_of steady OK; run_of unsteady FAIL; } > "$log"
    run_of unsteady "$1" > "$scratch/testlog-alone.json"
    [ "$(scripts/count-tests.py --failed "$log")" = unsteady ] || return 1
    scripts/count-tests.py "$log" > "$scratch/said" || status=$?
    rm "$scratch/testlog-alone.json"
    [ "$status" -eq "$2" ] || { cat "$scratch/said"; return 1; }
    shift 2
    for line; do
        grep -qF "$line" "$scratch/said" || { echo "not told: $line"; cat "$scratch/said"; return 1; }
    done
}
tap_check 'what passes alone counts as passed, and is told' second_run OK 0 'UNSTEADY   base / unsteady: a: failed among other tests, passed alone' '2 passed, 0 failed, 0 skipped'
tap_check 'what fails alone has failed' second_run FAIL 1 'FAILED     base / unsteady: a' '1 passed, 1 failed, 0 skipped'

waits_for_apt() { # LOCK: of which two calls out of three say that they do not get it
    fresh
    echo 0 > "$scratch/calls"
    stub dpkg-query ':'
    stub sudo 'exec "$@"'
    stub apt-get "echo \$((\$(cat $scratch/calls) + 1)) > $scratch/calls
        case \$(cat $scratch/calls) in 1 | 3) echo 'E: Could not get lock $1. It is held by process 1 (apt)' >&2; exit 100 ;; esac
        echo \"\$@\""
    PATH="$scratch/bin:$PATH" scripts/install-deps.sh cover > "$scratch/said" 2>&1 || { cat "$scratch/said"; return 1; }
    [ "$(cat "$scratch/calls")" = 4 ] && tail -n 1 "$scratch/said" |
        grep -q -x -e '-o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends gcovr' || { cat "$scratch/said"; return 1; }
}
tap_check 'packages are installed once another apt has ended' waits_for_apt /var/lib/apt/lists/lock

no_network() {
    stub apt-get 'echo "E: Failed to fetch the lists" >&2; exit 100'
    ! PATH="$scratch/bin:$PATH" timeout 10 scripts/install-deps.sh cover > "$scratch/said" 2>&1 &&
        grep -q 'Failed to fetch' "$scratch/said" && grep -q 'could not be fetched; see above why' "$scratch/said" ||
        { cat "$scratch/said"; return 1; }
}
tap_check 'without a network apt is not asked twice' no_network

one_shell() { # a system of one shell, changed in a fresh copy
    local system=$scratch/system library
    mkdir -p "$system"/{bin,tmp,run,etc}
    cp /bin/sh "$system/bin/sh"
    while read -r library; do
        mkdir -p "$system$(dirname "$library")" && cp -L "$library" "$system$library"
    done < <(ldd /bin/sh | grep -o '/[^ ]*')
    echo before > "$system/etc/file"
    # shellcheck disable=SC2016 # the inner shell's
    "$project/scripts/debian/in-root.sh" --fresh "$scratch/fresh" "$system" -- /bin/sh -c \
        'echo after > /etc/file; echo x > /new; echo y > /tmp/y; read -r said < /etc/file; echo "$said $$"' > "$scratch/said" || return 1
    [ "$(cat "$scratch/said")" = 'after 1' ] || { cat "$scratch/said"; return 1; }
    [ "$(cat "$system/etc/file")" = before ] && [ ! -e "$system/new" ] && [ ! -e "$system/tmp/y" ] && [ ! -e /tmp/y ] ||
        { echo "the system was changed"; return 1; }
    "$project/scripts/debian/in-root.sh" --fresh "$scratch/fresh" "$system" -- /bin/sh -c '[ ! -e /new ]' || { echo "it is not fresh again"; return 1; }
}
own=()
[ "$(id -u)" -eq 0 ] || own=(--map-root-user)
if unshare "${own[@]}" --mount --pid --fork true 2> /dev/null; then
    tap_check 'a fresh system leaves the one that is kept as it was' one_shell
else
    tap_skip 'a fresh system leaves the one that is kept as it was' 'not allowed to make namespaces here'
fi
tap_plan
