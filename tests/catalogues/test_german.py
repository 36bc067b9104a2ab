"""The German newsletter: no English word in any view of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from babel.messages.pofile import read_po

from catalogues.every_view import files_of, seen_in, templates, words_of, words_of_data
from catalogues.german_issue import ISSUE, MASTHEAD
from msnewsletter.catalogues.catalogue_files import FOLDER
from msnewsletter.render import wording
from msnewsletter.render.mail.render import render_mail
from msnewsletter.render.site.crawlers import opml

# Words that are the same in both languages, and names.
_SHARED = frozenset(
    {
        *("rss", "atom", "feed", "feeds", "json", "opml", "doi", "pubmed", "ms"),
        *(
            "e-mail",
            "in",
            "an",
            "so",
            "links",
            "link",
            "newsletter",
            "code",
            "ganze",
            "spam-ordner",
        ),
        *("cookies", "mails", "minute", "multiple", "november", "pause"),
        *("liste", "notizen"),  # of the newsletter's name and its list's
    }
)


@pytest.fixture(scope="module")
def german() -> dict[str, bytes]:
    return files_of("de")


@pytest.fixture(scope="module")
def english() -> dict[str, bytes]:
    return files_of("en")


def test_no_view_of_the_german_newsletter_says_what_the_english_words_say(
    german: dict[str, bytes], english: dict[str, bytes]
) -> None:
    assert german.keys() == english.keys()
    known = words_of_data() | _SHARED
    same = {
        name: both
        for name, data in german.items()
        if (
            both := (words_of(seen_in(name, data)) & words_of(seen_in(name, english[name]))) - known
        )
    }
    assert same == {}


# A label begins with the name, and inflects nothing: "MS-Notizen (ganze Texte)".
_IN_A_SENTENCE = re.compile(r"[\w“”„ ].*(?:\{title\}|%\((?:title|newsletter)\)s)")


def test_the_newsletters_name_is_quoted_wherever_grammar_would_inflect_it() -> None:
    named = [
        line
        for one in read_po((FOLDER / "de.po").read_text().splitlines(keepends=True), locale="de")
        if one.id and "Paper:" not in one.id
        for line in ((one.string,) if isinstance(one.string, str) else one.string)
        if _IN_A_SENTENCE.match(line)
    ]
    assert len(named) > 10
    assert [
        one for one in named if not re.search(r"„(\{title\}|%\((title|newsletter)\)s)“", one)
    ] == []


def test_the_list_of_feeds_names_them_as_they_name_themselves() -> None:
    listed = opml(replace(MASTHEAD, language="de", words="de"), {}).decode()
    assert "(ganze Texte)" in listed
    assert "(Ausgaben)" in listed


def test_every_issue_of_a_newsletter_of_samples_says_so_in_german() -> None:
    masthead = replace(MASTHEAD, samples=True)
    mail = render_mail(replace(ISSUE, masthead=masthead), templates())
    assert "Beispielausgabe 7 · " in mail.text.decode()
    assert "Beispielausgabe 7 · " in mail.html.decode()
    assert wording.issue_title(7, ISSUE.cutoff, masthead).startswith("Beispielausgabe 7, ")
