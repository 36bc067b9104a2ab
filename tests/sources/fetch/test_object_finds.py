"""Objects as finds: whatever they hold, nothing but SourceError is raised, and all can be kept."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import SourceError
from msnewsletter.json_path import compiled
from msnewsletter.sources import read_bytes
from msnewsletter.sources.addresses import key_of_identity
from msnewsletter.sources.fetch.command_source import _objects
from msnewsletter.sources.fetch.finds import Read, Remark, Unchanged, Unread
from msnewsletter.sources.fetch.json_answer import read_answer
from msnewsletter.sources.fetch.known_source import KnownSource, KnownSummary
from msnewsletter.sources.fetch.object_finds import ObjectFinds
from msnewsletter.sources.fetched_file import FetchedSummary, fetched_bytes
from sources.fetch.endpoint_server import AT, objects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.sources.fetch.finds import Find

MAP = {
    "key": "$.id",
    "url": "$.url",
    "headline": "$.headline",
    "found": "html:$.found",
    "why_it_matters": "$.why_it_matters",
    "cautions": "$..cautions",
    "tags": "$.tags",
    "published": "$.published",
}
TEXT = st.text(st.characters(categories=None), max_size=30) | st.sampled_from(
    ["\ud800", "<p>x</p>", "10.1000/a", "https://example.org/a", "2026-11-20", "a\0b", ""]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
NAME = st.sampled_from([*MAP, "id", "pmid", "doi", "related", "error", "data"]) | TEXT
VALUE = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAME, inner, max_size=6),
    max_leaves=20,
)


def kept(find: Find) -> FetchedSummary | None:
    """The file of a find, as publishing makes one."""
    if not isinstance(find, Read | Unread):
        return None
    return FetchedSummary(
        source="cms",
        key=key_of_identity(find.identities[0]),
        identities=find.identities,
        address=find.address,
        first_seen=AT,
        changed=AT,
        fields=find.fields if isinstance(find, Read) else {},
        problem=find.problem,
    )


def finds_of(values: Iterable[tuple[object, str]], fields: dict[str, str]) -> list[Find]:
    """The finds of objects, each of which can be kept; that of a whole summary can be collected."""
    reader = ObjectFinds("cms", fields, known=KnownSource(at=AT), most=50)
    found: list[Find] = []
    try:
        for value, place in values:
            found += reader.find(value, place)
        found += reader.end()
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017  (only this may be raised)
    for find in found:
        if (summary := kept(find)) is not None:
            place = f"cms: {summary.address}"
            reading = read_bytes(fetched_bytes(summary), location=place, format="fetched")
            assert bool(reading.summaries) == (summary.problem is None)
            assert bool(reading.refused) == (summary.problem is not None)
    return found


@pytest.mark.parametrize("fields", [{}, MAP], ids=["own names", "mapped"])
@given(value=VALUE)
def test_any_json_raises_nothing_but_source_errors(fields: dict[str, str], value: Any) -> None:
    text = json.dumps(value)
    for items in ("$[*]", "$.data[*]", "$..*"):
        try:
            answer = read_answer(text.encode(), place="cms", items=compiled(items))
        except SourceError:
            continue
        finds_of([(one, f"cms#{n}") for n, one in enumerate(answer.objects)], fields)


@given(data=st.binary(max_size=200) | st.text(alphabet='{}[]",:key\n1tru\\', max_size=80))
def test_any_bytes_raise_nothing_but_source_errors(data: bytes | str) -> None:
    raw = data if isinstance(data, bytes) else data.encode()
    finds_of(_objects(raw, "export"), {})
    try:
        answer = read_answer(raw, place="cms", items=compiled("$[*]"))
    except SourceError:
        return
    finds_of([(one, f"cms#{n}") for n, one in enumerate(answer.objects)], MAP)


@given(
    objects_=st.lists(
        st.fixed_dictionaries(
            {"key": st.sampled_from("abcdef")}, optional={"found": st.text(max_size=5) | st.none()}
        ),
        max_size=12,
    )
)
def test_every_object_is_said_once_and_none_is_lost(objects_: list[dict[str, Any]]) -> None:
    [whole] = objects("x")
    values = [(_parsed(whole | one), f"cms#{n}") for n, one in enumerate(objects_)]
    found = finds_of(values, {})
    said = [find.identities[0] for find in found if isinstance(find, Read | Unread)]
    assert sorted(said) == sorted({one["key"] for one in objects_})
    repeated = len(objects_) - len(said)
    # Ten are named, and a line counts the others.
    assert sum(isinstance(find, Remark) for find in found) == min(repeated, 11)


def _parsed(value: dict[str, Any]) -> object:
    return read_answer(json.dumps([value]).encode(), place="cms", items=compiled("$[*]")).objects[0]


def test_what_is_known_and_the_same_is_unchanged_until_it_says_something_else() -> None:
    [value] = objects("a")
    [read] = finds_of([(_parsed(value), "cms#1")], {})
    assert isinstance(read, Read)
    for stamp, now, expected in (
        (read.stamp, value, Unchanged(identity="a")),
        (None, value, read),
        (read.stamp, value | {"note": "x"}, None),
    ):
        one = KnownSummary(key="a", first_seen=AT, looked=AT, read=AT, stamp=stamp)
        known = KnownSource(at=AT, summaries={"a": one})
        reader = ObjectFinds("cms", {}, known=known, most=0)
        [find] = reader.find(_parsed(now), "cms#1")
        assert find == expected or (expected is None and isinstance(find, Read))


def test_cards_are_not_taken_and_that_is_said() -> None:
    [value] = objects("a")
    related = [{"date": "2026-05-01", "teaser": "One"}]
    [read] = finds_of([(_parsed(value | {"related": related}), "cms#1")], {})
    assert isinstance(read, Read)
    assert read.notes == ("'related' is not taken from a source that is fetched",)


HOSTILE = {
    "empty objects": b'[{"key": "a"}' + b",{}" * 1_600_000 + b"]",
    "empty lists": b"[" + b"[]," * 1_600_000 + b"1]",
    "digits": b'[{"key": ' + b"9" * 4_900_000 + b"}]",
    "escapes": b'[{"key": "' + b"\\u0041" * 800_000 + b'"}]',
    "names": b"[{" + b",".join(b'"%d":1' % n for n in range(400_000)) + b"}]",
    "html": b'[{"id": "a", "found": "' + b"<b>" * 130_000 + b'"}]',
    "long html": b'[{"id": "a", "found": "' + b"<p>" * 1_600_000 + b'"}]',
}
MEASURE = """
    import resource, sys
    from time import process_time
    sys.path.insert(0, "tests")
    from sources.fetch.test_object_finds import HOSTILE, MAP, SourceError, finds_of, read_answer
    from sources.fetch.test_object_finds import _objects, compiled
    data = HOSTILE[sys.argv[1]]
    def most() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    before, began = most(), process_time()
    try:
        answer = read_answer(data, place="cms", items=compiled("$[*]"))
        finds_of([(one, "cms#1") for one in answer.objects], MAP)
    except SourceError:
        pass
    finds_of(_objects(data, "export"), MAP)
    print(most() - before, process_time() - began)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_cost_bounded_time_and_memory(name: str, root: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEASURE), name],
        capture_output=True,
        check=True,
        cwd=root,
        text=True,
    )
    megabytes, seconds = map(float, done.stdout.split())
    assert megabytes < 250
    assert seconds < 20


@pytest.mark.parametrize("name", ["found", "headline", "cautions"])
def test_html_in_objects_of_our_own_form_is_refused_as_with_a_map(name: str) -> None:
    [one, other] = objects("a", "b")
    text = json.dumps([one | {name: "<p>It rose.</p>"}, other])
    values = [(value, place) for value, place in _objects(text.encode(), "cms")]
    unread, read = finds_of(values, {})
    assert isinstance(unread, Unread)
    assert unread.problem.says == f"'{name}' holds HTML (<p>)"
    assert isinstance(read, Read)
