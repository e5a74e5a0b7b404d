#!/usr/bin/env bash
# Shows readers on other machines, with three machines played on this one: demo-remote.sh BUILD_DIR. Called by
# `make demo-remote`. A NATS server and two agents with simulated cards are started, on a free port of the
# loopback interface and with files in a folder of their own; a client uses their cards, the server and an
# agent are killed under its hands, and it goes on. Each step is told, done and checked. What was started ends
# with the script, each by its own process number.
# Exit status: 1 when a step does not do what it must, 2 when there is nothing to run, 99 when nats-server or
# libnats are missing.
set -euo pipefail
[ $# -eq 1 ] || { echo "demo-remote.sh: which build? demo-remote.sh BUILD_DIR; 'make demo-remote' builds first" >&2; exit 2; }
scard=$1/tools/scard/scard
[ -x "$scard" ] || { echo "demo-remote.sh: $scard is not built: 'make demo-remote' does that, or 'ninja -C $1'" >&2; exit 2; }
PATH=$PATH:/usr/sbin
command -v nats-server > /dev/null || {
    echo "demo-remote.sh: nats-server is missing: scripts/install-deps.sh remote (Debian: apt-get install nats-server)" >&2
    exit 99
}
unset SCARDSSP_RM SCARDSSP_TRACE SCARDSSP_TRACE_FILE SCARDSSP_TIMEOUT "${!SCARDSSP_NATS_@}"
export LC_ALL=C

scratch=$(mktemp -d)
pids=() # of all that was started
finish() {
    local pid
    exec 5>&-
    for pid in "${pids[@]}"; do
        kill "$pid" 2> /dev/null || true
        wait "$pid" 2> /dev/null || true
    done
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

number=0
step() { # TITLE WORDS
    number=$((number + 1))
    printf '\n%2d. %s\n' "$number" "$1"
    printf '%s\n' "$2" | fold -s -w 92 | sed 's/^/    /; s/ *$//'
}

fail() { # WHAT FILE...
    echo "demo-remote.sh: step $number did not do what it must: $1" >&2
    shift
    tail -n 20 "$@" 2> /dev/null | sed 's/^/  | /' >&2 || true
    exit 1
}

show() { # FILE [FROM-LINE]
    tail -n +"${2:-1}" "$1" | sed 's/^/      /'
}

# Waits, a minute at most, until a program has written the pattern into the file, COUNT times.
await() { # WHAT PATTERN FILE [COUNT]
    local _ count
    for _ in $(seq 1200); do
        count=$(grep -c -- "$2" "$3" 2> /dev/null || true) # nothing before the program has made its file
        [ "${count:-0}" -lt "${4:-1}" ] || return 0
        sleep 0.05
    done
    fail "$1" "$3"
}

# Kills one of our own, as if the machine had lost its power.
crash() { # PID
    kill -KILL "$1"
    wait "$1" 2> /dev/null || true
}

start_server() { # PORT, -1: a free one
    nats-server -a 127.0.0.1 -p "$1" > "$scratch/server" 2>&1 5>&- &
    server=$!
    pids+=("$server")
    await 'the server does not start' 'Server is ready' "$scratch/server"
    port=$(sed -n 's/.*Listening for client connections on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$scratch/server")
    [ -n "$port" ] || fail 'the server does not say at which port it listens' "$scratch/server"
    url=nats://127.0.0.1:$port
}

start_agent() { # NAME READER...
    local name=$1 reader readers=()
    shift
    for reader in "$@"; do readers+=(--readers "Simulated Reader $reader"); done
    printf '      $ scard --rm sim share --name %s %s\n' "$name" "$url"
    "$scard" --rm sim share --name "$name" "${readers[@]}" "$url" > "$scratch/$name" 2>&1 5>&- &
    agent=$!
    pids+=("$agent")
    await "the agent $name does not lend its readers" '  lent  ' "$scratch/$name" $#
}

client() { # ARGUMENT...: the tool as a program on a third machine, what it says in the file `client`
    printf '      $ scard --rm %s %s\n' "$url" "$*"
    "$scard" --rm "$url" "$@" > "$scratch/client" 2>&1 || fail "scard $* failed" "$scratch/client"
    show "$scratch/client"
}

# The command is sent to the client that has the transaction, and its answer waited for.
tell_holder() { # HEX ANSWERS-SO-FAR
    printf '      (the client sends %s)\n' "$1"
    echo "$1" >&5
    [ -z "${2-}" ] || await_answer "$2"
}

await_answer() { # COUNT: how many answers there are to be, all good
    await 'the command got no answer' '^< .*9000: success' "$scratch/holder" "$1"
    show "$scratch/holder" $((2 * $1 - 1))
}

start_everything() {
    step 'A NATS server' 'It stands between those who lend readers and those who use them. This one listens on the loopback interface only.'
    start_server -1
    echo "      $url"
    step 'Two machines lend their readers' "An agent, 'scard share', runs on each. Here both have simulated readers; with pcscd or a driver it is the same."
    start_agent rack1 00 01
    start_agent rack2 00
    rack2=$agent
}

look_around() {
    step 'What a third machine sees' "Any program with SCARDSSP_RM=$url has the readers of both, as '<reader> @<agent>'."
    client list
    grep -q 'Reader 01 @rack1 .*card present' "$scratch/client" && grep -q 'Reader 00 @rack2 .*card present' "$scratch/client" ||
        fail 'the list does not have the readers of both' "$scratch/client"
}

lose_server() {
    step 'A transaction' 'A client keeps others away from the card and selects a file. The agent writes down who uses what.'
    mkfifo "$scratch/commands"
    "$scard" --rm "$url" apdu --lock --reader 'Simulated Reader 00 @rack1' - < "$scratch/commands" > "$scratch/holder" 2>&1 &
    local holder=$!
    pids+=("$holder")
    exec 5> "$scratch/commands"
    tell_holder '00 A4 00 0C 02 00 02' 1
    printf '      $ scard share --status --name rack1 %s\n' "$url"
    "$scard" share --status --name rack1 "$url" > "$scratch/client" 2>&1 || fail 'the agent does not answer' "$scratch/client"
    show "$scratch/client"
    grep -q "process $holder .*uses Simulated Reader 00" "$scratch/client" || fail 'the agent does not know its client' "$scratch/client"

    step 'The server is killed' 'In the middle of the transaction. The client sends its next command while there is no server: it waits.'
    crash "$server"
    await 'the agent does not see it' 'NATS server has gone' "$scratch/rack1"
    tell_holder '00 B0 00 00 05'
    sleep 0.5
    [ "$(grep -c '^<' "$scratch/holder")" -eq 1 ] || fail 'the command was answered without a server' "$scratch/holder"

    step 'The server is back' 'The command is answered: the file is still selected, the transaction still held, and the card has seen the command once. The client has noticed nothing.'
    start_server "$port"
    await_answer 2
    exec 5>&-
    wait "$holder" || fail 'the client gave up' "$scratch/holder"
}

lose_agent() {
    step 'An agent is killed' "Another client is attached to the card of rack2 and looks at it a few times a second. rack2 dies: with it go the transactions and what cards knew, so the client is told: SCARD_E_SERVICE_STOPPED."
    "$scard" --rm "$url" reattach --watch --count 1 'Simulated Reader 00 @rack2' > "$scratch/watcher" 2>&1 &
    local watcher=$!
    pids+=("$watcher")
    await 'the client does not attach' '^Watching' "$scratch/watcher"
    crash "$rack2"
    await 'the client does not see it' 'SCARD_E_SERVICE_STOPPED\|service' "$scratch/watcher"
    show "$scratch/watcher"
    local told
    told=$(wc -l < "$scratch/watcher")

    step 'ReAttach' 'rack2 starts again, and ISCard::ReAttach connects the same object to the same card.'
    start_agent rack2 00
    await 'ReAttach did not succeed' '^ReAttach(.*S_OK' "$scratch/watcher"
    wait "$watcher" || fail 'the client gave up' "$scratch/watcher"
    show "$scratch/watcher" $((told + 1))
    client apdu --reader 'Simulated Reader 00 @rack2' '00 A4 00 0C 02 00 02' '00 B0 00 00 05'
    grep -q '^< 48 65 6C 6C 6F .*9000' "$scratch/client" || fail 'the card does not answer as it must' "$scratch/client"
}

echo 'scard share: cards on other machines, and what becomes of them when machines fail'
start_everything
look_around
lose_server
lose_agent
printf '\nThe server and an agent were killed; no command was lost, none was executed twice.\n'
printf 'docs/remote.md says how it is set up with TLS, and who may use which reader.\n'
