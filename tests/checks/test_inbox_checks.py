"""What others may see of an unopened mail: sender, subject, and its first words."""

from __future__ import annotations

import dataclasses

import pytest

from msnewsletter.checks.inbox_checks import check_inbox, subject_of
from render.mail.samples import MASTHEAD


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


@pytest.mark.parametrize(("has_studies", "said"), [(True, "pin another study"), (False, "note of")])
def test_the_remedy_asks_for_a_study_only_where_there_is_one(
    *, has_studies: bool, said: str
) -> None:
    message = b"Subject: 1 correction\r\n\r\n"
    [found] = check_inbox(MASTHEAD, message, "MS", has_studies=has_studies)
    assert said in found.remedy
    assert ("study" in found.remedy) is has_studies


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
