"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import stamina
from hypothesis import settings

import chance
from cluster import SOON, find_initdb, running
from compiled_sql import keep_compiled_sql
from machines import network
from msnewsletter.sources.fetch.retries import RetryRule
from msnewsletter.store.location import ADDRESS
from no_addresses import watch_logs
from parsed_feeds import keep_parsed_feeds
from peers.recording_server import recording_server
from ram_disk import use_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cluster import Cluster
    from machines import Network
    from peers.recording_server import RecordingServer

ROOT = Path(__file__).parents[1]

# Nothing here survives a power cut, and nothing here has to: no test can cause one. Waiting for the
# disk to have a file takes nearly as long as making it.
os.fsync = lambda _: None
use_memory()
keep_parsed_feeds()
keep_compiled_sql()
# A document that does not come is asked for as often as ever, without the seconds in between, of
# which some are drawn by chance.
stamina.set_testing(True, attempts=RetryRule().attempts, cap=True)

watch_logs()
chance.load_everything()
settings.load_profile(chance.PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    chance.in_order(items)


def pytest_collection_finish() -> None:
    """What is loaded stays: neither we nor a process that is forked look for garbage in it."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str | None:
    return chance.told()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where a run failed by chance, say again what to repeat it with: the header is far away."""
    if line := chance.told():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real pages and schemas; it lies beside the repository, not in it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared: the real pages and schemas are not part of the repository")
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own."""
    initdb = find_initdb()
    if initdb is None:
        told = "needs PostgreSQL's initdb; tools/setup-judges.sh installs it as root on Debian"
        if os.getuid() == 0 and shutil.which("apt-get"):
            pytest.fail(told)
        pytest.skip(told)
    with closing(running(initdb.parent)) as started:  # type: ignore[type-var]
        yield next(started)


@pytest.fixture
def postgresql(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """An empty PostgreSQL database, which all homes of the test share."""
    cluster.empty()
    monkeypatch.setenv(ADDRESS, cluster.url())
    return cluster


@pytest.fixture(autouse=os.environ.get("TEST_DATABASE") == "postgresql")
def database_of_this_run(request: pytest.FixtureRequest) -> None:
    """Give every test PostgreSQL where the run is to have it, but those that need SQLite."""
    own = not {"database", "distant_database"}.isdisjoint(request.fixturenames)
    if own or request.node.get_closest_marker("sqlite"):
        return
    request.getfixturevalue("postgresql")


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database that the homes of the test have; see `databases.on_both`."""
    kind: str = getattr(request, "param", "sqlite")
    if kind == "postgresql":
        request.getfixturevalue("postgresql")
    return kind


@pytest.fixture(scope="module")
def net() -> Iterator[Network]:
    """Two machines; we are at their switch."""
    with closing(network()) as laid_out:  # type: ignore[type-var]
        yield next(laid_out)


@pytest.fixture(scope="module")
def distant(cluster: Cluster, net: Network) -> Iterator[Cluster]:
    """A PostgreSQL server that both machines reach."""
    with closing(running(cluster.programs, net.address)) as started:  # type: ignore[type-var]
        yield next(started)


@pytest.fixture
def distant_database(distant: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The same, empty; whoever is cut off from it hears of it soon, and it of them."""
    distant.empty()
    monkeypatch.setenv(ADDRESS, distant.url() + SOON)
    return distant


@pytest.fixture(scope="module")
def keeps_messages() -> bool:
    """Whether `one_server` keeps messages whole, and not their digests; a module may say so."""
    return False


@pytest.fixture(scope="module")
def one_server(
    tmp_path_factory: pytest.TempPathFactory, *, keeps_messages: bool
) -> Iterator[RecordingServer]:
    """A mail server that writes down what comes to it; a test of its own takes `server`."""
    folder = tmp_path_factory.mktemp("server")
    with recording_server(folder, keep_messages=keeps_messages) as running:
        yield running


@pytest.fixture
def server(one_server: RecordingServer) -> RecordingServer:
    """The same, which has forgotten all, and behaves well."""
    one_server.forget()
    return one_server
