"""The page of an issue holds every sentence of its mail: "on the web" never leads to less."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html

from msnewsletter.model import Evidence
from msnewsletter.render.mail.render import render_mail
from msnewsletter.render.sentences import WIDTH
from msnewsletter.render.site.issue_pages import render_pages
from msnewsletter.text_sentences import sentences_in
from render.mail.samples import ARABIC, ISSUES, SUMMARIES, issue_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Issue

# What only the mail says, whole: that it has fewer details, or lines about the mail itself.
MAIL_ONLY = re.compile(
    r"""
    (?:\d+|[a-z]+)\ more\ stud(?:y|ies) | In\ this\ issue
    | More\ cautions\ in\ the\ whole\ summary\.
    | Read\ on\ the\ web:\ https://\S+ | Unsubscribe:\ https://\S+
    | Unsubscribe\ from\ .{1,60}:\ ,\ or\ write\ to\ \S+@\S+
    | Without\ mail:\ RSS\ feed\ ,\ Atom\ feed
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What the mail says before something, and the page before the same or not at all.
LABELS = re.compile(
    r"^(?:The study|A question to take to your MS team|"
    r"All summaries in this (?:mail|issue)(?:, unless they say otherwise)?):? "
)
_MARKS = re.compile(r"\[\d+\]|(?<=\s)\(\d+\)|[\u2066-\u2069]")
_POINT = re.compile(r"^(?:[-*•] |\d{1,3}[.)] )")
_PARTS = re.compile(r" · |[()]| (?=In \d)")


def lines_of(text: str) -> Iterator[str]:
    """The lines of a plain text before it was wrapped: a line ends where the next word had room."""
    line = last = ""
    for raw in text.splitlines():
        word = raw.split()[0] if raw.split() else ""
        if word and last and len(last) + 1 + len(word) > WIDTH:
            line = f"{line} {raw.strip()}"
        else:
            yield line
            line = raw.strip()
        last = raw
    yield line


def sentences_of(mail: str, issue: Issue) -> Iterator[str]:
    """All that the mail says of its issue, in whole sentences or the parts of a line."""
    masthead = issue.masthead
    own, _, _ = mail.rpartition("\nLinks\n")
    # Before the newsletter's name stands what mail programs show beside the subject.
    _, _, told = own.partition(f"\n{masthead.title}\n")
    for line in lines_of(told):
        plain = " ".join(_POINT.sub("", _MARKS.sub("", line), count=1).split())
        if plain.startswith((masthead.why, masthead.postal_address)):
            continue
        for sentence in sentences_in(plain):
            for part in _PARTS.split(sentence):
                said = LABELS.sub("", part).strip(" .,:;·")
                if len(said) > 1 and not MAIL_ONLY.fullmatch(part.strip()):
                    yield said.removesuffix("…")


def text_of(page: bytes) -> str:
    body = html.fromstring(page).find("body")
    return " ".join(_MARKS.sub("", body.text_content()).split())


RICH = replace(
    issue_of(
        replace(
            SUMMARIES[0],
            title="Evening walks",
            evidence=(Evidence.TRIAL, Evidence.PREPRINT),
            found=f"{SUMMARIES[0].found}\n\nWhat changed:\n- fatigue, a little\n- not sleep",
            cautions="- Only one town took part.\n- Nobody was older than sixty.\n\nIt was short.",
            disclaimer="Please ask your own doctor about walking.",
        ),
        *SUMMARIES[1:],
        question="What should I ask at my next check-up?",
    ),
    note="Two of these are **small**. Read [the longer story](https://example.org/story).",
)
GIVEN = {
    **ISSUES,
    "rich": RICH,
    "contents": replace(RICH, masthead=replace(RICH.masthead, contents=True)),
    "arabic": ARABIC,
}


@pytest.mark.parametrize("name", GIVEN)
def test_the_page_of_an_issue_holds_every_sentence_of_its_mail(
    name: str, templates: dict[str, str]
) -> None:
    issue = GIVEN[name]
    page = text_of(render_pages(issue, templates)["issues/0007.html"])
    mail = render_mail(issue, templates).text.decode()
    said = list(sentences_of(mail, issue))
    assert len(said) > 3 * min(12, len(issue.entries))
    assert [sentence for sentence in said if sentence not in page] == []


def test_what_the_mail_says_is_found_however_it_is_wrapped() -> None:
    head = f"Eight studies\n\n{RICH.masthead.title}\nIssue 7 · 23 November 2026\n\n"
    wrapped = (
        "A sentence that is longer than one line of the mail, so that it is\nwrapped [3]. New."
    )
    told = list(sentences_of(f"{head}{wrapped}\n\n- A point\n\nLinks\n[3] https://x.org\n", RICH))
    assert told == [
        "Issue 7",
        "23 November 2026",
        "A sentence that is longer than one line of the mail, so that it is wrapped",
        "New",
        "A point",
    ]


def test_nothing_of_an_entry_is_left_out_of_the_page(templates: dict[str, str]) -> None:
    page = text_of(render_pages(RICH, templates)["issues/0007.html"])
    for one in (entry.summary for entry in RICH.entries):
        for text in (one.headline, one.studied_in, one.doi, one.pmid, one.disclaimer):
            assert (text or "") in page
        for sentence in sentences_in(" ".join(one.found.replace("\n- ", "\n").split())):
            assert sentence in page
    for told in ("In 48 people · trial, preprint, not peer-reviewed", RICH.masthead.question):
        assert told is not None
        assert told in page
    assert "Two of these are small. Read the longer story." in page


def test_of_a_very_large_issue_the_first_150_are_whole(templates: dict[str, str]) -> None:
    many = [replace(SUMMARIES[0], key=f"k{number}", doi=f"10.5/{number}.") for number in range(160)]
    page = html.fromstring(render_pages(issue_of(*many), templates)["issues/0007.html"])
    articles = page.xpath("//article")
    assert len(articles) == 150
    assert all(one.xpath(".//p[contains(@class, 'study')]") for one in articles)
    assert all(one.xpath(".//div[@class='caution']") for one in articles)
    assert page.xpath("string(//h2[. = '10 more studies'])")
    assert len(page.xpath("//section[h2 = '10 more studies']//li/a")) == 10


@pytest.mark.parametrize(
    "sentence",
    ["The study was small.", "One study found more.", "Two more studies agree.", "See on."],
)
def test_a_sentence_of_a_summary_is_never_taken_for_a_line_of_the_mail(sentence: str) -> None:
    assert not MAIL_ONLY.fullmatch(sentence)
