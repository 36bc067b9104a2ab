"""JSON: its three shapes, its types, and everything that a hostile file can hold."""

from __future__ import annotations

import json
from datetime import date

import pytest

from msnewsletter.model import Card
from msnewsletter.serialize import to_document
from msnewsletter.sources import read_bytes
from sources.written import CAUTIONS, FOUND, HEADLINE, WHY, page, read_one, refusal

BASE = {
    "key": "k",
    "headline": HEADLINE,
    "found": FOUND,
    "why_it_matters": WHY,
    "cautions": CAUTIONS,
}


def objects(*keys: str) -> list[dict[str, str]]:
    return [BASE | {"key": key} for key in keys]


def places(data: str, location: str) -> list[str]:
    reading = read_bytes(data.encode(), location=location)
    assert not reading.refused
    return [summary.location for summary in reading.summaries]


def test_an_object_an_array_and_lines_are_all_read_with_their_place() -> None:
    a, b = (json.dumps(one) for one in objects("a", "b"))
    assert places(json.dumps(BASE), "s.json") == ["s.json#1"]
    assert places(json.dumps(BASE, indent=2), "s.jsonl") == ["s.jsonl#1"]
    assert places(f"[{a},{b}]", "s.json") == ["s.json#1", "s.json#2"]
    assert places(f"{a}\n\n{b}\r\n", "s.json") == ["s.json:1", "s.json:3"]
    assert places(f"{a}\n{b}", "s.ndjson") == ["s.ndjson:1", "s.ndjson:2"]
    assert places(a, "s.jsonl") == ["s.jsonl:1"]


def test_texts_are_kept_character_for_character() -> None:
    odd = " “Curly” & <b> {{ x }} α\N{NO-BREAK SPACE}b "
    summary = read_one(json.dumps(BASE | {"cautions": f"x{odd}x", "journal": " J "}), "s.json")
    assert (summary.cautions, summary.journal) == (f"x{odd}x", " J ")


def test_what_read_prints_can_be_read_again() -> None:
    summary = read_one(page())
    again = read_one(json.dumps(to_document(summary, complete=True)), "a.json")
    assert to_document(again) == to_document(summary) | {"location": again.location}


def test_related_cards_are_objects() -> None:
    text = json.dumps(BASE | {"related": [{"date": "2026-05-01", "teaser": "One"}]})
    assert read_one(text, "s.json").related == (Card(date=date(2026, 5, 1), teaser="One"),)


def test_one_bad_object_never_sinks_the_others() -> None:
    array = [*objects("a"), 7, {"key": "x"}, BASE | {"pmid": 5}, None, [], *objects("b", "a")]
    reading = read_bytes(json.dumps(array).encode(), location="s.json")
    assert [summary.key for summary in reading.summaries] == ["a", "b"]
    assert [str(error) for error in reading.refused] == [
        's.json#2: is a number, not an object; write {"key": ...}',
        "s.json#3: no 'headline'; add 'headline' with its text",
        "s.json#4: 'pmid' is a number, not text; put it in quotes",
        's.json#5: is nothing, not an object; write {"key": ...}',
        's.json#6: is a list, not an object; write {"key": ...}',
        "s.json#8: has the key 'a' of s.json#1; give each its own",
    ]


