"""A plugin's source has its own time, and what we do for it does not count; yet it ends."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import pytest

import plugin_packages
from msnewsletter import plugin_process
from msnewsletter.errors import PluginError, SourceError
from msnewsletter.plugins import PluginGroup
from msnewsletter.source_settings import PluginSource
from msnewsletter.sources.fetch import plugin_source
from msnewsletter.sources.fetch.client import Fetcher, FetchLimits
from msnewsletter.sources.fetch.known_source import KnownSource
from plugin_packages import add_plugin
from sources.fetch.endpoint_server import AT
from sources.fetch.web_server import WebServer, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from msnewsletter.sources.fetch.finds import Find

GIVES = (
    "yield {'key': str(number), 'headline': 'It is good.', 'published': '2026-11-20', "
    "'found': 'A thing.', 'why_it_matters': 'So.', 'cautions': 'It was small.'}\n"
)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving({"/a": b"text"}) as server:
        server.fail("/forbidden", 403)
        server.fail("/gone", 410)
        yield server


class Watch:
    """The monotonic clock, which is put forward where the program waits for a host's turn."""

    def __init__(self) -> None:
        self._put = 0.0

    def __call__(self) -> float:
        return monotonic() + self._put

    def put_forward(self, seconds: float) -> None:
        self._put += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(plugin_process, "monotonic", watch)
    return watch


@pytest.fixture
def install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: WebServer
) -> Callable[[str], None]:
    """Installs a source whose function has this body, with the server's address as `base`."""
    plugin_packages.install(tmp_path, monkeypatch)

    def add(body: str) -> None:
        code = f"def work(request):\n    base = {server.base!r}\n{body}"
        add_plugin(tmp_path, "any_source", str(PluginGroup.SOURCES), "any", code)

    return add


def looked(
    root: Path, watch: Watch, *, timeout: int, pause: float = 0, into: list[Find] | None = None
) -> list[Find]:
    """All that a look brings, also before it raises."""
    brought: list[Find] = [] if into is None else into
    source = PluginSource(name="a", kind="any")
    limits = FetchLimits(private=True, pause=pause, timeout=timeout)
    source = source.model_copy(update={"timeout": timeout})
    known = KnownSource(at=AT)
    with Fetcher(agent="test", limits=limits, now=lambda: AT, sleep=watch.put_forward) as fetcher:
        for find in plugin_source.look(source, fetcher=fetcher, known=known, root=root):
            brought.append(find)  # noqa: PERF402  (what came before an error stays)
    return brought


# ── its time ─────────────────────────────────────────────────────────────────────────────────────


def test_what_is_waited_for_a_hosts_turn_is_not_the_plugins_time(
    tmp_path: Path, server: WebServer, watch: Watch, install: Callable[[str], None]
) -> None:
    install(f"    for number in range(30):\n        request.get(base + '/a')\n        {GIVES}")
    # Its own time, in all, is 20 minutes; it waits for nearly five hours.
    assert len(looked(tmp_path, watch, timeout=60, pause=600)) == 30
    assert len(server.paths) == 30


def test_what_we_do_with_what_it_gives_is_not_the_plugins_time(
    tmp_path: Path, watch: Watch, install: Callable[[str], None]
) -> None:
    install(f"    for number in range(30):\n        {GIVES}        request.get(base + '/a')\n")

    class SlowDisk(list):  # type: ignore[type-arg]
        def append(self, find: Find) -> None:
            watch.put_forward(600)
            super().append(find)

    assert len(looked(tmp_path, watch, timeout=60, into=SlowDisk())) == 30


def test_one_that_asks_in_vain_for_ever_is_ended_though_each_answer_is_at_once(
    tmp_path: Path,
    watch: Watch,
    install: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plugin_process, "_TIMES", 1)
    asks = (
        "        try:\n            request.get('')\n        except Exception:\n            pass\n"
    )
    install(f"    while True:\n{asks}")
    with pytest.raises(PluginError, match="takes longer than 2 s, and was ended"):
        looked(tmp_path, watch, timeout=2)


# ── what is done for it ──────────────────────────────────────────────────────────────────────────

TRIES = (
    "        try:\n            request.get(base + '{}')\n        except Exception:\n"
    "            pass\n"
)


def test_one_that_gives_for_ever_is_ended_and_what_it_gave_is_kept(
    tmp_path: Path,
    watch: Watch,
    install: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plugin_source, "_OBJECTS", 3)
    install(f"    number = 0\n    while True:\n        number += 1\n        {GIVES}")
    brought: list[Find] = []
    with pytest.raises(PluginError, match="gives more than 3 objects, and was ended"):
        looked(tmp_path, watch, timeout=60, into=brought)
    assert len(brought) == 3


def test_one_that_asks_for_ever_is_not_asked_for_and_says_so(
    tmp_path: Path,
    server: WebServer,
    watch: Watch,
    install: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plugin_source, "_REQUESTS", 3)
    install("    while True:\n        request.get(base + '/a')\n")
    with pytest.raises(SourceError, match="a: asks for more than 3 documents in one look"):
        looked(tmp_path, watch, timeout=60)
    assert len(server.paths) == 3


def test_after_many_documents_in_a_row_that_do_not_come_its_servers_are_left_alone(
    tmp_path: Path, server: WebServer, watch: Watch, install: Callable[[str], None]
) -> None:
    tries = f"    for number in range(30):\n{TRIES.format('/forbidden')}    {GIVES}"
    install(tries)
    assert len(looked(tmp_path, watch, timeout=60)) == 1
    assert server.paths == 20 * ["/forbidden"]


def test_documents_that_are_gone_are_no_servers_that_are_down(
    tmp_path: Path, server: WebServer, watch: Watch, install: Callable[[str], None]
) -> None:
    install(f"    for number in range(30):\n{TRIES.format('/gone')}    {GIVES}")
    assert len(looked(tmp_path, watch, timeout=60)) == 1
    assert server.paths == 30 * ["/gone"]
