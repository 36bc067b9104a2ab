"""What is remembered of a source may be damaged, shut or full of lies: nothing falls over it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import UNTIMED
from homes import AT, command, name_sources
from msnewsletter.clock.clock_troubles import all_troubles
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.situation import gather
from msnewsletter.publisher.source_memory import health_path, index_path
from sources.fetch.feed_homes import feed_home, headlines, look
from sources.fetch.web_server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)
ITEM = (
    "<item><title>About {0}.</title><guid>urn:x:{0}</guid><link>/{0}</link>"
    "<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><description><![CDATA[<h2>What was found</h2>"
    "<p>We saw {0}.</p><h2>Why it matters</h2><p>It may help.</p><h2>Cautions</h2>"
    "<p>It was small.</p>]]></description></item>"
)
FEED = f'<rss version="2.0"><channel>{ITEM.format("gut")}{ITEM.format("walk")}</channel></rss>'
READ = ["About gut.", "About walk."]


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home that read a feed once, from a server that still runs."""
    with serving(tags=True) as server:
        url = server.put("/feed", FEED)
        home = feed_home(tmp_path_factory.mktemp("memory") / "home", url, since="2026-01-01")
        assert look(home).failure is None
        yield home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with serving(tags=True) as server:
        home = feed_home(tmp_path / "home", server.put("/feed", FEED), since="2026-01-01")
        look(home)
        yield home


