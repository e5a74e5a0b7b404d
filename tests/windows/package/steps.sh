# What the cases of the package have in common: running the scripts, and what they leave. Sourced by run.sh.
# shellcheck shell=bash
class='{1461AAC7-6810-11D0-918F-00AA00C18068}'
drive=$(dirname "$project")/$(basename "$project")/build-win$bits/wine/drive_c
[ -z "${SCARDSSP_WINEPREFIX:-}" ] || drive=$SCARDSSP_WINEPREFIX-$bits/drive_c
mark=installed-win$bits.txt

# The scripts are started by one that finds their paths in variables: a command line of Unix has other rules
# for quotation marks.
prepare() {
    printf '@"%%PACKAGE%%\\%%SCRIPT%%.cmd" "%%TARGET%%"\r\n' > "$scratch/go.cmd"
    windows_package=$(windows_path "$package")
}

# SCRIPT [TARGET [PACKAGE]]: what it prints goes to $scratch/out; its exit status. `as` before it: as whom.
as_administrator() {
    rm -rf pwned
    SCRIPT=$1 TARGET=${2:-} PACKAGE=${3:-$windows_package} wine cmd /c "$(windows_path "$scratch/go.cmd")" > "$scratch/out" 2>&1
    local status=$?
    cat "$scratch/out"
    [ ! -e pwned ] || { rm -rf pwned; echo 'a path was taken for a command'; return 98; }
    return "$status"
}

as_user() {
    SCRIPT=$1 TARGET=${2:-} PACKAGE=${3:-$windows_package} \
        wine "$limited" run cmd /c "$(windows_path "$scratch/go.cmd")" > "$scratch/out" 2>&1
    local status=$?
    cat "$scratch/out"
    return "$status"
}

says() { # TEXT: that the last script has printed it
    tr -d '\r' < "$scratch/out" | grep -qF -- "$1" || { echo "does not say: $1"; return 1; }
}

fails() { # COMMAND...
    ! "$@"
}

# The DLL that is registered for everybody (HKLM) or for the user (HKCU), in UTF-8; nothing if there is none.
registered() { # ROOT
    rm -f "$scratch/x.reg"
    wine reg export "$1\\Software\\Classes\\CLSID\\$class" "$(windows_path "$scratch/x.reg")" /y > /dev/null 2>&1
    [ -f "$scratch/x.reg" ] || return 0
    iconv -f UTF-16 -t UTF-8 "$scratch/x.reg" | tr -d '\r' |
        sed -n '/InprocServer32\]$/,/^$/s/^@="\(.*\)"$/\1/p' | sed 's/\\\\/\\/g'
}

is_registered() { # ROOT PATH: that it is this one; PATH empty: none
    local found
    found=$(registered "$1")
    [ "$found" = "$2" ] || { echo "$1 has '$found' instead of '$2'"; return 1; }
}

state_of() { # FOLDER: its files and folders with what is in them
    (cd "$1" 2> /dev/null && find . -type d | sort && find . -type f -exec sha256sum {} + | sort -k 2)
}

is_whole() { # FOLDER: that it has every file of the package but install.cmd and those of its folders, the mark, and nothing else
    local expected found
    expected=$(cd "$package" && { find . -maxdepth 1 -type f -printf '%f\n'; echo "$mark"; } | grep -v '^install.cmd$' | sort)
    found=$(ls "$1" | sort)
    [ "$found" = "$expected" ] || { diff <(echo "$expected") <(echo "$found"); return 1; }
    for name in scardssp.dll scard.exe uninstall.cmd; do
        cmp "$package/$name" "$1/$name" || return 1
    done
}

# Nothing of it is left. Windows takes the empty folder away, too; Wine's interpreter stops with the file that
# it reads.
is_empty() { # FOLDER
    [ ! -e "$1" ] || [ -z "$(ls -A "$1")" ] || { ls -A "$1"; return 1; }
    rm -rf "$1"
}

works() { # the first program makes its objects
    (cd "$package" && wine cscript.exe //nologo try.vbs) | tr -d '\r' > "$scratch/tried"
    printf 'Reader: Simulated Reader 00\nReply:  10 bytes, status 9000\n' | diff - "$scratch/tried"
}
