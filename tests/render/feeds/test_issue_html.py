"""What the body of an issue's entry says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.model import Correction, Status
from msnewsletter.render.feeds.issue_html import issue_body
from render.site.sample import MASTHEAD, entry_of, summary_of

if TYPE_CHECKING:
    from msnewsletter.model import Entry, Issue

SLEEP = "النوم الجيد يساعد."
OWN = ' lang="en" dir="ltr"'


def test_an_issue_in_english_has_no_marks_but_for_what_runs_against_it(issue: Issue) -> None:
    told = issue_body(MASTHEAD, replace(issue, entries=(*issue.entries, _entry(headline=SLEEP))))
    assert f' dir="rtl">{SLEEP}</a></li>' in told
    assert (told.count("dir="), told.count("lang=")) == (1, 0)


def test_each_summary_is_listed_in_its_own_language(issue: Issue) -> None:
    entry = _entry(headline=SLEEP, language="ar", studied_in="فئران")
    told = issue_body(MASTHEAD, replace(issue, entries=(entry,)))
    assert f' lang="ar" dir="rtl">{SLEEP}</a>' in told
    assert f' · <span{OWN}><span lang="ar" dir="rtl">فئران</span></span></li>' in told


def test_an_arabic_newsletters_corrections_are_our_words_around_its_own(issue: Issue) -> None:
    masthead = replace(MASTHEAD, language="ar")
    one = Correction(
        key="k", id="urn:uuid:1", issue=6, headline=SLEEP, status=Status.CORRECTED, note=SLEEP
    )
    told = issue_body(masthead, replace(issue, masthead=masthead, corrections=(one,)))
    quoted = ' lang="ar" dir="rtl">' + SLEEP
    (title, told, *_) = told.split("\n")
    assert title == f"<h2{OWN}>Correction to issue 6</h2>"
    assert told.startswith(f"<p{OWN}>In “<a href=")
    assert told.endswith(f"{quoted}</a>” we have corrected a mistake: <span{quoted}</span></p>")


def test_what_to_do_about_corrections_is_said_once_above_them(issue: Issue) -> None:
    gone = [
        Correction(key=key, id=f"urn:uuid:{key}", issue=6, headline=key, status=Status.WITHDRAWN)
        for key in ("one", "two")
    ]
    told = issue_body(MASTHEAD, replace(issue, corrections=tuple(gone)))
    assert told.count("rely") == 1
    assert told.count("<a href") == 2 + len(issue.entries) + 1


def _entry(**fields: str) -> Entry:
    return entry_of(summary_of("arabic", **fields))
