#!/usr/bin/env bash
# The tests of the objects under valgrind: what is read before it was written, which no sanitizer of ours
# sees, and what is lost: valgrind.sh BUILD_DIR [TEST...]
# `make sanitize SANITIZE=valgrind` calls it. The tests are those that need no other process: with one a card
# would be waited for thirty times as long as it may take. Prints what was found, the longest first, and
# closes with programs, cases and findings; exit status 1 where there is one, or a case failed. What a child
# made by fork() finds is not told: the threads that it does not have held what is lost there.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
shift

[ -f "$build/build.ninja" ] || meson setup "$build" -Dwerror=true
ninja -C "$build"
tests=("$@")
if [ "${#tests[@]}" -eq 0 ]; then
    mapfile -t tests < <(meson test -C "$build" --no-rebuild --list --suite objects 2> /dev/null |
        sed -n 's/.* \/ //p' | grep -vE '(_(vpcd|ifd|nats|beyond|pcscd|several|tsan)$|^recovery_table)')
fi

said=$(readlink -f "$build")/meson-logs/valgrind
rm -rf "$said" "$build"/meson-logs/testlog-valgrind*
mkdir -p "$said"
wrapper="valgrind --quiet --log-file=$said/%p.txt --child-silent-after-fork=yes --num-callers=24 --leak-check=full \
--show-leak-kinds=definite --errors-for-leak-kinds=definite --sim-hints=lax-ioctls --suppressions=$PWD/scripts/valgrind.supp"
meson test -C "$build" --no-rebuild --logbase testlog-valgrind --timeout-multiplier 40 \
      --wrapper "$wrapper" "${tests[@]}" > "$said.txt" 2>&1 || true

mapfile -t found < <(find "$said" -type f -size +0 -printf '%s %p\n' | sort -rn | cut -d' ' -f2-)
for file in "${found[@]}"; do
    cat "$file"
done
# Meson calls the log by its wrapper, too.
counted=$(scripts/count-tests.py "$build/meson-logs/testlog-valgrind-valgrind.json") || status=1
printf '%s\n' "$counted" | sed '$d'
printf '%d programs, %s; valgrind found something in %d\n' "${#tests[@]}" "$(tail -n 1 <<< "$counted")" "${#found[@]}"
[ "${#found[@]}" -eq 0 ] || status=1
exit "${status:-0}"
