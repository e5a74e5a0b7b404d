# Sourced by what tries the project in fresh Debian systems (debian/check.sh, packages/check.sh), in the tree:
# makes the systems, runs programs in them, adds up what they count. shellcheck shell=bash
# Each system is made once and kept in build-debian/, with the packages it has loaded, until `make clean`;
# every run begins with it as it was. Needs root, debootstrap and a mirror of Debian (DEBIAN_MIRROR names
# one). What is mounted, and all processes, end with this one, however that ends.
place=$PWD/build-debian
all_passed=0 all_failed=0 all_skipped=0
inside=

give_up() {
    echo "${0#scripts/}: $*" >&2
    exit 2
}

suite_of() { # SYSTEM: prints suite and architecture
    case $1 in
        bookworm | trixie | sid) echo "$1 amd64" ;;
        i386) echo "bookworm i386" ;;
        *) return 1 ;;
    esac
}

# Nothing is begun where it cannot be ended, and one at a time.
fresh_begin() { # SYSTEM...
    local system
    for system in "$@"; do
        suite_of "$system" > /dev/null || give_up "no system '$system' (bookworm trixie sid i386)"
    done
    [ "$(id -u)" -eq 0 ] || give_up "needs root: it makes Debian systems, and namespaces to run them in. Try it with sudo"
    unshare --mount --pid --fork true 2>/dev/null ||
        give_up "not allowed to make namespaces here (a container?): run it on the machine itself, or in a privileged container"
    command -v debootstrap >/dev/null || give_up "debootstrap is not installed (apt-get install debootstrap)"
    mkdir -p "$place"
    exec 9> "$place/.lock"
    flock --nonblock 9 || give_up "another one is running in $place"
    trap fresh_end EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

fresh_end() {
    # unshare keeps signals to itself: it is killed, and takes all with it.
    [ -z "$inside" ] || { kill -KILL "$inside" && wait "$inside"; } 2>/dev/null || true
    rm -rf --one-file-system "$place"/*/run
}

# The system that a run begins with; build-debian/SYSTEM/given is empty then, and seen by what runs.
fresh_system() { # SYSTEM
    local home=$place/$1 suite architecture
    read -r suite architecture < <(suite_of "$1")
    scripts/debian/root.sh "$home/system" "$suite" "$architecture" ca-certificates
    # No service is to be started; packages are loaded once; a mirror may be behind sid's dates.
    printf '#!/bin/sh\nexit 101\n' > "$home/system/usr/sbin/policy-rc.d"
    chmod 755 "$home/system/usr/sbin/policy-rc.d"
    printf '%s\n' "Dir::Cache::archives \"$home/packages\";" 'APT::Keep-Downloaded-Packages "true";' \
        'Acquire::Check-Valid-Until "false";' > "$home/system/etc/apt/apt.conf.d/90check-debian"
    # Nobody misses such a system after a power cut.
    echo force-unsafe-io > "$home/system/etc/dpkg/dpkg.cfg.d/90check-debian"
    mkdir -p "$home/packages/partial"
    rm -rf --one-file-system "$home/given" "$home/log"
    mkdir "$home/given"
    ln -s given/log "$home/log"
}

# Runs a program of build-debian/SYSTEM/given in the system as it was made, and adds up what it leaves in
# given/counts: passed, failed, skipped. Its first argument is the folder `given`.
fresh_run() { # SYSTEM PROGRAM ARGUMENT...
    local home=$place/$1 program=$2 status=0 passed=0 failed=0 skipped=0
    shift 2
    rm -f "$home/given/counts"
    scripts/debian/in-root.sh --fresh "$home/run" "$home/system" "$home/given" "$home/packages" -- \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        ${http_proxy:+"http_proxy=$http_proxy"} \
        "$home/given/$program" "$home/given" "$@" 9>&- &
    inside=$!
    wait "$inside" || status=$?
    inside=
    rm -rf --one-file-system "$home/run"
    read -r passed failed skipped < "$home/given/counts" ||
        { echo "FAILED         stopped before the end: exit status $status"; failed=1; }
    [ "$failed" -eq 0 ] || echo "build-debian/${home##*/}/log has all that was said"
    all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed)) all_skipped=$((all_skipped + skipped))
    [ "$failed" -eq 0 ]
}

# The last line, and whether all is well.
fresh_verdict() {
    echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
    [ "$all_failed" -eq 0 ] && [ "$all_skipped" -eq 0 ] && [ "$all_passed" -gt 0 ]
}
