"""The kind `json`: real requests to a real server, and all that one may answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.errors import SourceError
from msnewsletter.sources.fetch.client import FetchError
from msnewsletter.sources.fetch.finds import Forgotten, Read, Remark, Remembered, Unchanged, Unread
from msnewsletter.sources.fetch.known_source import KnownSource, KnownSummary
from sources.fetch.endpoint_server import (
    AT,
    TEXTS,
    Reply,
    Request,
    looked,
    objects,
    serving,
    source,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from msnewsletter.sources.fetch.finds import Find

MAP = {
    "key": "$.id",
    "headline": "$.title",
    "found": "$.body.found",
    "why_it_matters": "$.body.why",
    "cautions": "$.body.limits[*]",
    "published": "$.date",
    "pmid": "$.pubmed",
    "tags": "$.topics[*].name",
}


WITH_TOKEN = {"token": "CMS_TOKEN"}


def entry(number: int, **more: Any) -> dict[str, Any]:
    """An object of somebody else's content system."""
    return {
        "id": number,
        "title": f"What we know of study {number}.",
        "body": {"found": "Something.", "why": "It may help.", "limits": ["Small.", "Early."]},
        "date": "2026-11-20",
        "pubmed": 38012345,
        "topics": [{"name": "gut"}, {"name": "sleep"}],
        "internal": {"views": 7},
    } | more


def keys(finds: Sequence[Find]) -> list[str]:
    return [find.identities[0] for find in finds if isinstance(find, Read)]


def remarks(finds: Sequence[Find]) -> list[str]:
    return [find.says for find in finds if isinstance(find, Remark)]


def known_after(finds: Sequence[Find], before: KnownSource | None = None) -> KnownSource:
    """What is known after a look, as its finds are kept."""
    known = before or KnownSource(at=AT)
    summaries, documents = dict(known.summaries), dict(known.documents)
    for find in finds:
        if isinstance(find, Read):
            [identity] = find.identities
            summaries[identity] = KnownSummary(
                key=identity, first_seen=AT, looked=AT, read=AT, stamp=find.stamp
            )
        elif isinstance(find, Remembered):
            documents[find.url] = find
    return KnownSource(at=known.at, summaries=summaries, documents=documents)


def always(body: Any, **more: Any) -> Callable[[Request], Reply]:
    return lambda _: Reply(body, **more)


def refusal(body: Any, **settings: Any) -> str:
    with serving(always(body)) as server, pytest.raises(SourceError) as caught:
        looked(source(f"{server.base}/api", **settings))
    said = str(caught.value)
    assert "\n" not in said
    return said


# ── what is read ─────────────────────────────────────────────────────────────────────────────────


def test_without_a_map_the_objects_have_the_model_s_own_names_and_keys() -> None:
    [one, two] = objects("gut", "walk")
    with serving(always([one, two | {"pmid": 38012345, "tags": ["a", "b"]}])) as server:
        first, second, _ = looked(source(server.base))
    assert isinstance(first, Read)
    assert isinstance(second, Read)
    assert first == Read(
        identities=("gut",), address="gut", fields=TEXTS, has_key=True, stamp=first.stamp
    )
    assert second.fields == TEXTS | {"pmid": "38012345", "tags": ("a", "b")}


def test_a_map_takes_fields_from_wherever_they_are() -> None:
    with serving(always({"data": [entry(7)]})) as server:
        [read, _] = looked(source(server.base, items="$.data[*]", fields=MAP))
    assert isinstance(read, Read)
    assert read.fields == {
        "headline": "What we know of study 7.",
        "found": "Something.",
        "why_it_matters": "It may help.",
        "cautions": "Small.\n\nEarly.",
        "published": "2026-11-20",
        "pmid": "38012345",
        "tags": ("gut", "sleep"),
    }
    assert read.origins["found"] == "$.body.found"
    assert read.problem is None


def test_a_mapped_key_is_the_id_and_an_address_has_one_form() -> None:
    ids = [42, "a" * 16, "https://Example.org/gut/?utm_source=x", 2**100]
    with serving(always([entry(1, id=one) for one in ids])) as server:
        finds = looked(source(server.base, fields=MAP))
    assert keys(finds) == ["42", "a" * 16, "example.org/gut", str(2**100)]


