"""A source of a plugin that does anything wrong is one line, and no other source hears of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

import plugin_packages
from homes import command, empty_home, name_sources
from msnewsletter import plugin_process
from plugin_packages import add_plugin
from plugins.plugin_homes import (
    AT,
    GOOD,
    HANGS,
    OBJECT,
    SOURCES,
)

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


# What a source does, and what is said of it.
FAILING = (
    ("import nothing_like_this\n", "cannot be loaded (ModuleNotFoundError: No module named"),
    ("work = 3\n", "offers '{module}:work', which is no function"),
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
    ("def work(request):\n    raise KeyboardInterrupt\n", "fails (KeyboardInterrupt"),
    ("def work(request):\n    raise GeneratorExit\n", "fails (GeneratorExit"),
    (
        (
            "from msnewsletter.errors import PluginError\n"
            "def work(request):\n    raise PluginError(b'a', object(), '\\ud800')\n"
        ),
        "fails (PluginError: ",
    ),
    (
        (
            "import json\ndef work(request):\n    json.dumps = lambda *a, **k: 'not json'\n"
            f"    yield {OBJECT}\n"
        ),
        "writes to what its process answers on, and was ended",
    ),
)
ASKING = (
    ("5", "asks for a int, and not for the text of an address"),
    ("None", "asks for a NoneType, and not for the text of an address"),
    ("[]", "asks for a list, and not for the text of an address"),
    ("b'http://a.example/'", "asks for a bytes, and not for the text of an address"),
    ("''", "it is no web address"),
    ("'\\ud800'", "it is no web address"),
    ("'http://[::1'", "it is no web address"),
    ("'http://a.example:99999/'", "it is no web address"),
    ("'file:///etc/passwd'", "it is no web address"),
)
_ASKS = "def work(request):\n    request.get({})\n"
BAD = (*FAILING, *((_ASKS.format(asked), says) for asked, says in ASKING))


@dataclass(frozen=True)
class Collected:
    """What was said when all of BAD were looked at beside a good one."""

    lines: str
    status: str

    def line_of(self, number: int) -> str:
        """The one line about one of BAD."""
        begins = f"Source bad{number}: failed: "
        [line] = [one for one in self.lines.splitlines() if one.startswith(begins)]
        return line


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    folder = tmp_path_factory.mktemp("bad")
    home = empty_home(folder / "home", sandbox="false")
    with pytest.MonkeyPatch.context() as patch:
        plugin_packages.install(folder / "installed", patch)
        for number, (code, _) in enumerate(BAD):
            add_plugin(folder / "installed", f"bad_{number}", SOURCES, f"bad{number}", code)
        add_plugin(folder / "installed", "good_one", SOURCES, "good", GOOD)
        kinds = [*(f"bad{number}" for number in range(len(BAD))), "good"]
        name_sources(home, *(f'name = "{kind}"\nkind = "{kind}"' for kind in kinds))
        lines = command(home, "collect").stderr
        return Collected(lines, command(home, "status").stdout)


@pytest.mark.parametrize("number", range(len(FAILING)))
def test_a_source_that_fails_is_one_line_with_its_distribution(
    collected: Collected, number: int
) -> None:
    line = collected.line_of(number)
    assert f" bad-{number} 1.0 (source 'bad{number}'): " in line
    assert FAILING[number][1].replace("{module}", f"bad_{number}") in line


@pytest.mark.parametrize("number", range(len(ASKING)))
def test_a_source_that_asks_for_what_is_no_address_fails(collected: Collected, number: int) -> None:
    assert ASKING[number][1] in collected.line_of(len(FAILING) + number)


def test_the_others_are_read_all_the_same(collected: Collected) -> None:
    assert "It is good." in collected.status
    for never in ("a@b", "a bug", "Traceback"):
        assert never not in collected.lines


def test_what_it_gave_before_it_failed_is_kept_and_rubbish_costs_no_other(
    installed: Path, home: Home
) -> None:
    rubbish = (
        "    yield 3\n    yield []\n    yield [{}, {}]\n"
        "    yield {'key': 'a'}\n    yield {'key': 'b', 'found': {1, 2}}\n"
    )
    code = GOOD + rubbish + "    raise OSError('no more')\n"
    add_plugin(installed, "half_one", SOURCES, "half", code)
    name_sources(home, 'name = "a"\nkind = "half"')
    shown = command(home, "collect").stderr
    assert "fails (OSError: no more)" in shown
    assert "a bug" not in shown
    assert "It is good." in command(home, "status").stdout


def test_a_list_is_no_object_and_costs_no_other(installed: Path, home: Home) -> None:
    code = f"def work(request):\n    return [[], [{OBJECT}], {OBJECT}]\n"
    add_plugin(installed, "list_one", SOURCES, "list", code)
    name_sources(home, 'name = "a"\nkind = "list"')
    shown = command(home, "collect").stderr
    for number in (1, 2):
        assert f"a, object {number}: is none, or holds what is no text" in shown
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


def test_a_source_that_never_returns_fails_and_what_it_gave_before_is_kept(
    installed: Path, home: Home
) -> None:
    code = HANGS.replace("    import", f"    yield {OBJECT}\n    import")
    add_plugin(installed, "slow_one", SOURCES, "slow", code)
    name_sources(home, 'name = "a"\nkind = "slow"\ntimeout = 3')
    done = command(home, "collect")
    assert "slow-one 1.0 (source 'slow'): says nothing for 3 s, and was ended" in done.stderr
    assert "It is good." in command(home, "status").stdout


def test_a_source_that_gives_for_ever_is_ended(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_process, "_TIMES", 2)
    code = "def work(request):\n    import threading\n    while True:\n"
    code += f"        threading.Event().wait(0.2)\n        yield {OBJECT}\n"
    add_plugin(installed, "long_one", SOURCES, "long", code)
    name_sources(home, 'name = "a"\nkind = "long"\ntimeout = 1')
    done = command(home, "collect")
    assert "long-one 1.0 (source 'long'): takes longer than 2 s, and was ended" in done.stderr
