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

# Prints a line for every twenty packages; all that pip says is in the log. A pipe has the exit code
# of its end only, so that a file says that pip succeeded.
log=.venv/pip.log installed=.venv/.installed
rm -f "$installed"
{
    .venv/bin/python -m pip install --disable-pip-version-check --root-user-action ignore \
        --progress-bar off --constraint constraints.txt --editable '.[dev]' 2>&1 && : >"$installed"
} | tee "$log" | awk '
    /^Collecting / && ++found % 20 == 0 { print "  " found " packages found"; fflush() }
    /^Installing collected packages/ { print "  installing " NF - 3 " packages"; fflush() }
' >&2
if [ ! -e "$installed" ]; then
    tail -n 20 "$log" >&2
    say "pip could not install every package: see above, and all that it said in $log."
    exit 1
fi
rm -f "$installed"
touch .venv/.ready
