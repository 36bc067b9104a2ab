#!/bin/sh
# What an installation is made of: `parts.sh sbom` writes it as CycloneDX, from a new environment with
# the wheel and its pinned parts; `parts.sh audit` asks a database of weaknesses about the pinned parts.
# Both tools are in an environment of their own, for they want other versions than we do.
set -eu
cd "$(dirname "$0")/../.."
tools=.venv/release
if ! cmp -s tools/release/requirements.txt "$tools/.installed" 2>/dev/null; then
    .venv/bin/python -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check \
        --requirement tools/release/requirements.txt
    cp tools/release/requirements.txt "$tools/.installed"
fi
case "${1:-}" in
sbom)
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    .venv/bin/python -m hatchling build -t wheel -d "$work/dist" >/dev/null
    .venv/bin/python -m venv --without-pip "$work/new"
    .venv/bin/python -m pip --python "$work/new/bin/python" install --quiet \
        --disable-pip-version-check --constraint constraints.txt "$work"/dist/*.whl
    mkdir -p build
    "$tools/bin/cyclonedx-py" environment --pyproject pyproject.toml --mc-type application \
        --output-reproducible --validate --output-file build/sbom.json "$work/new/bin/python"
    echo "build/sbom.json: $(grep -c '"purl"' build/sbom.json) parts"
    ;;
audit)
    # Strict: an index that knows no weaknesses, as a mirror, passes nothing.
    "$tools/bin/pip-audit" --requirement constraints.txt --no-deps --disable-pip --strict
    ;;
*)
    echo "say which: sbom or audit" >&2
    exit 2
    ;;
esac
