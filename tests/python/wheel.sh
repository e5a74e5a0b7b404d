#!/usr/bin/env bash
# The wheel is built and installed without network, and what was installed works by itself: wheel.sh PYTHON
# LIBRARY. pytest finds the fixtures by the wheel's entry point; mypy its types.
set -u
. "$(dirname "$0")/../support/kits/tap.sh"
python=$1
export SCARDSSP_LIBRARY=$2 PYTHONDONTWRITEBYTECODE=1
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset SCARDSSP_RM PYTHONPATH PYTEST_DISABLE_PLUGIN_AUTOLOAD
# No network: whoever asks for it is turned away at once.
export PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1 http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9

has() { # MODULE PACKAGE NAME
    "$python" -c "import $1" 2> /dev/null || { tap_skip "$3" "$2 is not installed: scripts/install-deps.sh check"; return 1; }
}
build() {
    wheel=$("$root/scripts/wheel.sh" "$scratch/dist" "$python") && echo "$wheel" > "$scratch/wheel" &&
        [[ $wheel == */scardssp-*-py3-none-any.whl ]]
}
content() {
    "$python" -m zipfile -l "$(cat "$scratch/wheel")" | awk 'NR > 1 { print $1 }' | grep -v dist-info | sort > "$scratch/in" &&
        (cd "$root/python" && LC_ALL=C ls scardssp/*.py scardssp/py.typed | sort) | diff - "$scratch/in"
}
same_again() {
    local again
    again=$("$root/scripts/wheel.sh" "$scratch/again" "$python") && cmp "$(cat "$scratch/wheel")" "$again"
}
untouched() {
    ! ls -d "$root"/python/build "$root"/python/*.egg-info 2> /dev/null
}
install() {
    "$python" -m pip install --quiet --no-index --no-deps --target "$scratch/site" "$(cat "$scratch/wheel")"
}
fixtures() {
    cp "$root"/examples/python/test_greeting.py "$scratch" && cd "$scratch" &&
        PYTHONPATH=$scratch/site "$python" -m pytest -q -p no:cacheprovider --scardssp-image demo test_greeting.py > said 2>&1 &&
        grep -q '3 passed' said || { cat said; false; }
}
example() {
    cd / && [ "$(PYTHONPATH=$scratch/site SCARDSSP_RM=sim "$python" "$root/examples/python/greeting.py")" = 'Hello from the demo card' ]
}
types() { # of the package itself, and as a program sees them
    cd "$root/python" && "$python" -m mypy --strict --cache-dir "$scratch/mypy" scardssp || return
    cat > "$scratch/program.py" <<'END'
import scardssp

with scardssp.Card(prepare=lambda card: None) as card:
    data: bytes = card.send(b"").data
    code: int = scardssp.SCARD_W_RESET_CARD
    reveal_type(card.reader)
END
    cd "$scratch" && MYPYPATH= PYTHONPATH=$scratch/site "$python" -m mypy --strict --cache-dir "$scratch/mypy" program.py > said 2>&1
    grep -q 'Revealed type is "builtins.str"' said && grep -q -E 'Success|no issues' said || { cat said; false; }
}

if has wheel python3-wheel 'wheel' && has setuptools python3-setuptools 'wheel'; then
    tap_check 'a wheel is built' build
    tap_check 'with the package in it, and nothing else' content
    tap_check 'the same again from the same sources' same_again
    tap_check 'and the tree is as it was' untouched
    if has pip python3-pip 'installed'; then
        tap_check 'it is installed without network' install
        tap_check 'an example runs with it' example
        ! has pytest python3-pytest 'fixtures' || tap_check 'pytest finds the fixtures' fixtures
        ! has mypy mypy 'types' || tap_check 'types are right, and programs see them' types
    fi
fi
tap_plan
