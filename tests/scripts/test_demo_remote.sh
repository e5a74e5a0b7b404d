#!/usr/bin/env bash
# `make demo-remote` as a newcomer sees it: test_demo_remote.sh SCARD DEMO. Each step does what it must,
# nothing is left running, and what goes wrong is told. Reports in TAP.
demo=$2
set -- "$1" sim
. "$(dirname "$0")/../tools/tap.sh"
PATH=$PATH:/usr/sbin
command -v nats-server > /dev/null || { echo '1..0 # SKIP there is no nats-server (Debian: nats-server)'; exit 0; }
"$scard" list --backends 2>&1 | grep -A 1 '^nats:' > "$scratch/backends"
! grep -q 'without' "$scratch/backends" || { echo '1..0 # SKIP this was built without libnats'; exit 0; }

# demo BUILD: runs it; its output in $scratch/out and $scratch/err, its exit code in $code.
demo() {
    timeout 220 "$demo" "$1" > "$scratch/out" 2> "$scratch/err"
    code=$?
    echo "$code" > "$scratch/code"
}

# says NAME CODE FILE PATTERN...: of the run before: how it ended, and that each pattern is in the file.
says() {
    local name=$1 wanted=$2 file=$3 pattern
    shift 3
    {
        [ "$code" -eq "$wanted" ] || echo "exit code $code instead of $wanted"
        for pattern in "$@"; do
            grep -q -- "$pattern" "$scratch/$file" || echo "'$pattern' is not in what it says"
        done
    } > "$scratch/why"
    verdict "$name"
}

mkdir -p "$scratch/build/tools/scard" "$scratch/tmp"
ln -s "$(readlink -f "$scard")" "$scratch/build/tools/scard/scard"
export TMPDIR=$scratch/tmp
demo "$scratch/build"
says 'the readers of both machines' 0 out 'Simulated Reader 01 @rack1  card present' 'Simulated Reader 00 @rack2  card present'
says 'a transaction that the server does not survive' 0 out 'uses Simulated Reader 00 (transaction)' \
    '^ 5\. The server is killed' '^      < 48 65 6C 6C 6F \[9000: success\]'
says 'an agent that dies and comes back' 0 out 'The smart card service has stopped' '^      ReAttach(SHARED, LEAVE): S_OK'
says 'to its end' 0 out '^ 8\. ReAttach' 'no command was lost, none was executed twice'
url=$(grep -o -m 1 'nats://127\.0\.0\.1:[0-9]*' "$scratch/out")
{
    cat "$scratch/err"
    ls -A "$TMPDIR"
    pgrep -a -f -- "$url\$|-p ${url##*:}\$" || true
} > "$scratch/why"
verdict 'and nothing is left of it'

printf '#!/bin/sh\necho "this agent is broken" >&2\nexit 1\n' > "$scratch/broken"
chmod 755 "$scratch/broken"
ln -sf "$scratch/broken" "$scratch/build/tools/scard/scard"
# An agent that does not come is waited for; not in a test.
sed 's/seq 1200/seq 20/' "$demo" > "$scratch/hasty.sh"
chmod 755 "$scratch/hasty.sh"
demo=$scratch/hasty.sh
demo "$scratch/build"
says 'a step that fails says which, and why' 1 err \
    'step 2 did not do what it must: the agent rack1 does not lend its readers' '  | this agent is broken'
demo "$scratch"
says 'nothing that could be shown' 2 err "scard is not built: 'make demo-remote' does that"
finish
