#!/usr/bin/env bash
# Runs a command as the owner of the tree: as-owner.sh COMMAND [ARGUMENT...]. For root in somebody else's tree
# (sudo make install): what is built there has to be the owner's, or his own next build could not write over
# it. For everybody else, root in his own tree too, it only runs the command. The Makefile builds through it.
set -euo pipefail
tree=$(cd "$(dirname "$0")/.." && pwd)
owner=$(stat -c %u "$tree")
if [ "$(id -u)" -ne 0 ] || [ "$owner" -eq 0 ]; then
    exec "$@"
fi

# In a container the owner may be a number without a name.
IFS=: read -r name _ _ group _ home _ <<< "$(getent passwd "$owner" || true)"
if [ -n "$name" ]; then
    become=(setpriv --reuid "$owner" --regid "$group" --init-groups)
else
    become=(setpriv --reuid "$owner" --regid "$(stat -c %g "$tree")" --clear-groups)
fi
# Some namespaces do not let their root become this owner; then there is only root to build.
"${become[@]}" test -w "$tree" 2> /dev/null || exec "$@"
# A compiler's cache is of no use to who has no home to keep it in.
"${become[@]}" test -w "${home:-/}" || export CCACHE_DISABLE=1
exec "${become[@]}" env HOME="${home:-/}" USER="${name:-$owner}" LOGNAME="${name:-$owner}" "$@"
