#!/usr/bin/env bash
# Tries the checks beside it on a small tree with one offence each: a check that finds nothing is worth
# nothing. Prints what was missed, exit status 1. Called by check/lint.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0

fresh_tree() {
    rm -rf "$scratch/tree"
    mkdir -p "$scratch/tree"/{scripts/check,src/base,src/apdu,src/rm,src/objects,examples}
    cp scripts/check/*.{py,sh,txt} "$scratch/tree/scripts/check"
    cp .clang-format "$scratch/tree"
    cd "$scratch/tree"
    echo '# nothing is too long here' > scripts/check/size-allowed.txt
    printf '/* Time. */\n#ifndef A\n#define A\n#include <stdint.h>\n\n/* Milliseconds. */\nint clock_ms(int since);\n#endif\n' \
        > src/base/clock.h
    printf '/* Time. */\n#include "base/clock.h"\n\nint clock_ms(int since) {\n    return since;\n}\n' > src/base/clock.c
    printf '/* Seconds. */\n#include "base/clock.h"\n\n/* Seconds. */\nint time_s(int since);\n' > src/base/time.h
    printf '/* Seconds. */\n\nint time_s(int since) {\n    return clock_ms(since) / 1000;\n}\n' > src/base/time.c
    mkdir -p src/base/more
    for number in {1..25}; do
        echo '/* One of as many as a folder holds. */' > "src/base/more/$number.c"
    done
    printf '/* A */\nint a;\n' > examples/a.c
    mkdir docs
    printf '# y\n<!-- the rooms: `make docs` -->\n<!-- end of the rooms -->\n' > docs/architecture.md
    scripts/check/rooms.py --write
    printf '# x\n<!-- from examples/a.c -->\n```c\nint a;\n```\n<!-- from src/base/clock.h -->\n```c\n#define A\n```\n' > README.md
}

offence() { # CHECK WHAT-IT-SHOULD-SAY FILE CONTENT
    (
        fresh_tree
        read -r -a check <<< "scripts/$1"
        "${check[@]}" > "$scratch/before" 2>&1 || { echo "$1 rejects a clean tree:"; cat "$scratch/before"; exit 1; }
        mkdir -p "$(dirname "$3")"
        printf '%b' "$4" > "$3"
        if "${check[@]}" > "$scratch/after" 2>&1; then
            echo "$1 accepts: $2"
            exit 1
        fi
        grep -q -e "$2" "$scratch/after" || { echo "$1 should say: $2. It says:"; cat "$scratch/after"; exit 1; }
    ) || status=1
}

