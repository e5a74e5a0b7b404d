#!/usr/bin/env bash
# Runs tests of the package scardssp by Debian's pytest, in TAP: run.sh PYTHON LIBRARY ARGUMENT... (pytest's).
# Skipped, aloud, where there is no pytest.
set -u
python=$1
export SCARDSSP_LIBRARY=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
if ! "$python" -c 'import pytest' 2> /dev/null; then
    echo '1..0 # SKIP pytest is not installed: scripts/install-deps.sh check'
    exit 0
fi
unset SCARDSSP_RM SCARDSSP_TRACE SCARDSSP_TIMEOUT
# The tree's package and no other one, nothing written into the tree, no plugins but those that are named.
export PYTHONPATH=$root/python:$root/tests/python PYTHONDONTWRITEBYTECODE=1 PYTEST_DISABLE_PLUGIN_AUTOLOAD=1
cd "$root/tests/python" || exit 1
exec "$python" -m pytest -p no:cacheprovider -p report -p scardssp.plugin -W error --strict-markers "$@"