def test_without_a_key_the_address_tells_objects_apart_and_else_the_doi() -> None:
    fields = {name: path for name, path in MAP.items() if name != "key"}
    fields |= {"url": "$.link", "doi": "$.doi"}
    answer = [
        entry(1, link="https://www.example.org/1/", doi="10.1000/a"),
        entry(2, doi="https://doi.org/10.1000/B."),
        entry(3),
        entry(4, doi="no doi"),
    ]
    with serving(always(answer)) as server:
        finds = looked(source(server.base, fields=fields))
    assert keys(finds) == ["example.org/1", "doi.org/10.1000/b"]
    nothing = "nothing says which it is; add its id to fields, as key"
    assert remarks(finds) == [
        f"cms, object 3: has no key, url or doi: {nothing}",
        "cms, object 4: doi: 'no doi' is not a valid DOI; write it as 10.1000/abc123",
    ]


def test_html_is_turned_to_text_where_the_map_says_so() -> None:
    html = "<p>First&nbsp;&amp; <b>bold</b>.</p>\n<ul><li>One</li><li>Two</li></ul>"
    fields = MAP | {"found": "html:$.rendered"}
    with serving(always([entry(1, rendered=html)])) as server:
        [read, _] = looked(source(server.base, fields=fields))
    assert isinstance(read, Read)
    assert read.fields["found"] == "First\N{NO-BREAK SPACE}& bold.\n\n- One\n- Two"


# ── one bad object never costs the others ────────────────────────────────────────────────────────

