#!/usr/bin/env bash
# Builds the wheel of the Python package into FOLDER, without network: wheel.sh FOLDER [PYTHON]. Prints its
# path. PYTHON has setuptools and wheel (Debian's python3-setuptools, python3-wheel). The tree stays as it is.
# `make wheel` and the tests of the package call it.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 python=${2:-/usr/bin/python3}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The same bytes from the same sources: a wheel has the modes and the time of its files.
umask 022
mkdir -p "$scratch/python/scardssp"
install -m 644 python/pyproject.toml python/README.md LICENSE "$scratch/python"
install -m 644 python/scardssp/*.py python/scardssp/py.typed "$scratch/python/scardssp"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 315532800)}
export SOURCE_DATE_EPOCH
cd "$scratch/python"
name=$("$python" -c 'import sys
from setuptools import build_meta
print(build_meta.build_wheel(sys.argv[1]), file=sys.stderr)' "$folder" 2>&1 >"$scratch/log" | tail -n 1) ||
    { cat "$scratch/log" >&2; echo "wheel.sh: $name" >&2; exit 1; }
echo "$folder/$name"
