#!/usr/bin/env bash
# Lets lintian look over the Debian packages in FOLDER: packages/lintian.sh FOLDER. It should have no error
# and no warning. `make deb` and packages/steps.sh call it.
set -euo pipefail
as_user=()
# lintian warns of a root who runs it.
[ "$(id -u)" -ne 0 ] || as_user=(--allow-root)
# A first upload to Debian's archive would answer somebody's wish for it there; these are not uploaded.
lintian "${as_user[@]}" --suppress-tags initial-upload-closes-no-bugs --fail-on error,warning "$1"/scardssp_*.changes
