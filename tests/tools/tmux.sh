# A terminal of any size for the scripts that test what is drawn on one: tmux, with a server of its own.
# Sourced after tap.sh.
# shellcheck shell=bash
command -v tmux > /dev/null || { echo '1..0 # SKIP tmux is not installed: scripts/install-deps.sh check'; exit 0; }

terminal_number=0 # a server that ends is in the way of another one at its socket
printf 'set -g status off\nset -g remain-on-exit on\nset -g default-terminal screen\n' > "$scratch/tmux.conf"

terminal() {
    tmux -u -S "$scratch/tmux-$terminal_number" -f "$scratch/tmux.conf" "$@"
}

# terminal_open COLUMNS LINES COMMAND: runs a line of the shell in a new terminal of this size. Its exit code
# goes to a file: tmux, which would tell it, sometimes never knows it.
terminal_open() {
    terminal_number=$((terminal_number + 1))
    rm -f "$scratch/terminal-code"
    terminal new-session -d -s test -x "$1" -y "$2" "trap : INT; ( $3 ); echo \$? > '$scratch/terminal-code'"
    trap 'terminal_close; rm -rf "$scratch"' EXIT
}

# What stands on it, blanks at the ends of lines and empty lines below left out.
terminal_text() {
    terminal capture-pane -p -t test | sed -e 's/ *$//' -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# terminal_await PATTERN: waits until a line of it is like this, ten seconds at most.
terminal_await() {
    local _
    for _ in $(seq 200); do
        ! terminal_text | grep -q -- "$1" || return 0
        sleep 0.05
    done
    return 1
}

# terminal_shows NAME TEXT: what stands on it is this, but for the time of day.
terminal_shows() {
    terminal_text | sed 's/^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]  /TIME  /' > "$scratch/seen"
    printf '%s\n' "$2" | diff -u --label expected --label screen - "$scratch/seen" > "$scratch/why"
    verdict "$1"
}

# terminal_ends NAME CODE: the command ends by itself, with this exit code, ten seconds at most.
terminal_ends() {
    local _
    for _ in $(seq 200); do
        [ ! -s "$scratch/terminal-code" ] || break
        sleep 0.05
    done
    echo "$2" | diff -u --label expected --label 'exit code' - "$scratch/terminal-code" > "$scratch/why" 2>&1
    verdict "$1"
}

terminal_close() {
    terminal kill-server 2> /dev/null
}
