"""What others may see of an unopened mail: sender, subject, and its first words."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.checks.inbox_checks import check_inbox, subject_of
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from render.mail.samples import MASTHEAD

if TYPE_CHECKING:
    from pathlib import Path


def kinds(*, subject: str = "Issue 7", text: str = "Eight studies.", **masthead: str) -> set[str]:
    head = dataclasses.replace(MASTHEAD, **masthead)
    message = f"Subject: {subject}\r\n\r\n".encode()
    return {one.name for one in check_inbox(head, message, text)}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Issue 7: 8 studies, 23 November 2026", set()),
        ("", {"subject-empty"}),
        ("Notes: " + "many words " * 8, {"subject-long"}),
        ("URGENT news for you", {"subject-shouts"}),
        ("News for you!", {"subject-shouts"}),
        ("NEW ON THE WEB", {"subject-shouts"}),
        ("Your MS digest", {"subject-names-illness"}),
        ("=?utf-8?q?multiple_sclerosis?=", {"subject-names-illness"}),
    ],
)
def test_the_subject_is_short_quiet_and_discreet(subject: str, expected: set[str]) -> None:
    assert kinds(subject=subject) == expected


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("Plain Research Notes", set()),
        ("Ada Example, for the editors", set()),
        ("The Society for Plain Language in Research Notes", {"sender-long"}),
        ("RESEARCH Notes", {"sender-shouts"}),
        ("Notes!", {"sender-shouts"}),
        ("MS Research Notes", {"sender-names-illness"}),
        ("Fundación Esclerosis", {"sender-names-illness"}),
    ],
)
def test_the_sender_is_short_quiet_and_discreet_as_well(sender: str, expected: set[str]) -> None:
    assert kinds(from_name=sender) == expected


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("Plain Research Notes: 8 studies", {}),
        ("8 studies in plain  research notes", {}),
        ("The Walks: 8 studies", {"from_name": "Ada Example", "title": "The Walks"}),
        ("Ada Example: 8 studies", {"from_name": "Ada Example"}),
    ],
)
def test_a_subject_that_repeats_who_sends_it_is_found(subject: str, names: dict[str, str]) -> None:
    assert kinds(subject=subject, **names) == {"subject-repeats-sender"}


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("Notes of research", {}),
        ("Items of November", {"from_name": "Item", "title": "Item"}),
        ("What is new (plain)", {"from_name": "(new", "title": "?"}),
    ],
)
def test_a_subject_with_some_of_the_same_letters_repeats_nobody(
    subject: str, names: dict[str, str]
) -> None:
    assert kinds(subject=subject, **names) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Eight studies.\n\nSleep helped people with multiple\nsclerosis.",
        f"{'Eight studies. ' * 16}MS",
        f"https://example.org/{'x' * 300} MS",
    ],
)
def test_a_text_that_names_the_illness_where_an_inbox_shows_it_is_found(text: str) -> None:
    assert kinds(text=text) == {"inbox-names-illness"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "pin another study first"),
        ({"corrections": ["It had 12 weeks."]}, "pin another study first"),
        ({"corrections": ["Kind.", "People with MS"]}, "write a first sentence of the note"),
        (
            {"corrections": ["MS"], "note": "Two."},
            "make the first sentence of the note of the issue (issues/next.md) 246",
        ),
        ({"corrections": ["MS"], "note": "MS."}, "begin the note of the issue"),
        ({"corrections": ["MS"], "note": "MS.", "title": "MS"}, "a title that does not name it"),
    ],
)
def test_the_remedy_is_of_what_names_the_illness_first(given: dict[str, Any], said: str) -> None:
    message = b"Subject: 1 correction\r\n\r\n"
    masthead = dataclasses.replace(MASTHEAD, title=given.pop("title", MASTHEAD.title))
    [found] = check_inbox(masthead, message, "One MS", **given)
    assert said in found.remedy


@pytest.mark.sqlite("other databases change nothing of a mail")
@pytest.mark.parametrize("note", ["", "One thing first"])
def test_a_note_as_long_as_the_remedy_says_keeps_a_correction_from_naming_it(
    tmp_path: Path, note: str
) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a")
    words = path.read_text().replace("What we know of a.", "People with MS walked for 12 weeks.")
    path.write_text(words)
    publish(home, at=AT)
    why = "status: corrected\nnote: We wrote a wrong number.\npublished"
    path.write_text(words.replace("published", why, 1).replace("12", "14"))
    home.records.mkdir(exist_ok=True)

    def remedies(note: str) -> list[str]:
        home.next_issue.write_text(f"---\nissue: 2\n---\n{note}\n")
        found = next_issue_preview(home, at=AT + timedelta(days=1)).findings
        return [one.remedy for one in found if one.name == "inbox-names-illness"]

    wanted = max(int(number) for one in remedies(note) for number in re.findall(r"\d+", one))
    longer = " and it is a number again, and a small one," * 10
    assert remedies(f"{note}{longer[: wanted - 5].rstrip()}") != []
    assert remedies(f"{note}{longer[: wanted + 1]}.") == []


@pytest.mark.parametrize(
    "text",
    [
        f"{'Eight studies. ' * 17}MS",
        "On the web: https://ms-notes.example.org/issues/MS/0007.html\nUnsubscribe",
        "It took 20 ms.",
        "",
    ],
)
def test_addresses_units_and_what_stands_further_down_name_nothing(text: str) -> None:
    assert kinds(text=text) == set()


def test_the_words_that_were_found_are_said() -> None:
    [one] = check_inbox(MASTHEAD, b"Subject: Issue 7\r\n\r\n", "It slowed multiple sclerosis.")
    assert "say “multiple sclerosis” in “It slowed multiple sclerosis.”" in str(one)
    assert "pin another study first" in one.remedy


def test_a_subject_is_read_whatever_its_encoding() -> None:
    message = b"To: a\r\nSubject: =?utf-8?q?Caf=C3=A9_?=\r\n =?utf-8?b?w7xiZXI=?=\r\n\r\nSubject: b"
    assert subject_of(message) == "Café über"
    assert subject_of(b"To: a\r\n\r\n") == ""