BAD = {
    "number": ({"title": 5}, "'headline' is a number, not text, at $.title; write a path to its"),
    "seconds": ({"date": 1795449600}, "'published' is a number, not text, at $.date; find a value"),
    "fraction": ({"pubmed": 1.5}, "'pmid' is a number, not text, at $.pubmed; write a path to"),
    "flag": ({"pubmed": True}, "'pmid' is true or false, not text"),
    "object": ({"title": {"raw": "x"}}, "'headline' is an object, not text"),
    "list": ({"title": ["x"]}, "'headline' is a list, not text"),
    "half": ({"title": "a\ud800b"}, "holds half a character (U+D800)"),
    "tags in text": ({"title": "<p>x</p>"}, "'headline' holds HTML (<p>) at $.title; write html: "),
    "entities": ({"title": "A&#8217;s"}, "'headline' holds HTML (&#8217;) at $.title; write html:"),
    "numbers in a list": ({"topics": [{"name": 1}]}, "'tags' is a number, not text"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_field_of_another_type_is_a_problem_of_its_object_alone(name: str) -> None:
    wrong, says = BAD[name]
    with serving(always([entry(1), entry(2, **wrong), entry(3)])) as server:
        finds = looked(source(server.base, fields=MAP))
    assert keys(finds) == ["1", "3"]
    [unread] = [find for find in finds if isinstance(find, Unread)]
    assert unread.identities == ("2",)
    assert not unread.passing
    assert f"{unread.problem.says}; {unread.problem.remedy}".startswith(says)


def test_null_is_nothing_and_an_incomplete_object_is_shown_with_what_it_lacks() -> None:
    incomplete = entry(2) | {"title": None}
    with serving(always([entry(1, pubmed=None), incomplete])) as server:
        one, two, *_ = looked(source(server.base, fields=MAP))
    assert isinstance(one, Read)
    assert "pmid" not in one.fields
    assert isinstance(two, Read)
    assert two.problem is not None
    assert two.problem.says == "no 'headline'"
    assert two.fields["found"] == "Something."


def test_what_is_no_object_or_not_a_number_costs_no_other() -> None:
    text = json.dumps([*objects("a"), "x", 5, *objects("b", "c", "a")])
    text = text.replace('"x"', "NaN").replace("5,", '{"key": "n", "headline": NaN},', 1)
    with serving(always(text.encode())) as server:
        finds = looked(source(server.base))
    assert keys(finds) == ["a", "b", "c"]
    assert remarks(finds) == [
        'cms, object 2: is a number, not an object; write {"key": ...}',
        "cms, object 6: has the key 'a' of cms, object 1; give each its own",
    ]
    [unread] = [find for find in finds if isinstance(find, Unread)]
    assert unread.problem.says == "'headline' is a number, not text"


def test_a_name_that_an_object_gives_twice_is_its_fault_alone() -> None:
    twice = b'[{"id": 1, "id": 2, "title": "x"}, ' + json.dumps(entry(3)).encode() + b"]"
    with serving(always(twice)) as server:
        finds = looked(source(server.base, fields=MAP))
    assert keys(finds) == ["3"]
    assert remarks(finds) == ["cms, object 1: 'id' is given twice; remove one"]


def test_of_thousands_of_bad_objects_the_first_are_named_and_reading_stops() -> None:
    bad = [entry(number, title=5) for number in range(2, 3000)]
    with serving(always([entry(1), *bad])) as server:
        finds = looked(source(server.base, fields=MAP))
    assert keys(finds) == ["1"]
    assert sum(isinstance(find, Unread) for find in finds) == 10
    assert remarks(finds) == [
        "1,000 objects have a fault; of new ones, 10 are named",
        "reading stopped there: what follows was not looked at",
    ]


def test_where_every_object_is_bad_the_source_has_failed() -> None:
    bad = [entry(number, title=5) for number in range(5)]
    with serving(always(bad)) as server, pytest.raises(SourceError) as caught:
        looked(source(server.base, fields=MAP))
    assert str(caught.value) == (
        "cms, object 1: 'headline' is a number, not text, at $.title, "
        "and none of its 5 objects is a summary; write a path to its text"
    )


# ── what is no answer ────────────────────────────────────────────────────────────────────────────

NO_ANSWERS: dict[str, tuple[Any, str]] = {
    "page": (b"\n<!doctype html><title>Log in</title>", "is a web page or XML, not JSON; correct"),
    "nothing": (b" \n", "cms: answers with nothing; "),
    "cut off": (
        b'[{"key": "a", "head',
        "cms, answer:1: is not JSON (Unterminated string starting at, co",
    ),
    "text": (
        b"Service unavailable",
        "cms, answer:1: is not JSON (Expecting value, column 1); look at it",
    ),
    "UTF-16": (
        '[{"key": "a"}]'.encode("utf-16"),
        "is not UTF-8, but UTF-16 or no text at all; ask",
    ),
    "Latin-1": ('[{"key": "ä"}]'.encode("latin-1"), "is not UTF-8 (byte 11); ask who runs it"),
    "binary": (b"\x00\x01", "is not UTF-8, but UTF-16 or no text"),
    "deep": (b"[" * 100_000 + b"]" * 100_000, "is nested too deeply"),
    "many values": (b"[" + b"[]," * 600_000 + b"[]]", "holds more than 500,000 values; ask for"),
    "error": ({"error": {"code": 7, "message": "No such\nview"}}, "an error, “No such view”; look"),
    "errors": (
        {"data": None, "errors": [{"message": "Bad query"}]},
        "answers with an error, “Bad q",
    ),
    "problem": (
        {"title": "Forbidden", "detail": "No rights"},
        "answers with an error, “No rights”;",
    ),
    "elsewhere": ({"meta": 1, "data": [{"a": 1}]}, '($[*]); write items = "$.data[*]", if they'),
    "names": (
        {"meta": 1, "count": 0},
        "say in items where they are: the answer has 'meta', 'count'",
    ),
    "number": (5, "cms: has no object at items ($[*]); it is a number: correct url"),
    "strings": (["a", "b"], 'has no object at items ($[*]); write items = "$[*]"'),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_what_is_no_answer_is_one_line(name: str) -> None:
    body, says = NO_ANSWERS[name]
    said = refusal(body)
    assert said.startswith("cms")
    assert says in said


def test_a_byte_order_mark_is_passed_over() -> None:
    with serving(always(b"\xef\xbb\xbf" + json.dumps(objects("a")).encode())) as server:
        assert keys(looked(source(server.base))) == ["a"]


def test_an_empty_list_is_no_fault_and_nothing_is_gone_by_it() -> None:
    for body, items in (([], "$[*]"), ({"data": []}, "$.data[*]"), ({"d": [1]}, "$.d[?@.a]")):
        with serving(always(body)) as server:
            finds = looked(source(server.base, items=items))
        assert remarks(finds) == ["it names no summary; those that it named before stay"]


def test_a_login_page_names_where_it_led_to() -> None:
    def reply(request: Request) -> Reply:
        if request.path == "/login":
            return Reply(b"<html>Log in</html>", headers={"Content-Type": "text/html"})
        return Reply(status=302, headers={"Location": "/login?next=secret"})

    with serving(reply) as server, pytest.raises(SourceError) as caught:
        looked(source(f"{server.base}/api"))
    assert f"not JSON, after it led to {server.base}/login; correct url" in str(caught.value)
    assert "secret" not in str(caught.value)


# ── pages ────────────────────────────────────────────────────────────────────────────────────────


def by_number(pages: Sequence[Sequence[Any]]) -> Callable[[Request], Reply]:
    def reply(request: Request) -> Reply:
        number = int(request.query.get("page", "1"))
        return Reply(pages[number - 1] if number <= len(pages) else [])

    return reply


def test_pages_are_counted_until_one_is_empty() -> None:
    with serving(by_number([objects("a", "b"), objects("c")])) as server:
        finds = looked(source(f"{server.base}/x?size=2&page=9", page="page"))
        assert [one.query for one in server.asked] == [
            {"size": "2", "page": str(number)} for number in (1, 2, 3)
        ]
    assert keys(finds) == ["a", "b", "c"]
    assert remarks(finds) == []


@pytest.mark.parametrize("relative", [True, False])
def test_links_lead_from_page_to_page(relative: bool) -> None:  # noqa: FBT001  (a parameter)
    def reply(request: Request) -> Reply:
        number = int(request.path.rpartition("/")[2])
        base = "" if relative else f"http://{request.headers['host']}/p/"
        link = f"{base}{number + 1}" if number < 3 else None
        return Reply({"items": objects(f"k{number}"), "links": {"next": link}})

    with serving(reply) as server:
        one = source(f"{server.base}/p/1", items="$.items[*]", next="$.links.next")
        assert keys(looked(one)) == ["k1", "k2", "k3"]


def test_a_cursor_is_sent_until_there_is_none() -> None:
    def reply(request: Request) -> Reply:
        at = int(request.query.get("after", "0"))
        return Reply({"d": objects(f"k{at}"), "c": at + 1 if at < 2 else ""})

    with serving(reply) as server:
        one = source(server.base, items="$.d[*]", next="$.c", cursor="after")
        assert keys(looked(one)) == ["k0", "k1", "k2"]


def test_an_endpoint_that_pages_for_ever_ends_with_a_remark() -> None:
    count = iter(range(10**6))

    def reply(request: Request) -> Reply:
        match request.path:
            case "/same":
                return Reply({"d": objects(f"k{next(count)}"), "n": "/same"})
            case "/objects":
                return Reply({"d": objects("a"), "n": f"/objects?{next(count)}"})
            case _:
                return Reply({"d": objects(f"k{next(count)}"), "n": f"/new?{next(count)}"})

    ends = {
        "same": (1, "page 1 leads back to an earlier one, and was the last"),
        "objects": (2, "page 2 brings what came before, and was the last"),
        "new": (4, "it has more pages than are read (pages = 4)"),
    }
    for path, (requests, says) in ends.items():
        with serving(reply) as server:
            one = source(f"{server.base}/{path}", items="$.d[*]", next="$.n", pages=4)
            assert remarks(looked(one)) == [says]
            assert len(server.asked) == requests


NEXT = {
    "file": ("file:///etc/passwd", "its next page has no valid web address"),
    "brackets": ("http://[", "its next page has no valid web address"),
    "line": ("/a b\nc", "its next page has no valid web address"),
    "number": (7, "its next page is a number, not an address"),
    "object": ({"href": "x"}, "its next page is an object, not an address"),
    "long": ("/" + "a" * 9000, "its next page has no valid web address"),
}


@pytest.mark.parametrize("name", NEXT)
def test_a_next_page_that_is_none_keeps_what_came_and_fails(name: str) -> None:
    link, says = NEXT[name]
    said = refusal({"d": objects("a"), "n": link}, items="$.d[*]", next="$.n")
    assert said.startswith("cms, page 1: ")
    assert says in said


def test_what_earlier_pages_brought_is_kept_when_a_later_one_fails() -> None:
    def reply(request: Request) -> Reply:
        return Reply(objects("a")) if request.query["page"] == "1" else Reply(status=500)

    found: list[Find] = []
    with serving(reply) as server, pytest.raises(FetchError):
        looked(source(server.base, page="page"), into=found)
    assert keys(found) == ["a"]
    assert not [find for find in found if isinstance(find, Remembered)]


def test_an_object_that_moves_to_the_next_page_meanwhile_is_no_fault() -> None:
    with serving(by_number([objects("a", "b"), objects("b", "c")])) as server:
        finds = looked(source(server.base, page="page"))
    assert keys(finds) == ["a", "b", "c"]
    assert remarks(finds) == []


# ── the next look ────────────────────────────────────────────────────────────────────────────────


def test_a_look_ends_at_the_first_page_that_brings_nothing_new() -> None:
    pages = [objects("b"), objects("a"), objects("z")]
    with serving(by_number(pages)) as server:
        one = source(server.base, page="page")
        known = known_after(looked(one))
        server.asked.clear()
        again = looked(one, known)
        assert [find.identity for find in again if isinstance(find, Unchanged)] == ["b"]
        assert len(server.asked) == 1
        pages.insert(0, objects("c"))
        server.asked.clear()
        assert keys(looked(one, known)) == ["c"]
        assert len(server.asked) == 2


def test_a_look_of_another_day_reads_all_pages_again_for_old_ones_may_be_corrected() -> None:
    pages = [objects("b"), objects("a")]
    with serving(by_number(pages)) as server:
        one = source(server.base, page="page")
        known = known_after(looked(one))
        pages[1][0]["cautions"] = "The study was retracted."
        assert keys(looked(one, replace(known, at=AT + timedelta(hours=2)))) == []
        finds = looked(one, replace(known, at=AT + timedelta(hours=21)))
        assert keys(finds) == ["a"]
        again = looked(one, replace(known, at=AT + timedelta(hours=2), again=True))
        assert keys(again) == ["a"], "a person asked for all of it again"


def test_a_look_takes_so_many_new_ones_and_the_next_goes_on() -> None:
    names = [f"k{number}" for number in range(6)]
    with serving(by_number([objects(*names[:3]), objects(*names[3:])])) as server:
        one = source(server.base, page="page", most=2)
        known: KnownSource | None = None
        taken = []
        for _ in range(3):
            finds = looked(one, known)
            known = known_after(finds, known)
            taken.append(keys(finds))
        assert taken == [["k0", "k1"], ["k2", "k3"], ["k4", "k5"]]
        assert remarks(finds) == []
        assert keys(looked(one, known)) == []


def with_etag(answers: dict[str, Any]) -> Callable[[Request], Reply]:
    def reply(request: Request) -> Reply:
        if request.headers.get("if-none-match") == answers["etag"]:
            return Reply(status=304)
        return Reply(answers["body"], headers={"ETag": answers["etag"]})

    return reply


def test_an_answer_that_has_not_changed_does_not_come_again() -> None:
    answers = {"etag": '"1"', "body": objects("a")}
    with serving(with_etag(answers)) as server:
        one = source(server.base)
        *_, remembered = first = looked(one)
        known = known_after(first)
        assert looked(one, known) == [remembered]
        answers |= {"etag": '"2"', "body": objects("a", "b")}
        assert keys(looked(one, known)) == ["b"]


def test_what_was_left_comes_again_although_the_answer_has_not_changed() -> None:
    with serving(with_etag({"etag": '"1"', "body": objects("a", "b", "c")})) as server:
        one = source(server.base, most=2)
        first = looked(one)
        assert remarks(first) == ["1 more new summaries wait for the next look (most = 2)"]
        known = known_after(first)
        second = looked(one, known)
        assert keys(second) == ["c"]
        assert looked(one, known_after(second, known)) == second[-1:]


def test_an_address_that_is_not_asked_any_more_is_forgotten() -> None:
    with serving(always(objects("a"))) as server:
        known = known_after(looked(source(f"{server.base}/old")))
        found = looked(source(f"{server.base}/new"), known)
    assert [one for one in found if isinstance(one, Forgotten)] == [
        Forgotten(url=f"{server.base}/old")
    ]


def test_another_map_reads_the_same_answer_anew() -> None:
    with serving(with_etag({"etag": '"1"', "body": [entry(1)]})) as server:
        one = source(server.base, fields=MAP)
        known = known_after(looked(one))
        other = source(server.base, fields=MAP | {"journal": "$.title"})
        [read] = [find for find in looked(other, known) if isinstance(find, Read)]
        assert read.fields["journal"] == "What we know of study 1."


# ── the token ────────────────────────────────────────────────────────────────────────────────────


def test_a_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMS_TOKEN", "s3cr3t\n")
    with serving(always(objects("a"))) as server:
        looked(source(server.base, **WITH_TOKEN))
        assert server.asked[0].headers["authorization"] == "Bearer s3cr3t"


@pytest.mark.parametrize("value", [None, "", "two words", "schlüssel"])
def test_a_token_that_is_not_there_or_none_is_one_line_without_it(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is None:
        monkeypatch.delenv("CMS_TOKEN", raising=False)
    else:
        monkeypatch.setenv("CMS_TOKEN", value)
    said = refusal([], **WITH_TOKEN)
    assert said.startswith("cms: the variable CMS_TOKEN ")
    assert not value or value not in said


def test_a_token_is_sent_to_no_other_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMS_TOKEN", "s3cr3t")
    with serving(always({"d": objects("b")})) as other:
        body = {"d": objects("a"), "n": f"{other.base}/more"}
        with serving(always(body)) as server:
            one = source(server.base, items="$.d[*]", next="$.n", **WITH_TOKEN)
            assert keys(looked(one)) == ["a", "b"]
        assert "authorization" not in other.asked[0].headers


def test_an_endpoint_that_repeats_the_token_does_not_bring_it_into_a_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CMS_TOKEN", "s3cr3t")
    said = refusal({"error": "bad token s3cr3t"}, **WITH_TOKEN)
    assert "“bad token …”" in said
