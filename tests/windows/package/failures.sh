# Whatever fails leaves an installation as it was, with all its files and registered. Sourced by run.sh.
# shellcheck shell=bash
installed=$drive/scardssp-old
installed_dll='C:\scardssp-old\scardssp.dll'

# An installation to be replaced: it differs from the package in a text.
has_installed() {
    as_administrator install 'C:\scardssp-old' && echo 'an older one' > "$installed/README.txt" && kept=$(state_of "$installed")
}

is_kept() {
    [ "$(state_of "$installed")" = "$kept" ] || { diff <(echo "$kept") <(state_of "$installed"); return 1; }
    is_registered HKLM "$installed_dll"
}

broken=$scratch/broken
break_package() { # makes a new copy to be broken
    rm -rf "$broken"
    cp -r "$package" "$broken"
}

fails_without_change() { # TEXT: install.cmd of the broken package says so
    fails as_administrator install 'C:\scardssp-old' "$(windows_path "$broken")" && says "$1" && says 'Nothing was changed.' &&
        is_kept
}

# Into a folder that is not there: nothing is made.
fails_freshly() {
    fails as_administrator install 'C:\scardssp-fresh' "$(windows_path "$broken")" && [ ! -e "$drive/scardssp-fresh" ] &&
        is_registered HKLM "$installed_dll"
}

with_missing_file() {
    break_package && rm "$broken/scardsrv.tlb" && fails_without_change 'there is no scardsrv.tlb in' && fails_freshly
}

with_unreadable_file() {
    break_package && rm "$broken/manual.html" && mkdir "$broken/manual.html" &&
        fails_without_change 'Cannot copy all files to' && fails_freshly
}

with_bad_library() {
    break_package && head -c 100000 /dev/urandom > "$broken/scardssp.dll" &&
        fails_without_change 'Registering scardssp.dll failed' && fails_freshly
}

# No program may write more than this into a file: to install.cmd it is a disk that is full.
with_full_disk() {
    break_package
    (trap '' XFSZ && ulimit -f 200 && as_administrator install 'C:\scardssp-old' "$(windows_path "$broken")") && return 1
    says 'Cannot copy all files to' && is_kept
}

# A file that is in use can be neither written nor deleted.
holding() { # FILE COMMAND...
    local file=$1 status
    shift
    coproc HOLDER { exec "$project/scripts/windows/wine-run.sh" "$bits" "$limited" hold "$file"; }
    local pid=$HOLDER_PID
    read -r held <&"${HOLDER[0]}"
    [ "${held%$'\r'}" = held ] || { echo "$held"; return 1; }
    "$@"
    status=$?
    exec {HOLDER[1]}>&-
    wait "$pid"
    return "$status"
}

in_use() { # FILE
    break_package
    holding "C:\\scardssp-old\\$1" fails as_administrator install 'C:\scardssp-old' && says "A program uses \"C:\\scardssp-old\\$1\"" &&
        is_kept && holding "C:\\scardssp-old\\$1" fails as_administrator uninstall && says 'Nothing was changed.' && is_kept
}

# One of the others turns out to be in use when half of them are replaced already.
in_use_halfway() {
    holding 'C:\scardssp-old\try.vbs' fails as_administrator install 'C:\scardssp-old' &&
        says 'Cannot replace "C:\scardssp-old\try.vbs"' && is_kept
}

# The computer went off in the middle: some files are old, some new. The next run begins with the old ones.
cut_off() {
    mkdir "$installed/scardssp.old" "$installed/scardssp.new" && mv "$installed/scardssp.dll" "$installed/README.txt" "$installed/scardssp.old" &&
        echo new > "$installed/README.txt" && cp "$package/scard.exe" "$installed/scardssp.new"
}

after_cut_off() {
    cut_off && break_package && rm "$broken/manual.html" && mkdir "$broken/manual.html" &&
        fails_without_change 'Cannot copy all files to' && cut_off && as_administrator install 'C:\scardssp-old' &&
        is_whole "$installed" && is_registered HKLM "$installed_dll"
}

ends_well() {
    as_administrator install 'C:\scardssp-old' && is_whole "$installed" && works && as_administrator uninstall &&
        [ ! -e "$installed" ] && is_registered HKLM ''
}

check 'there is an installation' has_installed
check 'it works' works
check 'a package without one of its files changes nothing' with_missing_file
check 'a file that cannot be read changes nothing' with_unreadable_file
check 'a full disk changes nothing' with_full_disk
check 'a library that cannot be registered changes nothing' with_bad_library
check 'a library in use changes nothing' in_use scardssp.dll
check 'a tool in use changes nothing' in_use scard.exe
check 'another file in use changes nothing' in_use_halfway
check 'the old one still works' works
check 'a run that was cut off is made good' after_cut_off
check 'a good package replaces it, and goes without a trace' ends_well
