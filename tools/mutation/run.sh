#!/bin/sh
# Installs mutmut beside .venv, for it wants parts that the program does not, and runs run.py with it.
set -eu
cd "$(dirname "$0")/../.."
site=.venv/mutation
if ! cmp -s tools/mutation/requirements.txt "$site/.installed" 2>/dev/null; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --no-deps \
        --target "$site" --requirement tools/mutation/requirements.txt
    cp tools/mutation/requirements.txt "$site/.installed"
fi
PYTHONPATH="$PWD/$site" exec nice -n 5 .venv/bin/python tools/mutation/run.py "$@"
