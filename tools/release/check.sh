#!/bin/sh
# Tries the wheel of this checkout as its users will: in a new environment on each Python, with all
# that it needs from the index. Run by `make release-check`; PYTHONS="3.12" tries that one alone.
# TESTS="tests/issue ..." also runs these tests there. Fails where a Python is missing or a step fails.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missing=""

say() { printf '%s\n' "$*"; }

# The program of a version: from the search path, or else pyenv's newest.
python_of() {
    command -v "python$1" 2>/dev/null && "python$1" -c '' 2>/dev/null && return
    ls -d "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1."*/bin/python3 2>/dev/null | sort -V | tail -n 1
}

env -u PYTHONPATH .venv/bin/python -m hatchling build -t wheel -d "$work/dist" >/dev/null
wheel=$(ls "$work"/dist/*.whl)
for version in ${PYTHONS:-3.11 3.12 3.13}; do
    python=$(python_of "$version" | tail -n 1)
    if [ -z "$python" ]; then
        missing="$missing $version"
        continue
    fi
    new="$work/$version"
    "$python" -m venv "$new"
    "$new/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint constraints.txt "$wheel${TESTS:+[dev]}"
    say "$("$new/bin/python" --version): $("$new/bin/msnewsletter" --version)"
    TEST_PROGRAM="$new/bin/msnewsletter" .venv/bin/python -m pytest -q -p no:cacheprovider \
        tests/release/test_black_box.py
    (cd "$work" && "$new/bin/msnewsletter" demo)
    if [ -n "${TESTS:-}" ]; then
        # shellcheck disable=SC2086
        (cd "$root" && env -u PYTHONPATH "$new/bin/python" -m pytest -q -p no:cacheprovider $TESTS)
    fi
done
if [ -n "$missing" ]; then
    say "Not tried, for there is no such Python here:$missing" >&2
    exit 1
fi
