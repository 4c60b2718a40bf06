#!/bin/sh
# Makes the environment in the folder that is named, from the first Python that is new enough.
set -eu

folder=$1

new_enough() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# On Debian `venv` lacks `ensurepip` until its own package is installed.
complete() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$candidate" && { [ -z "$python" ] || complete "$candidate"; }; then
        python=$candidate
        complete "$python" && break
    fi
done

if [ -z "$python" ]; then
    echo "Leavetaking needs Python 3.11 or newer. Install it, or name it: make demo PYTHON=/path/to/python3" >&2
    exit 1
fi

if ! complete "$python"; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends python3-venv
    else
        echo "This Python cannot make environments yet. On Debian: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi

exec "$python" -m venv "$folder"
