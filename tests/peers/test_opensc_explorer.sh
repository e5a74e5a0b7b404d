#!/usr/bin/env bash
# OpenSC's explorer of cards and ISCardFileAccess see the same files of the demo card, byte for byte, and each
# what the other has written; run-system.sh puts the card into a real PC/SC service:
#   test_opensc_explorer.sh CONTENT system FILES
# CONTENT is content.c of this folder; FILES is the example files, which makes a file and deletes it.
# Skipped, aloud, where there is no opensc-explorer.
. "$(dirname "$0")/../tools/tap.sh"
content=$1 files=$3
export SCARDSSP_RM=$manager
if ! command -v opensc-explorer > /dev/null; then
    echo '1..0 # SKIP opensc-explorer is not installed: scripts/install-deps.sh check (Debian: apt-get install opensc)'
    exit 0
fi
limit=(timeout --kill-after 5 60)

# explore LINE...: lines for opensc-explorer, in the folder where its files go.
explore() {
    printf '%s\n' "$@" > "$scratch/lines"
    (cd "$scratch" && "${limit[@]}" opensc-explorer -r 0 -c default lines > said 2>&1)
}
# ours WORD...: what ISCardFileAccess reads, in the file `ours`; put: writes.
ours() {
    "${limit[@]}" "$content" "$reader" "$@" > "$scratch/ours"
}
# same SIZE: what both have got is the same, and is so many bytes.
same() {
    local size
    size=$(stat --format %s "$scratch/ours")
    [ "$size" -eq "$1" ] || { echo "$size bytes instead of $1"; return 1; }
    cmp "$scratch/theirs" "$scratch/ours" || { cat "$scratch/said"; return 1; }
}

# file DIRECTORY NAME SIZE: a transparent file as `get` copies it.
file() {
    local steps
    read -ra steps <<< "${1//\// }" # one directory at a time
    rm -f "$scratch/theirs"
    explore "${steps[@]/#/cd }" "get $2 theirs"
    ours get "$1/$2" && same "$3"
}
# record NAME NUMBER SIZE
record() {
    rm -f "$scratch/theirs"
    explore "get_record $1 $2 theirs"
    ours get "/$1" "$2" && same "$3"
}
# shown NAME SIZE: a file of full lines, as `cat` shows it: place, 16 bytes, characters.
shown() {
    explore "cat $1"
    sed -n 's/^[0-9A-F]\{8\}: \(\([0-9A-F][0-9A-F] \)\{16\}\).*/\1/p' "$scratch/said" | tr -d ' \n' > "$scratch/digits"
    ours get "/$1"
    od -An -v -tx1 "$scratch/ours" | tr -d ' \n' | tr a-f A-F > "$scratch/wanted"
    [ "$(stat --format %s "$scratch/wanted")" -eq $(($2 * 2)) ] && cmp "$scratch/wanted" "$scratch/digits"
}
# described NAME LINE...: what `info` says.
described() {
    local name=$1 line
    shift
    explore "info $name"
    sed 's/: */: /' "$scratch/said" > "$scratch/lines"
    for line in "$@"; do
        grep -q -x -F "$line" "$scratch/lines" || { echo "not there: $line"; cat "$scratch/said"; return 1; }
    done
}
# What there is in the master file: `find` asks for one identifier after the other, as Directory does, over
# those that it has asked for.
found() {
    explore 'find 0001 0020' 'find 2F00 2F0F' 'find DF00 DF1F'
    tr '\r' '\n' < "$scratch/said" | sed -n -e 's/^ *\([0-9A-F]\{4\}\)[[:space:]]*wEF .*/\1 file/p' \
        -e 's/^\[\([0-9A-F]\{4\}\)\][[:space:]]*DF .*/\1 directory/p' > "$scratch/theirs"
    "${limit[@]}" "$files" "$reader" list / | sed -n 's/^  //p' > "$scratch/ours"
    [ "$(wc -l < "$scratch/ours")" -eq 12 ] || { cat "$scratch/ours"; return 1; }
    diff <(sort "$scratch/theirs") <(sort "$scratch/ours") || { cat "$scratch/said"; return 1; }
}
made() {
    "${limit[@]}" "$files" "$reader" create /DF01/0106 40 0 write /DF01/0106 'Mind the gap' &&
        file 3F00/DF01 0106 40 && [ "$(head -c 12 "$scratch/theirs")" = 'Mind the gap' ]
}
# Bytes of every value, written by ours to 0002, and by theirs to 0106.
written_by_ours() {
    "${limit[@]}" "$content" "$reader" put /0002 < "$scratch/bytes" && file 3F00 0002 256 &&
        cmp "$scratch/bytes" "$scratch/theirs"
}
written_by_theirs() {
    head -c 40 "$scratch/bytes" | tac -r -s '.' > "$scratch/theirs"
    explore 'cd DF01' 'put 0106 theirs'
    ours get /DF01/0106 && same 40
}
deleted_by_theirs() {
    explore 'cd DF01' 'rm 0106'
    "${limit[@]}" "$files" "$reader" list /DF01 > "$scratch/ours"
    [ "$(sed -n 's/^  //p' "$scratch/ours" | tr '\n' ' ')" = 'DF11 directory 0101 file ' ] ||
        { cat "$scratch/said" "$scratch/ours"; return 1; }
}

tap_check 'the files of the card' found
tap_check 'a file' file 3F00 0002 256
tap_check 'a file of 32 KiB' file 3F00 0001 32768
tap_check 'the serial number' file 3F00 2F02 12
tap_check 'a file in a directory' file 3F00/DF01 0101 128
tap_check 'a file two directories below' file 3F00/DF01/DF11 0111 9
tap_check 'a record of fixed length' record 0003 2 16
tap_check 'a short record' record 0004 1 5
tap_check 'a longer record' record 0004 2 24
tap_check 'a file as it is shown' shown 0002 256
tap_check 'what a file is' described 0002 'File path: 3F00/0002' 'File size: 256 bytes' 'EF structure: Transparent'
tap_check 'what a file of records is' described 0004 'File path: 3F00/0004' 'EF structure: Linear variable' \
    'Number of records: 8' 'Max. record size: 64 bytes'
tap_check 'a file that the other has made' made
python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)))' > "$scratch/bytes"
tap_check 'a file that ISCardFileAccess has written' written_by_ours
tap_check 'a file that opensc-explorer has written' written_by_theirs
tap_check 'a file that opensc-explorer has deleted' deleted_by_theirs
finish