def test_one_bad_line_never_sinks_the_others() -> None:
    a, b = (json.dumps(one) for one in objects("a", "b"))
    for location in ("s.jsonl", "s.json"):
        reading = read_bytes(f"{a}\n{{oops}}\n{b}\n".encode(), location=location)
        assert [summary.key for summary in reading.summaries] == ["a", "b"]
        (error,) = reading.refused
        assert str(error).startswith(f"{location}:2: is not JSON (Expecting property name")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ('"headline": 5', "'headline' is a number, not text"),
        ('"headline": NaN', "'headline' is a number, not text"),
        ('"headline": -Infinity', "'headline' is a number, not text"),
        ('"headline": true', "'headline' is true or false, not text"),
        ('"headline": ["a"]', "'headline' is a list, not text"),
        ('"headline": {}', "'headline' is an object, not text"),
        ('"pmid": ' + "9" * 10_000, "'pmid' is a number, not text"),
        ('"tags": {}', "'tags' is an object, not a list"),
        ('"authors": 5', "'authors' is a number, not a list"),
        ('"key_messages": ["a", {}]', "'key_messages' is an object, not text"),
        ('"tags": [1]', "'tags' is a number, not text"),
        ('"related": {}', "'related' is an object, not a list"),
        ('"related": [1]', "is a number, not an object"),
        ('"related": [{"date": "2026-05-01"}]', "'related teaser' is nothing, not text"),
        ('"related": [{"date": "5/1/2026", "teaser": "x"}]', "'5/1/2026' is not a valid ISO date"),
        (
            '"headline": "h", "related": [{"date": "2026-05-01", "teaser": ""}]',
            "a related summary has no teaser",
        ),
        ('"related": [{"day": 1}]', "there is no field 'day'; use one of date, teaser"),
        ('"pmid": "1", "pmid": "1"', "'pmid' is given twice"),
        ('"publishd": "2026-01-01"', "there is no field 'publishd'; did you mean 'published'?"),
        ('"first_seen": "2026-01-01T00:00Z"', "only this program sets 'first_seen'"),
        ('"headline": "half \\ud83d"', "holds half a character (U+D83D)"),
    ],
)
def test_a_wrong_value_is_refused_with_its_field(fields: str, problem: str) -> None:
    text = json.dumps({"key": "k", "found": FOUND, "why_it_matters": WHY})[:-1] + f", {fields}}}"
    assert refusal(text, "s.json").startswith(f"s.json#1: {problem}")


def test_a_whole_pair_of_surrogates_is_a_character() -> None:
    text = json.dumps(BASE | {"headline": "A smile 😀"})
    assert "\\ud83d\\ude00" in text
    assert read_one(text, "s.json").headline == "A smile 😀"


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[" * 99_999 + "]" * 99_999])
def test_endless_nesting_is_refused(text: str) -> None:
    assert refusal(text, "s.json").startswith("s.json:1: is nested too deeply")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{\n"key": "a"\n"headline": "b"\n}', "s.json:3: is not JSON (Expecting ',' delimiter"),
        ('{"key": "a", ', "s.json:1: is not JSON"),
        ("key: a", "s.json:1: is not JSON"),
        ("[]", "s.json: holds no object"),
        ('"text"', "s.json#1: is text, not an object"),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(text: str, problem: str) -> None:
    assert refusal(text, "s.json").startswith(problem)


def test_only_collect_says_when_a_text_was_changed() -> None:
    assert "only this program sets 'changed_on'" in refusal(
        json.dumps(BASE | {"changed_on": "2026-11-20"}), "s.json"
    )
    assert read_one(json.dumps(BASE | {"changed_on": None}), "s.json").changed_on is None


def test_a_list_may_be_one_text_and_a_list_is_taken_as_it_is() -> None:
    base = {"key": "k", "headline": "Walks.", "found": FOUND, "why_it_matters": WHY}
    one = base | {"tags": "gut, mice", "authors": "Lee, B.; Ada", "evidence": "trial,preprint"}
    several = base | {
        "tags": ["gut", "mice"],
        "authors": ["Lee, B.", "Ada"],
        "evidence": ["trial", "preprint"],
    }
    assert read_one(json.dumps(one), "a.json") == read_one(json.dumps(several), "a.json")
    assert read_one(json.dumps(base | {"tags": ["a, b"]}), "a.json").tags == ("a, b",)


def test_a_list_in_a_text_keeps_its_lines() -> None:
    base = {"key": "k", "headline": "Walks.", "found": FOUND, "why_it_matters": WHY}
    text = "Keep in mind:\n- Small\n- Short"
    assert read_one(json.dumps(base | {"cautions": text}), "a.json").cautions == text
