#!/bin/sh
# Installs what judges our bytes in tests: PostgreSQL, Chromium, Java, newsboat, SpamAssassin, rspamd ..., and npm's in tests/judges.
# Run by `make test`; quick when all is there. Without root it says what is missing, and goes on:
# tests that need a judge which is not there say so and are skipped.
set -eu
cd "$(dirname "$0")/../tests/judges"

say() { printf '%s\n' "$*" >&2; }

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium chromium
need java default-jre-headless
need node nodejs
need npm npm
need newsboat newsboat
need spamassassin spamassassin
need rspamd rspamd
need nginx nginx-light
need wrk wrk
# Debian keeps the server's programs out of the search path.
set -- /usr/lib/postgresql/*/bin/initdb
[ -x "$1" ] || need initdb postgresql

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing for the tests:$missing"
        apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        say "Not installed, so some tests will be skipped:$missing"
    fi
fi

# Chromium without its windows is a quarter of the work; where it is not to be had, Chromium judges.
if ! command -v chromium-headless-shell >/dev/null 2>&1 &&
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends \
        chromium-headless-shell; } >/dev/null 2>&1 ||
        say "chromium-headless-shell cannot be installed; chromium takes longer for the same tests"
fi

if command -v npm >/dev/null 2>&1; then
    if ! cmp -s package.json node_modules/.installed 2>/dev/null; then
        npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error
        cp package.json node_modules/.installed
    fi
fi
