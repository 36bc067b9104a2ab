"""Whose words are in which language, and which way they run: read off the rendered mail."""

from __future__ import annotations

import dataclasses
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from msnewsletter.render.mail.render import render_mail, render_short
from msnewsletter.render.sentences import direction
from render.mail.samples import ARABIC, ISSUES, SUMMARIES, issue_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.render import Mail

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Voices(HTMLParser):
    """Every run of words with the language and direction that apply to it."""

    def __init__(self, source: bytes) -> None:
        super().__init__()
        self.around: list[tuple[str, str, str]] = [("", "", "ltr")]
        self.runs: list[tuple[str, str, str]] = []
        self.feed(source.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        named = dict(attrs)
        _, lang, turn = self.around[-1]
        self.around.append((tag, named.get("lang") or lang, named.get("dir") or turn))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.around.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tag, lang, turn = self.around[-1]
        if data.strip() and not {"style", "title"} & {one for one, *_ in self.around}:
            self.runs.append((" ".join(data.split()), lang, turn))
        assert tag or not data.strip()


def scripts_of(text: str) -> set[str]:
    """The scripts of its letters, by the first word of their names: `LATIN`, `ARABIC`."""
    return {unicodedata.name(letter, "").split()[0] for letter in text if letter.isalpha()}


SCRIPT_OF = {"ar": "ARABIC", "he": "HEBREW", "en": "LATIN"}


@pytest.fixture(params=[render_mail, render_short], ids=["digest", "short"])
def arabic(request: pytest.FixtureRequest, templates: Mapping[str, str]) -> Mail:
    made: Mail = request.param(ARABIC, templates)
    return made


def test_every_word_of_an_arabic_newsletter_is_in_a_language_that_has_its_script(
    arabic: Mail,
) -> None:
    runs = Voices(arabic.html).runs
    assert len(runs) > 20
    assert {lang for _, lang, _ in runs} == {"ar", "en", "he"}
    for text, lang, _ in runs:
        scripts = scripts_of(text)
        # Addresses, numbers and names of journals are what they are in any language.
        if scripts and "@" not in text and text not in {"Fatigue", "Journal of Everyday Neurology"}:
            assert SCRIPT_OF[lang] in scripts, (text, lang)


@pytest.mark.parametrize("issue", [ARABIC, ISSUES["eight"]], ids=["arabic", "english"])
@pytest.mark.parametrize("edition", [render_mail, render_short])
def test_our_own_words_run_from_left_to_right_and_theirs_as_they_are_written(
    edition: Callable[..., Mail], issue: Issue, templates: Mapping[str, str]
) -> None:
    whole = dataclasses.replace(issue, entries=issue.entries[3:4] + issue.entries)
    for text, lang, turn in Voices(edition(whole, templates).html).runs:
        letters = [one for one in text if unicodedata.bidirectional(one) in {"L", "R", "AL"}]
        if letters and "@" not in text:
            assert direction(text, turn) == turn, (text, lang, turn)


def test_the_document_and_its_paragraphs_begin_at_the_right(arabic: Mail) -> None:
    source = arabic.html.decode()
    assert '<html lang="ar" dir="rtl"' in source
    body = source[source.index("<body") :]
    assert "text-align:right" in body
    # The first study's caution, in Arabic; the English one's has its rule on the other side.
    assert body.index("padding-right:14px;border-right") < body.index('class="mind"') + 200


def test_in_plain_text_what_runs_against_its_line_is_isolated(templates: dict[str, str]) -> None:
    text = render_mail(issue_of(*SUMMARIES[:4]), templates).text.decode()
    assert f"\u2068{SUMMARIES[3].headline}\u2069 [" in text
    assert "Keep in mind: \u2068" in text
    assert "\u2068" not in render_mail(ISSUES["one"], templates).text.decode()


def test_a_summarys_language_is_said_wherever_its_words_are(templates: dict[str, str]) -> None:
    for made in (render_mail, render_short):
        runs = Voices(made(ARABIC, templates).html).runs
        hebrew = [lang for text, lang, _ in runs if "HEBREW" in scripts_of(text)]
        assert len(hebrew) > 3
        assert set(hebrew) == {"he"}


def test_an_english_newsletter_marks_none_of_its_own_words(templates: dict[str, str]) -> None:
    source = render_mail(ISSUES["eight"], templates).html.decode()
    assert source.count(' lang="') == 2
