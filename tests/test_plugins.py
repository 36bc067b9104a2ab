"""A plugin that does anything wrong is one line with its distribution, and stops nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import plugin_packages
from homes import command, empty_home, name_sources, write_summary
from msnewsletter.plugins import PluginGroup, installed_plugins
from plugin_packages import add_plugin

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

AT = ("--at", "2026-11-23T08:00")
SOURCES, CHECKS, OUTBOX = (str(one) for one in PluginGroup)
OBJECT = (
    '{"key": "good", "headline": "It is good.", "published": "2026-11-20", "found": "A thing.", '
    '"why_it_matters": "So.", "cautions": "It was small."}'
)
GOOD = f"def work(request):\n    yield {OBJECT}\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    plugin_packages.install(tmp_path / "installed", monkeypatch)
    return tmp_path / "installed"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home", sandbox="false")


# ── sources ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import nothing_like_this\n", "cannot be loaded (ModuleNotFoundError: No module named"),
        ("work = 3\n", "offers 'bad_one:work', which is no function"),
        ("other = 3\n", "cannot be loaded (AttributeError"),
        ("raise SystemExit(0)\n", "cannot be loaded (SystemExit"),
        (
            "def work(request):\n    raise ValueError('a@b.example\\nx')\n",
            "fails (ValueError: <",
        ),
        ("def work(request):\n    raise SystemExit(0)\n", "fails (SystemExit"),
        ("def work(request):\n    return 3\n", "gives a int, and not a list of objects"),
        ("def work(request):\n    return 'text'\n", "gives a str, and not a list of objects"),
        ("def work():\n    return []\n", "fails (TypeError"),
    ],
)
def test_a_source_that_fails_is_one_line_and_the_other_is_read(
    installed: Path, home: Home, code: str, says: str
) -> None:
    add_plugin(installed, "bad_one", SOURCES, "bad", code)
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    name_sources(home, 'name = "a"\nkind = "bad"', 'name = "b"\nkind = "good"')
    done = command(home, "collect")
    [line] = [one for one in done.stderr.splitlines() if "bad-one 1.0 (source 'bad')" in one]
    assert says in line
    assert "a@b" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "It is good." in command(home, "status").stdout


def test_what_it_gave_before_it_failed_is_kept_and_rubbish_costs_no_other(
    installed: Path, home: Home
) -> None:
    rubbish = "    yield 3\n    yield {'key': 'a'}\n    yield {'key': 'b', 'found': {1, 2}}\n"
    code = GOOD + rubbish + "    raise OSError('no more')\n"
    add_plugin(installed, "half_one", SOURCES, "half", code)
    name_sources(home, 'name = "a"\nkind = "half"')
    assert "fails (OSError: no more)" in command(home, "collect").stderr
    assert "It is good." in command(home, "status").stdout


def test_a_kind_that_nobody_offers_any_more_is_said_and_what_it_brought_stays(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    name_sources(home, 'name = "a"\nkind = "good"\noptions = {of = "anything", also = [1, 2]}')
    assert command(home, "collect").returncode == 0
    monkeypatch.syspath_prepend(str(installed.parent))  # another path: looked at anew
    sys.path.remove(str(installed))
    done = command(home, "collect")
    assert "no distribution that is installed offers 'good'" in done.stderr
    shown = command(home, "status").stdout
    assert "the source 'a': no distribution that is installed offers 'good'; install the" in shown
    assert "It is good." in shown
    assert command(home, "publish", *AT).returncode == 0
    assert "BAD  plugins: the source 'a'" in command(home, "doctor").stdout


def test_two_that_offer_one_kind_are_both_named(installed: Path, home: Home) -> None:
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    add_plugin(installed, "good_two", SOURCES, "good", GOOD)
    add_plugin(installed, "feed_one", SOURCES, "feed", GOOD)
    name_sources(home, 'name = "a"\nkind = "good"')
    assert "good-one and good-two both offer it" in command(home, "collect").stderr
    shown = command(home, "doctor").stdout
    assert "feed-one 1.0 (source 'feed'): has the name of a kind of the program" in shown


# ── checks ───────────────────────────────────────────────────────────────────────────────────────

FOUND = "Finding(name='x', severity={}, place='p', reason='r\\n', remedy='m')"

BEGINS = "from msnewsletter.api import Finding\ndef work(checked):\n"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import nothing_like_this\n", "cannot be loaded (ModuleNotFoundError"),
        ("def work(checked):\n    raise RuntimeError('no')\n", "fails (RuntimeError: no)"),
        (
            (
                "from msnewsletter.errors import RefusedError\ndef work(checked):\n"
                "    raise RefusedError('a', 'b', 'c')\n"
            ),
            "fails (RefusedError: a: b; c)",
        ),
        (
            (
                "class Mute(Exception):\n    def __str__(self):\n        raise TypeError\n"
                "def work(checked):\n    raise Mute\n"
            ),
            "fails (Mute: )",
        ),
        ("def work(checked):\n    pass\n", "gives a NoneType, and no findings"),
        ("def work(checked):\n    return ['x']\n", "gives str, which is no whole finding"),
        (
            f"{BEGINS}    return [{FOUND.format(3)}]\n",
            "gives Finding, which is no whole finding",
        ),
        (
            f"{BEGINS}    return [{FOUND.format(repr('grave'))}]\n",
            "fails (ValueError",
        ),
    ],
)
def test_a_check_that_fails_is_a_finding_and_the_others_are_asked(
    installed: Path, home: Home, code: str, says: str
) -> None:
    add_plugin(installed, "bad_check", CHECKS, "a-bad", code)
    good = "from msnewsletter.api import Finding, Severity\ndef work(checked):\n"
    good += f"    yield {FOUND.format('Severity.WARN')}\n"
    add_plugin(installed, "good_check", CHECKS, "b-good", good)
    write_summary(home, "first")
    done = command(home, "check", *AT)
    assert done.returncode == 0, done.stderr
    assert "WARN  plugin-failed" in done.stdout
    assert f"bad-check 1.0 (check 'a-bad'): {says}" in done.stdout
    assert "WARN  b-good: x" in done.stdout


def test_what_a_check_prints_is_not_among_the_json_of_a_command(
    installed: Path, home: Home
) -> None:
    code = "def work(checked):\n    print('HELLO')\n    return []\n"
    add_plugin(installed, "loud_check", CHECKS, "loud", code)
    write_summary(home, "first")
    done = command(home, "check", "--json", *AT)
    assert json.loads(done.stdout)
    assert "HELLO" in done.stderr


# ── consumers of the outbox ──────────────────────────────────────────────────────────────────────

TOLD = (
    "from pathlib import Path\ndef work(told):\n"
    "    log = Path(told.folder, '..', '..', '..', 'told.txt')\n"
    "    if Path(log.parent, 'shut').exists(): raise OSError('shut')\n"
    "    with log.open('a') as file: file.write(f'{told.number} {told.page}\\n')\n"
)


def told(home: Home) -> list[str]:
    path = home.root / "told.txt"
    return path.read_text().splitlines() if path.exists() else []


def publish(home: Home, key: str, at: str) -> None:
    write_summary(home, key)
    done = command(home, "publish", "--at", at)
    assert done.returncode == 0, done.stderr


def test_each_issue_is_told_of_once_and_what_failed_is_told_at_the_next_run(
    installed: Path, home: Home
) -> None:
    publish(home, "before", "2026-11-22T08:00")  # it was not installed then
    add_plugin(installed, "bad_out", OUTBOX, "a-bad", "def work(told):\n    raise OSError('x')\n")
    add_plugin(installed, "good_out", OUTBOX, "b-good", TOLD)
    sys.path.insert(0, str(installed / "."))  # looked at anew
    publish(home, "first", "2026-11-23T08:00")
    page = "https://notes.example.org/issues/{}.html"
    assert told(home) == [f"2 {page.format('0002')}"]
    assert (home.site / "issues" / "0002.html").exists()
    (home.root / "shut").touch()
    publish(home, "second", "2026-11-24T08:00")
    assert len(told(home)) == 1
    shown = command(home, "doctor").stdout
    assert "BAD  plugins: good-out 1.0 (outbox 'b-good'): fails at issue 3 (OSError: shut)" in shown
    assert "was not told of issue 2, 3" in shown  # the other one
    (home.root / "shut").unlink()
    done = command(home, "run", "--once")
    assert "good-out" not in done.stderr
    assert told(home) == [f"{number} {page.format(f'000{number}')}" for number in (2, 3)]
    assert "the clock has failed to tell plugins of released issues" not in shown
    command(home, "run", "--once")
    assert len(told(home)) == 2


def test_one_that_raises_an_error_of_ours_stops_no_other(installed: Path, home: Home) -> None:
    ours = "from msnewsletter.errors import RefusedError\ndef work(told):\n"
    add_plugin(
        installed, "bad_out", OUTBOX, "a-bad", f"{ours}    raise RefusedError('a', 'b', 'c')\n"
    )
    add_plugin(installed, "good_out", OUTBOX, "b-good", TOLD)
    publish(home, "first", "2026-11-23T08:00")
    assert len(told(home)) == 1
    assert "bad-out 1.0 (outbox 'a-bad'): fails at issue 1" in command(home, "doctor").stdout


def test_a_queue_that_is_damaged_is_named_and_kept_and_later_issues_are_told(
    installed: Path, home: Home
) -> None:
    add_plugin(installed, "good_out", OUTBOX, "b-good", TOLD)
    (home.root / "shut").touch()
    publish(home, "first", "2026-11-23T08:00")
    (home.var / "consumers.json").write_text("{bad")
    assert "BAD  plugins: var/consumers.json: it is damaged" in command(home, "doctor").stdout
    (home.root / "shut").unlink()
    publish(home, "second", "2026-11-24T08:00")
    assert [line.split()[0] for line in told(home)] == ["2"]
    assert (home.var / "consumers.json.damaged").read_text() == "{bad"
    assert "var/consumers.json.damaged: it is damaged" in command(home, "doctor").stdout
    (home.var / "consumers.json.damaged").unlink()
    assert "ok   plugins" in command(home, "doctor", "--all").stdout


def test_from_a_sandbox_nobody_is_told(installed: Path, tmp_path: Path) -> None:
    add_plugin(installed, "good_out", OUTBOX, "b-good", TOLD)
    sandbox = empty_home(tmp_path / "sandbox")
    publish(sandbox, "first", "2026-11-23T08:00")
    assert told(sandbox) == []
    assert not (sandbox.var / "consumers.json").exists()


def test_one_that_is_missing_keeps_its_issues_until_it_is_back_or_given_up(
    installed: Path, home: Home
) -> None:
    add_plugin(installed, "good_out", OUTBOX, "good", TOLD)
    publish(home, "first", "2026-11-23T08:00")
    sys.path.remove(str(installed))
    publish(home, "second", "2026-11-24T08:00")
    shown = command(home, "status").stdout
    assert "no distribution that is installed offers 'good'; install the one that does, or" in shown
    assert "msnewsletter plugins forget good" in shown
    assert "good: told of 1 released issues; waiting: 2" in command(home, "plugins", "list").stdout
    sys.path.insert(0, str(installed))
    publish(home, "third", "2026-11-25T08:00")
    assert [line.split()[0] for line in told(home)] == ["1", "2", "3"]
    sys.path.remove(str(installed))
    publish(home, "fourth", "2026-11-26T08:00")
    done = command(home, "plugins", "forget", "good")
    assert done.stdout == "good is forgotten; it was not told of issue 4.\n"
    assert "good" not in command(home, "status").stdout.replace("It is good", "")
    assert command(home, "plugins", "forget", "good").returncode == 1


# ── at large ─────────────────────────────────────────────────────────────────────────────────────


def test_without_plugins_nothing_is_told_and_nothing_is_kept(home: Home) -> None:
    publish(home, "first", "2026-11-23T08:00")
    assert not (home.var / "consumers.json").exists()
    assert "ok   plugins: none is installed" in command(home, "doctor").stdout
    assert command(home, "plugins", "list").stdout == "No plugin is installed.\n"


def test_no_plugin_is_imported_that_a_command_does_not_call(installed: Path, home: Home) -> None:
    for group in (SOURCES, CHECKS, OUTBOX):
        name = f"loud_{group.rpartition('.')[2]}"
        add_plugin(installed, name, group, "loud", "raise SystemExit('imported')\n")
    assert [one.version for one in installed_plugins(PluginGroup.CHECKS)] == ["1.0"]
    write_summary(home, "first")
    for words in (("--help",), ("collect",), ("plugins", "list")):
        done = command(home, *words)
        assert done.returncode == 0
        assert "imported" not in done.stdout + done.stderr
    code = (
        "import sys; from msnewsletter.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('importlib.metadata' in sys.modules and 'msnewsletter.plugins' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
