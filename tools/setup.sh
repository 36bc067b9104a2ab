#!/bin/sh
# Makes .venv with everything that pyproject.toml and constraints.txt name. Run by make; repeatable.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "msnewsletter needs Python 3.11 or newer, and '$python' is not; set PYTHON=/path/to/python3."
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        # One at a time: setup-judges.sh may be at work.
        flock -o tools/setup.sh sh -c \
            'apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null'
    else
        say "Python's venv module is missing; on Debian: apt-get install python3-venv."
        exit 1
    fi
fi
say "Setting up .venv; the first time this takes about a minute."
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check \
    --constraint constraints.txt --editable '.[dev]'
touch .venv/.ready
