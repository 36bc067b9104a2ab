"""Front matter: YAML whose values stay text, with the line of every field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from msnewsletter.model import Evidence, Status, WrittenBy
from msnewsletter.partial_date import PartialDate
from sources.written import markdown, page, read_one, read_warned, refusal

if TYPE_CHECKING:
    from pathlib import Path

WHERE = "summaries/heart.md"


def test_every_field_arrives() -> None:
    summary = read_one(
        markdown(
            "key: heart-2026\npublished: 2026-11-20T08:00+01:00\ncover_date: 2026-12\n"
            "doi: https://doi.org/10.1000/ABC\npmid: 38012345\nurl: https://example.org/a?b=1\n"
            "studied_in: 16 people\ntags:\n- gut\n- mice\nteaser: Short.\ndisclaimer: Not advice.\n"
            "journal: 'Brain : a journal'\nreviewed_by: Dr. Ada\nreviewed_on: 2026-11-19\n"
            "status: corrected\nnote: |\n  One.\n\n\n  Two.\n"
        ),
        WHERE,
    )
    assert (summary.key, summary.doi, summary.pmid) == ("heart-2026", "10.1000/abc", "38012345")
    assert summary.published == PartialDate.parse("2026-11-20T08:00+01:00")
    assert summary.cover_date == PartialDate.parse("2026-12")
    assert (summary.url, summary.studied_in) == ("https://example.org/a?b=1", "16 people")
    assert (summary.tags, summary.teaser) == (("gut", "mice"), "Short.")
    assert (summary.disclaimer, summary.journal) == ("Not advice.", "Brain : a journal")
    assert (summary.reviewed_by, str(summary.reviewed_on)) == ("Dr. Ada", "2026-11-19")
    assert (summary.status, summary.note) == (Status.CORRECTED, "One.\n\nTwo.")


@pytest.mark.parametrize(
    "value", ["no", "007", "1_000", "0x1F", "12:30:45", "1e3", "true", "=", "<<"]
)
def test_values_stay_the_text_that_they_are(value: str) -> None:
    assert read_one(markdown(f"key: {value}\n"), WHERE).key == value


def test_without_a_key_the_files_name_is_the_key() -> None:
    assert read_one(markdown(), WHERE).key == "heart"
    assert read_one(markdown("key:\n"), WHERE).key == "heart"


@pytest.mark.parametrize("empty", ["", "~", "null", "''", '" "', "[]"])
def test_an_empty_field_counts_as_not_given(empty: str) -> None:
    name = "tags" if empty == "[]" else "studied_in"
    assert read_one(markdown(f"{name}: {empty}\n"), WHERE) == read_one(markdown(), WHERE)


def test_tags_may_stand_in_one_line() -> None:
    assert read_one(markdown("tags: gut, mice\n"), WHERE).tags == ("gut", "mice")


def test_a_list_is_not_parted_and_one_text_is_by_its_field() -> None:
    summary = read_one(
        markdown(
            "key_messages:\n- It rose, a little.\n- It was short; and small.\n"
            "authors: Smith, J.; Lee, B.\nevidence: Peer-reviewed, trial\n"
        ),
        WHERE,
    )
    assert summary.key_messages == ("It rose, a little.", "It was short; and small.")
    assert summary.authors == ("Smith, J.", "Lee, B.")
    assert summary.evidence == (Evidence.TRIAL, Evidence.PEER_REVIEWED)
    assert read_one(markdown("authors: [Ada; Bo, Lee C.]\n"), WHERE).authors == (
        "Ada; Bo",
        "Lee C.",
    )
    one = read_one(markdown("key_messages: It rose, a little; it fell.\n"), WHERE)
    assert one.key_messages == ("It rose, a little; it fell.",)
    block = read_one(markdown("key_messages: |\n  - It rose.\n  - It fell.\n"), WHERE)
    assert block.key_messages == ("It rose.", "It fell.")


def test_a_limit_is_told_with_the_line_of_the_field() -> None:
    assert refusal(markdown(f"key: a\ntitle: {'x' * 71}\n"), WHERE) == (
        "summaries/heart.md:3: title: has 71 characters; "
        "the headline may be long; say the title in 70 or fewer"
    )


def test_front_matter_may_be_empty_or_all_comments() -> None:
    assert read_one(markdown("# nothing yet\n"), WHERE) == read_one(markdown(), WHERE)


def test_crlf_front_matter_reads_the_same() -> None:
    text = markdown("key: a\npublished: 2026-11-20\n")
    assert read_one(text.replace("\n", "\r\n"), WHERE) == read_one(text, WHERE)


def test_an_unknown_field_is_refused_with_line_and_suggestion() -> None:
    assert refusal(markdown("key: a\npublshed: 2026-11-20\n"), WHERE) == (
        "summaries/heart.md:3: there is no field 'publshed'; did you mean 'published'?"
    )


def test_an_unknown_field_that_resembles_none_is_answered_with_all() -> None:
    line = refusal(markdown("zzz: 1\n"), WHERE)
    assert line.startswith(
        "summaries/heart.md:2: there is no field 'zzz'; use one of headline, key"
    )


def test_a_page_has_no_headline_field() -> None:
    assert "there is no field 'headline'" in refusal("---\nheadline: x\n---\n" + page())


@pytest.mark.parametrize(
    ("front", "problem"),
    [
        ("key: a\nkey: b\n", "3: 'key' is given twice"),
        ("key: a\nkey:\n", "3: 'key' is given twice"),
        ("key: &a x\n", "2: has a YAML anchor, alias or tag"),
        ("key: a\nnote: *a\n", "3: has a YAML anchor, alias or tag"),
        ("key: &a x\nnote: *a\n", "2: has a YAML anchor, alias or tag"),
        ("key: !!python/object:os.system x\n", "2: has a YAML anchor, alias or tag"),
        ("tags: &t [a]\n", "2: has a YAML anchor, alias or tag"),
        ("key: {a: b}\n", "2: 'key' has a colon in a text, and is more than one plain value"),
        ("key:\n  a: b\n", "3: 'key' has a colon in a text, and is more than one plain value"),
        ("tags: [[a]]\n", "2: 'tags' is more than one plain value"),
        ("? [a]\n: b\n", "2: is more than one plain value"),
        ("key: [a]\n", "2: 'key' is a list"),
        ("- a\n", "2: is not a field"),
        ("just words\n", "2: is not a field"),
        ("key: a\n...\nkey: b\n", "4: is "),
        ("key: a\n b: c\n", "3: is not YAML"),
        ("key: 'open\n", "2: is not YAML"),
        ("key: a\n\tpmid: 1\n", "3: is not YAML"),
    ],
)
def test_yaml_beyond_plain_fields_is_refused_with_its_line(front: str, problem: str) -> None:
    line = refusal(markdown(front), WHERE)
    assert line.startswith(f"summaries/heart.md:{problem}"), line


def test_front_matter_that_never_ends_is_refused() -> None:
    assert refusal("\n---\nkey: a\n", WHERE) == (
        "summaries/heart.md:2: the front matter never ends; close it with a line '---'"
    )


def test_a_bad_value_is_refused_with_the_line_of_its_field() -> None:
    assert refusal(markdown("key: a\n# a comment\n\npublished: 2026-02-30\n"), WHERE) == (
        "summaries/heart.md:5: published: '2026-02-30' does not exist "
        "(day is out of range for month); write 2026-11-20, or 2026-11-20T08:00+01:00"
    )


def test_an_unquoted_colon_is_answered_with_the_remedy() -> None:
    line = refusal(markdown("journal: Brain : a journal\n"), WHERE)
    assert line.startswith("summaries/heart.md:2: is not YAML (mapping values are not allowed")
    assert line.endswith("; put a value that holds a colon, or begins with a sign, in quotes")


@pytest.mark.parametrize("level", ["[", "{a: ", "- "])
def test_a_value_nested_without_end_is_one_line_and_no_crash(level: str) -> None:
    text = markdown(
        f"teaser: {level * 20_000}\n" if level != "- " else f"teaser:\n  {level * 20_000}x\n"
    )
    assert "is more than one plain value" in refusal(text, "summaries/deep.md")


@pytest.mark.parametrize(
    ("front", "value"),
    [
        ("studied_in: 40 people of cohort #2 and 12 mice\n", "40 people of cohort"),
        ("studied_in: cohort  #2\n", "cohort"),
        ("studied_in: mice # and people\n", "mice"),
        ("studied_in: mice\t# and people\n", "mice"),
        ("studied_in: 16\n  people #3\n", "16 people"),
        ("studied_in: #2 in cells\n", None),
    ],
)
def test_a_value_that_yaml_cuts_at_a_number_sign_is_noted_with_its_line(
    front: str, value: str | None
) -> None:
    summary, (note,) = read_warned(markdown(f"key: a\n{front}"), WHERE)
    assert summary.studied_in == value
    assert note.text == (
        "'studied_in' ends before ' #', where YAML begins a comment: "
        "if it is part of it, put the value in quotes"
    )
    assert note.place == "summaries/heart.md:3"


def test_a_tag_that_yaml_cuts_is_noted_too() -> None:
    summary, (note,) = read_warned(markdown("tags:\n- gut\n- cohort #2\n"), WHERE)
    assert summary.tags == ("gut", "cohort")
    assert note.place == "summaries/heart.md:4"


@pytest.mark.parametrize(
    "front",
    [
        "# of two\nstudied_in: mice\n  # and more\n",
        "studied_in: mice   # in the wild\n",
        "studied_in: mice  #\n",
        "studied_in: 'mice' #2\n",
        "studied_in: >-\n  mice\n# three\n",
        "studied_in: mice\nteaser: # later\n",
    ],
)
def test_a_comment_that_cuts_nothing_is_silent(front: str) -> None:
    assert read_one(markdown(front), WHERE).studied_in == "mice"


def test_a_number_sign_within_a_word_or_in_quotes_stays() -> None:
    assert read_one(markdown("studied_in: cohort#2\n"), WHERE).studied_in == "cohort#2"
    assert read_one(markdown('studied_in: "cohort #2"\n'), WHERE).studied_in == "cohort #2"


@pytest.mark.parametrize("quotes", ["“”", "‘’", "«»", "„“", "„”", "»«", "‹›", "’’", "””"])
@pytest.mark.parametrize("name", ["published", "cover_date", "reviewed_on", "status", "url"])
def test_typographic_quotes_around_a_value_are_named(name: str, quotes: str) -> None:
    value = f"{quotes[0]}2026-11-20{quotes[1]}"
    assert refusal(markdown(f"{name}: {value}\n"), WHERE) == (
        f"summaries/heart.md:2: {name}: the quotes in {value!r} are typographic; "
        "write straight ones, or none"
    )


@pytest.mark.parametrize("quotes", ["“”", "‘’", "«»", "„“"])
def test_typographic_quotes_around_a_text_stay_and_are_noted(quotes: str) -> None:
    value = f"{quotes[0]}Brain{quotes[1]}"
    summary, (note,) = read_warned(markdown(f"key: a\njournal: {value}\n"), WHERE)
    assert summary.journal == value
    assert str(note) == (
        "summaries/heart.md:3: the quotes around 'journal' are typographic, and stay in it: "
        "write straight ones, or none"
    )


@pytest.mark.parametrize(
    "value", ["“Brain” and “Nerve”", "the “Brain”", "“Brain” news", '"“Brain”"', "Nerves’ ends’"]
)
def test_typographic_quotes_within_a_text_are_silent(value: str) -> None:
    assert read_one(markdown(f"journal: {value}\n"), WHERE).journal == value.strip('"')


def test_a_value_cut_at_a_number_sign_in_a_file_is_said(shared: Path) -> None:
    data = (shared / "cases" / "files" / "hash-in-value.md").read_bytes()
    _, (note,) = read_warned(data, "hash-in-value.md")
    assert note.text.startswith("'studied_in' ends before ' #'")


def test_typographic_quotes_in_a_file_are_said(shared: Path) -> None:
    data = (shared / "cases" / "files" / "typographic-front-matter.md").read_bytes()
    line = refusal(data, "typographic-front-matter.md")
    assert "published: the quotes in '“" in line
    assert line.endswith("are typographic; write straight ones, or none")


def test_who_wrote_it_may_be_said_above_a_page_or_markdown() -> None:
    front = "written_by: AI and people\n"
    for text in (markdown(front), f"---\n{front}---\n{page()}"):
        location = "a.md" if text == markdown(front) else "a.txt"
        assert read_one(text, location).written_by is WrittenBy.BOTH


@pytest.mark.parametrize(
    ("front", "line", "field", "remedy"),
    [
        ("key_messages:\n- Fatigue: no change.\n", 3, "key_messages", "put the text in quotes"),
        ("tags: [a: b]\n", 2, "tags", "put the text in quotes"),
        ("population: [women, men]\n", 2, "population", "write one text after 'population:'"),
        ("doi:\n- 10.1/a\n", 2, "doi", "write one text after 'doi:'"),
    ],
)
def test_what_is_no_plain_text_is_refused_by_its_field_with_what_to_write(
    front: str, line: int, field: str, remedy: str
) -> None:
    said = refusal(markdown(front), WHERE)
    assert said.startswith(f"summaries/heart.md:{line}: {field!r} ")
    assert remedy in said
    assert "2026-" not in said.partition("; ")[2]


def test_a_sentence_that_a_comma_cut_in_a_list_in_one_line_is_pointed_out() -> None:
    front = "key_messages: [Sleep got longer, by 40 minutes., Fatigue did not change.]\n"
    _, [note] = read_warned(markdown(front), WHERE)
    assert str(note).startswith("summaries/heart.md:2: 'key_messages' has 'by 40 minutes.'")
    assert "did a comma cut it" in str(note)


@pytest.mark.parametrize(
    "front",
    [
        'key_messages: ["Sleep got longer, by 40 minutes.", Fatigue did not change.]\n',
        "key_messages:\n- Sleep got longer.\n- mRNA of it did not change.\n",
        "tags: [sleep, fatigue]\n",
    ],
)
def test_a_list_that_no_comma_cut_is_read_in_silence(front: str) -> None:
    assert read_one(markdown(front), WHERE).headline


@pytest.mark.parametrize("names", ["Smith J, Lee B, Grün M", '["Ada Smith, Bo Lee, Mia Grün"]'])
def test_one_author_who_looks_like_several_is_asked_about(names: str) -> None:
    _, [note] = read_warned(markdown(f"authors: {names}\n"), WHERE)
    assert "one author? Separate names by semicolons, or write a list" in str(note)


@pytest.mark.parametrize("names", ["Smith, J. A., PhD", "Smith J; Lee B; Grün M", "Smith, John"])
def test_authors_who_are_parted_or_alone_are_read_in_silence(names: str) -> None:
    assert read_one(markdown(f"authors: {names}\n"), WHERE).headline


def test_kinds_of_study_are_parted_at_commas_and_semicolons() -> None:
    read = read_one(markdown("evidence: trial; peer reviewed\n"), WHERE)
    assert read.evidence == (Evidence.TRIAL, Evidence.PEER_REVIEWED)
    refused = refusal(markdown("evidence: trial and preprint\n"), WHERE)
    assert "separate several by commas" in refused
