# Who double-clicks install.cmd sees what it says before the window goes; in a console and in scripts nobody
# waits for a key. Wine's interpreter does not tell its own command line, as Windows' does (%cmdcmdline%): it
# is put into a variable of that name, as Explorer has it. Sourced by run.sh.
# shellcheck shell=bash

# Runs a script of the package in the background, its input open and without an end; `pressed` presses a key.
started_as() { # COMMAND_LINE SCRIPT
    rm -f "$scratch/keys"
    : > "$scratch/out"
    mkfifo "$scratch/keys"
    exec {keys}<> "$scratch/keys"
    CMDCMDLINE=$1 SCRIPT=$2 TARGET=${3-} PACKAGE=$windows_package "$project/scripts/windows/wine-run.sh" "$bits" \
        cmd /c "$(windows_path "$scratch/go.cmd")" < "$scratch/keys" > "$scratch/out" 2>&1 &
    started=$!
}

pressed() {
    printf 'x\n' >&"$keys"
    ends
}

ends() { # its exit status
    wait "$started"
    local status=$?
    exec {keys}>&-
    return "$status"
}

# Until it has asked for the key; if it does not, it has ended, and the wait is over as well.
asks() {
    while ! grep -q 'Press any key' "$scratch/out"; do
        kill -0 "$started" 2> /dev/null || { cat "$scratch/out"; return 1; }
        sleep 0.1
    done
    kill -0 "$started"
}

explorer='C:\windows\system32\cmd.exe /c ""'$windows_package'\install.cmd" "'
administrator='"C:\Windows\System32\cmd.exe" /C "'$windows_package'\install.cmd" '

waits_when_clicked() { # COMMAND_LINE
    started_as "$1" install && asks && says 'scardssp is installed' && pressed
}

waits_when_failed() { # its exit status is that of the script all the same
    started_as "$explorer" install && mkdir -p "$scratch/kept" && asks && pressed || return 1
    mv "$package/scardsrv.tlb" "$scratch/kept" && started_as "$explorer" install && asks && says 'The package is not complete'
    local asked=$?
    fails pressed || asked=1
    mv "$scratch/kept/scardsrv.tlb" "$package"
    return "$asked"
}

does_not_wait() { # COMMAND_LINE [TARGET]: it ends without a key
    started_as "$1" install "${2-}" && ends && says 'scardssp is installed' && fails grep -q 'Press any key' "$scratch/out"
}

removes_when_clicked() {
    started_as "${explorer/install.cmd/uninstall.cmd}" uninstall && asks && says 'scardssp is removed' && pressed && is_registered HKLM ''
}

check 'install.cmd waits for a key when it is double-clicked' waits_when_clicked "$explorer"
check 'it does when Explorer runs it as administrator' waits_when_clicked "$administrator"
check 'it does when it has failed' waits_when_failed
check 'it does not in a console' does_not_wait '"C:\Windows\system32\cmd.exe" '
check 'it does not in a script' does_not_wait "cmd /c \"$windows_package\\install.cmd\""
check 'uninstall.cmd of the package waits, too' removes_when_clicked
