#!/bin/sh
# Installs what judges our bytes in tests: PostgreSQL, Chromium, Java, newsboat, SpamAssassin, rspamd ..., and npm's in tests/judges;
# and what our mail goes to in tests: postfix, dovecot, opendkim. None of them is started or configured here.
# Run by `make test`, and beside setup.sh by .ci/run; quick when all is there. Without root it says what is missing, and goes on:
# tests that need a judge which is not there say so and are skipped.
set -eu
cd "$(dirname "$0")/../tests/judges"

say() { printf '%s\n' "$*" >&2; }

missing=""
# One at a time: setup.sh may be at work.
apt_get() { flock -o ../../tools/setup.sh env DEBIAN_FRONTEND=noninteractive apt-get "$@"; }
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium chromium
need java default-jre-headless
need node nodejs
need npm npm
need newsboat newsboat
need spamassassin spamassassin
need rspamd rspamd
need nginx nginx-light
need caddy caddy
[ -x /lib/systemd/systemd ] || need systemd systemd
need wrk wrk
need ip iproute2
need zsh zsh
python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
need fish fish
# Debian keeps the server's programs out of the search path.
set -- /usr/lib/postgresql/*/bin/initdb
[ -x "$1" ] || need initdb postgresql
[ -x /usr/sbin/pgbouncer ] || need pgbouncer pgbouncer
[ -x /usr/sbin/dovecot ] || need dovecot dovecot-imapd
[ -x /usr/sbin/opendkim ] || need opendkim opendkim
[ -x /usr/sbin/opendkim-genkey ] || need opendkim-genkey opendkim-tools
# There can be one mail server only: another one is not replaced for a test.
if [ ! -x /usr/sbin/postfix ]; then
    if [ -e /usr/sbin/sendmail ]; then
        say "Another mail server is installed, and postfix would replace it: tests that need postfix will be skipped."
    else
        need postfix postfix
    fi
fi

# No service is started now or at the next boot: a test starts its own, with its own settings.
policy=/usr/sbin/policy-rc.d
forbid_services() {
    [ -e "$policy" ] && return
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
}
install_quietly() {
    forbid_services
    # "No configuration": it asks nothing, writes no main.cf, and so runs nowhere but in tests.
    case " $* " in
    *" postfix "*) echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections ;;
    esac
    apt_get install -y -qq --no-install-recommends --no-remove "$@" >/dev/null
    for service in postfix dovecot opendkim pgbouncer caddy; do
        case " $* " in
        *" $service"[\ -]*) update-rc.d "$service" disable >/dev/null 2>&1 || true ;;
        esac
    done
}

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing for the tests:$missing"
        apt_get update -qq
        # shellcheck disable=SC2086
        install_quietly $missing
    else
        say "Not installed, so some tests will be skipped:$missing"
    fi
fi

# Chromium without its windows is a quarter of the work; where it is not to be had, Chromium judges.
if ! command -v chromium-headless-shell >/dev/null 2>&1 &&
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    { apt_get update -qq && apt_get install -y -qq --no-install-recommends \
        chromium-headless-shell; } >/dev/null 2>&1 ||
        say "chromium-headless-shell cannot be installed; chromium takes longer for the same tests"
fi

# An S3 server: in an environment of its own, for its parts want others of what we have.
s3=../../.venv/s3
if ! cmp -s s3-requirements.txt "$s3/.installed" 2>/dev/null; then
    if python3 -m venv "$s3" && "$s3/bin/pip" install --quiet --quiet --disable-pip-version-check \
        --requirement s3-requirements.txt; then
        cp s3-requirements.txt "$s3/.installed"
    else
        say "moto cannot be installed, so the tests with an S3 server will be skipped"
    fi
fi

if command -v npm >/dev/null 2>&1; then
    if ! cmp -s package.json node_modules/.installed 2>/dev/null; then
        npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error
        cp package.json node_modules/.installed
    fi
fi