VALUES = (
    st.none()
    | st.booleans()
    | st.sampled_from([-1, 0, 2**31, 10**9 + 1, 10**30, float("nan"), float("inf"), 1e300])
    | st.sampled_from(
        [
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00Z",
            "2026-11-23T07:00:00",
            "2026-11-23T07:00:00+14:00",
            "2999-01-01T00:00:00Z",
            "soon",
            "a\nb\x1b[31m\u2028",
            "https://[::1",
            "../../../etc/passwd",
        ]
    )
    | st.text(max_size=20)
    | st.sampled_from([[], {}, [[[]]], {"": None}, ["x"] * 3, {"x": {"y": 1}}])
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a JSON document, itself first."""
    yield path
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _paths(one, (*path, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _paths(one, (*path, number))


def _with(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    inside = document[path[0]]
    changed = _with(inside, path[1:], value)
    if isinstance(document, list):
        return [changed if number == path[0] else one for number, one in enumerate(document)]
    return document | {path[0]: changed}


@given(data=st.data())
@settings(max_examples=60, **UNTIMED)
def test_whatever_one_of_its_fields_says_nothing_falls_over_and_the_next_look_mends_it(
    shared_home: Home, data: st.DataObject
) -> None:
    home = shared_home
    path = data.draw(st.sampled_from([health_path, index_path]))(home, "site")
    before = {one: one.read_bytes() for one in home.fetched.rglob("*.json")}
    try:
        document = json.loads(path.read_bytes())
        if path.name == "state.json":  # all fields that it may have
            document = HEALTH | document
        where = data.draw(st.sampled_from(list(_paths(document))))
        path.write_text(json.dumps(_with(document, where, data.draw(VALUES))))
        situation = gather(home, at=AT + HOUR)
        said = [one.says for one in all_troubles(situation, thorough=False)]
        said += [one.read_sentence(situation.zone) for one in situation.sources]
        assert all(line.isprintable() for line in said)
        assert look(home, AT + 2 * HOUR).failure is None
        assert headlines(home) == READ
    finally:
        for one, was in before.items():
            one.write_bytes(was)


HEALTH = {
    "begun": "2026-11-23T07:00:00Z",
    "tried": "2026-11-23T07:00:00Z",
    "succeeded": "2026-11-23T07:00:00Z",
    "caught_up": "2026-11-23T07:00:00Z",
    "failing_since": "2026-11-22T07:00:00Z",
    "failures": 3,
    "reason": "it is down",
    "not_before": "2026-11-23T07:00:00Z",
    "came": 1,
    "problems": 1,
    "remarks": ["a remark"],
    "spoilt": 3,
    "spoilt_since": "2026-11-22T07:00:00Z",
    "known": 2,
    "empty_since": "2026-11-22T07:00:00Z",
}


@pytest.mark.parametrize("verb", ["status", "collect"])
@pytest.mark.parametrize("value", ['"9999-12-31T23:59:59Z"', '"2026-11-23T07:00:00"', "NaN", "-1"])
def test_a_moment_that_no_look_wrote_is_no_traceback(home: Home, value: str, verb: str) -> None:
    path = health_path(home, "site")
    state = json.loads(path.read_bytes())
    named = dict.fromkeys(("succeeded", "tried", "added", "failing_since", "not_before"), "@")
    path.write_text(json.dumps(state | named).replace('"@"', value))
    done = command(home, verb)
    assert "Traceback" not in done.stderr
    assert "site" in done.stdout + done.stderr


@pytest.mark.parametrize("data", [b"\0" * 2_000_000, b"[" * 100_000, b'{"a":' * 100_000, b"NaN"])
def test_a_file_of_any_size_and_depth_is_made_again(home: Home, data: bytes) -> None:
    for path in (health_path(home, "site"), index_path(home, "site")):
        path.write_bytes(data)
    assert not [
        one for one in all_troubles(gather(home, at=AT), thorough=False) if "bug" in one.says
    ]
    assert look(home, AT + HOUR).failure is None
    assert headlines(home) == READ


@pytest.mark.parametrize("name", ["state.json", "index.json"])
def test_a_folder_in_its_place_is_one_line_that_names_it_until_it_is_gone(
    home: Home, name: str
) -> None:
    path = home.fetched / "site" / name
    path.unlink()
    path.mkdir()
    (path / "something").touch()
    assert f"var/sources/site/{name}" in str(look(home, AT + HOUR).failure)
    done = command(home, "doctor")
    assert f"BAD  home: var/sources/site/{name}: is a folder" in done.stdout
    assert "Traceback" not in done.stderr
    (path / "something").unlink()
    path.rmdir()
    assert look(home, AT + HOUR).failure is None
    assert headlines(home) == READ


# ── folders that cannot be read ──────────────────────────────────────────────────────────────

CLOSED = [
    ("", 0),
    ("site", 0),
    ("site/items", 0o444),
    ("site/items", 0o111),
]


@pytest.fixture
def closed(home: Home, request: pytest.FixtureRequest) -> Iterator[Path]:
    name, mode = request.param
    path = home.fetched / name
    path.chmod(mode)
    yield path
    path.chmod(0o755)


@pytest.mark.parametrize("closed", CLOSED, indirect=True)
def test_of_a_folder_that_cannot_be_read_nothing_is_said_to_be_gone_and_all_else_is_said(
    home: Home, closed: Path
) -> None:
    place = home.display_path(closed)
    line = f"{place}: cannot be read; check what is there, and its permissions"
    done = command(home, "publish", anyone=True)
    assert done.returncode == 1
    assert line in done.stderr
    status = command(home, "status", anyone=True)
    assert f"HOME: {line}" in status.stdout
    assert "Source site (feed) " in status.stdout
    doctor = command(home, "doctor", anyone=True).stdout
    assert f"BAD  home: {line}" in doctor
    assert "BAD  sources: the source site " in doctor
    assert "ok   settings: newsletter.toml is valid" in doctor
    assert "ok   database: " in doctor
    for done in (status.stdout + status.stderr, doctor):
        assert "is gone" not in done
        assert "Traceback" not in done


def test_what_was_sent_is_not_corrected_from_another_source_while_its_own_cannot_be_read(
    home: Home,
) -> None:
    collect_now(home, at=AT)
    publish(home, at=AT)
    (home.fetched / "site").chmod(0)
    try:
        text = home.settings.read_text()
        url = text.split('url = "')[1].split('"')[0]
        both = "".join(
            f'\nname = "{name}"\nkind = "feed"\nurl = "{url}"\nprivate = true\n'
            + ("\n[[sources]]" if name == "site" else "")
            for name in ("site", "other")
        )
        name_sources(home, both)
        done = command(home, "publish", "--no-fetch", anyone=True)
    finally:
        (home.fetched / "site").chmod(0o755)
    assert done.returncode == 1
    assert "var/sources/site: cannot be read" in done.stderr
    assert sorted(one.name for one in home.records.glob("0*.json")) == ["0001.json"]