long=$(printf '    a++;\\n%.0s' $(seq 61))
many=$(printf 'int a;\\n%.0s' $(seq 500))
offence check/layers.py 'upwards or sideways' src/apdu/x.c '/* x */\n#include "rm/rm.h"\n'
offence check/layers.py 'upwards or sideways' src/rm/x.c '/* x */\n#include "com/com.h"\n'
offence check/layers.py 'upwards or sideways' src/rm/x.c '/* x */\n#include "carddb/names.h"\n'
offence check/layers.py 'not among what carddb' src/carddb/x.c '/* x */\n#include "rm/rm.h"\n'
offence check/layers.py 'not among what backends' src/backends/sim/x.c '/* x */\n#include "com/com.h"\n'
offence check/layers.py 'know nothing of each other' src/backends/pcsc/x.c '/* x */\n#include "backends/sim/sim.h"\n'
offence check/layers.py 'know nothing of each other' src/carddb/sqlite/x.c '/* x */\n#include "carddb/winscard/api.h"\n'
offence check/layers.py 'belongs into carddb' src/objects/x.c '/* x */\n#include <sqlite3.h>\n'
offence check/layers.py 'belongs into icc' src/slots/x.c '/* x */\n#include <openssl/evp.h>\n'
offence check/layers.py 'belongs into com' src/objects/x.c '/* x */\n#include <ffi.h>\n'
offence check/layers.py 'belongs into pcsclite' src/backends/sim/x.c '/* x */\n#include <winscard.h>\n'
offence check/layers.py 'below com' src/rm/x.c '/* x */\n#include "com/win.h"\n'
offence check/layers.py 'below com' src/client/x.c '/* x */\n#include "com/win.h"\n'
offence check/layers.py 'goes past' src/objects/x.c '/* x */\n#include <windows.h>\n'
offence check/layers.py 'goes past' src/client/x.c '/* x */\n#include "scardssp.h"\n'
offence check/layers.py 'is relative' src/rm/x.c '/* x */\n#include "../base/clock.h"\n'
offence check/layers.py 'not written from src' src/base/x.c '/* x */\n#include "clock.h"\n'
offence check/layers.py 'names a backend' src/module/x.c '/* x */\n#include "backends/system.h"\n'
offence check/layers.py 'public headers only' examples/x.c '/* x */\n#include "base/clock.h"\n'
offence check/layers.py 'public headers only' tools/x.c '/* x */\n#include "rm/rm.h"\n'
offence check/layers.py 'a file beside it' tools/x.c '/* x */\n#include "none.h"\n'
offence check/layers.py 'upwards or sideways' tools/scard/terminal/x.c '/* x */\n#include "talk/card.h"\n'
offence check/layers.py 'above the tool' tools/scard/talk/x.c '/* x */\n#include "command.h"\n'
offence check/layers.py 'a file of the tool' tools/scard/talk/x.c '/* x */\n#include "talk/none.h"\n'
offence check/layers.py 'no rank' tools/scard/other/x.c '/* x */\n#include "talk/card.h"\n'
offence check/layers.py 'no room' src/misc/x.c '/* x */\n'
offence check/circles.py 'a circle of 2' src/base/clock.c '/* Time. */\n#include "base/time.h"\n'
offence check/circles.py 'names time_s()' src/base/clock.c '/* Time. */\nint clock_ms(int since) {\n    return time_s(since);\n}\n'
offence check/circles.py 'no circle (any more)' src/compat/arrayelement.c '/* x */\n'
offence check/names.py 'also the name of' tools/scard/talk/x.h '/* x */\nint time_s(int since);\n'
offence check/halves.py 'asks for _WIN32' src/base/x.c '/* x */\n#ifdef _WIN32\n#endif\n'
offence check/halves.py 'any more' src/com/dispatch.c '/* x */\n'
offence check/house.py '26 .c files' src/base/more/26.c '/* x */\n'
offence check/duplicates.py 'src/objects/x.c, and not in' src/objects/x.c '/* x */\nstatic int hides_data(int instruction) {\n    return 0;\n}\n'
offence check/paths.py 'names base/none.c' src/base/x.c '/* As base/none.c has it. */\n'
offence 'check/rooms.py --check' 'are not those of the code' src/base/meson.build '# Something else.\n'
offence check/size.py 'has 63 lines' src/base/x.c "/* x */\nvoid x(void) {\n$long}\n"
offence check/size.py '500 lines' src/base/x.c "$many"
offence check/size.py 'not too long any more' scripts/check/size-allowed.txt 'src/base/clock.c a reason\n'
offence check/comments.py 'no comment above' src/base/x.h '/* x */\n\nint x(int a);\n'
offence check/comments.py 'without a name' src/base/x.h '/* x */\n\n/* y */\nint x(const char *, int b);\n'
offence check/comments.py 'does not open' src/base/x.c 'int x;\n'
wide=$(printf 'wide %.0s' {1..30})
offence check/width.py 'a comment has' src/base/x.c "/* $wide */\n"
offence check/width.py 'a comment has' src/base/x.c "/*\n * $wide\n */\n"
offence check/width.py 'a comment has' src/base/x.sh "# $wide\n"
offence check/width.py 'a comment has' src/base/x.py "\"\"\"$wide\"\"\"\n"
offence check/words.sh 'not_in_''range' tests/x.c '/* x */\nvoid x(int a) {\n    assert_not_in_''range(a, 1, 2);\n}\n'
offence check/words.sh 'src/base/x.c' src/base/x.c '/* TO''DO: x */\n'
# Exit status 78: not a check of this system.
layout=0
scripts/check/format.sh > /dev/null 2>&1 || layout=$?
[ "$layout" -eq 78 ] || offence check/format.sh 'should be clang-formatted' src/base/x.c '/* x */\nint  x;\n'
offence check/readme.py 'does not stand there' examples/a.c '/* A */\nint b;\n'
offence check/readme.py 'leads to' docs/x.md '[x](nowhere.md)\n'
exit "$status"
