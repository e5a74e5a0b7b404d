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
# $tree is what a wheel is made of, $place where it is built, unpacked and used: the project and a folder of
# its own, or a copy with an offence.
tree=$root place=$scratch
build() {
    wheel=$("$tree/scripts/wheel.sh" "$place/dist" "$python") && echo "$wheel" > "$place/wheel" &&
        [[ $wheel == */scardssp-*-py3-none-any.whl ]]
}
content() {
    "$python" -m zipfile -l "$(cat "$place/wheel")" | awk 'NR > 1 { print $1 }' | grep -v dist-info | sort > "$place/in" &&
        (cd "$tree/python" && LC_ALL=C ls scardssp/*.py scardssp/py.typed | sort) | diff - "$place/in"
}
same_again() {
    local again
    again=$(umask 077 && "$tree/scripts/wheel.sh" "$place/again" "$python") && cmp "$(cat "$place/wheel")" "$again"
}
untouched() {
    ! ls -d "$tree"/python/build "$tree"/python/*.egg-info 2> /dev/null
}
install() { # with all it needs, which is nothing
    "$python" -m pip install --quiet --no-index --target "$place/site" "$(cat "$place/wheel")"
}
fixtures() {
    cp "$root"/examples/python/test_greeting.py "$place" && cd "$place" &&
        PYTHONPATH=$place/site "$python" -m pytest -q -p no:cacheprovider --scardssp-image demo test_greeting.py > said 2>&1 &&
        grep -q '3 passed' said || { cat said; false; }
}
example() {
    cd / && [ "$(PYTHONPATH=$place/site SCARDSSP_RM=sim "$python" "$root/examples/python/greeting.py")" = 'Hello from the demo card' ]
}
types() { # of the package as it is installed, and as a program sees them
    cd "$place/site" && "$python" -m mypy --strict --cache-dir "$scratch/mypy" -p scardssp || return
    cat > "$place/program.py" <<'END'
import scardssp

with scardssp.Card(prepare=lambda card: None) as card:
    data: bytes = card.send(b"").data
    code: int = scardssp.SCARD_W_RESET_CARD
    reveal_type(card.reader)
END
    cd "$place" && MYPYPATH= PYTHONPATH=$place/site "$python" -m mypy --strict --cache-dir "$scratch/mypy" program.py > said 2>&1
    grep -q 'Revealed type is "builtins.str"' said && grep -q -E 'Success|no issues' said || { cat said; false; }
}

# Each of these has to notice what it is there for: CHECK WORDS OFFENCE, a line of the shell in a copy.
refuses() {
    tree=$scratch/tree place=$scratch/place
    rm -rf "$tree" "$place"
    mkdir -p "$tree/scripts" "$place"
    cp -r "$root/python" "$root/LICENSE" "$tree" && cp "$root/scripts/wheel.sh" "$tree/scripts" || return
    export SOURCE_DATE_EPOCH=1000000000
    (cd "$tree" && bash -ec "$3") && build || return
    [ "$1" = content ] || [ "$1" = same_again ] || [ "$1" = install ] || install || return
    [ "$1" != same_again ] || SOURCE_DATE_EPOCH=1000000002
    ! "$1" > "$place/refused" 2>&1 || { echo accepted; return 1; }
    grep -q -e "$2" "$place/refused" || { echo "should say: $2. It says:"; cat "$place/refused"; return 1; }
}

if has wheel python3-wheel 'wheel' && has setuptools python3-setuptools 'wheel'; then
    tap_check 'a wheel is built' build
    tap_check 'with the package in it, and nothing else' content
    tap_check 'the same again from the same sources' same_again
    tap_check 'and the tree is as it was' untouched
    tap_check 'a module that it has not is missed' refuses content '< scardssp/card.py' "sed -i '/^packages/s/.*/py-modules = []/' python/pyproject.toml"
    tap_check 'so is a byte that is another' refuses same_again differ :
    if has pip python3-pip 'installed'; then
        tap_check 'it is installed without network' install
        tap_check 'an example runs with it' example
        tap_check 'whoever needs something else is not' refuses install nothing-of-this-name \
            "sed -i 's/^requires-python/dependencies = [\"nothing-of-this-name\"]\n&/' python/pyproject.toml"
        if has pytest python3-pytest 'fixtures'; then
            tap_check 'pytest finds the fixtures' fixtures
            tap_check 'and would not by another name' refuses fixtures 'unrecognized arguments' "sed -i s/pytest11/pytest12/ python/pyproject.toml"
        fi
        if has mypy mypy 'types'; then
            tap_check 'types are right, and programs see them' types
            tap_check 'a function without types is noticed' refuses types 'missing a type annotation' "printf '\n\ndef f(x):\n    return x\n' >> python/scardssp/card.py"
            tap_check 'and a package that says nothing of them' refuses types 'scardssp' 'rm python/scardssp/py.typed; sed -i s,python/scardssp/py.typed,, scripts/wheel.sh'
        fi
    fi
fi
tap_plan
