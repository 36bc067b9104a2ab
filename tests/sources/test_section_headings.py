"""Headings are read in English and in every language of a catalogue; errors name the editor's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from catalogues.every_view import files_of
from catalogues.german_issue import ISSUE
from msnewsletter.catalogues.catalogue_files import languages
from msnewsletter.issue.unfinished import residues
from msnewsletter.model import Status
from msnewsletter.publisher.first_summary import first_summary
from msnewsletter.sources.formats import read_bytes
from msnewsletter.sources.heading_synonyms import SYNONYMS
from msnewsletter.sources.html.html_page import read_html
from msnewsletter.sources.section_headings import field_of_heading, section_titles

AT = datetime(2026, 11, 28, tzinfo=UTC)
GERMAN = """\
# Eine kleine Studie fand etwas.

## Das Wichtigste in Kürze

- Es half.

## Was wurde gefunden?

Etwas.

## Warum ist das wichtig?

Darum.

## Einschränkungen

Sie war klein.
"""


@pytest.mark.parametrize("language", languages())
def test_every_heading_that_we_write_is_read_back(language: str) -> None:
    titles = section_titles(language)
    assert {field_of_heading(title): name for name, title in titles.items()} == {
        name: name for name in titles
    }


@pytest.mark.parametrize("language", languages())
def test_the_pages_of_a_newsletter_are_read_back(language: str) -> None:
    pages = files_of(language)
    summaries = [entry.summary for entry in ISSUE.entries]
    sent = {one.headline: one for one in summaries if one.status is Status.LIVE}
    read = 0
    for name, data in pages.items():
        if not name.startswith("site/summaries/"):
            continue
        page = read_html(data, address=f"https://ms-notizen.example/{name}", at=AT)
        if (summary := sent.get(str(page.fields.get("headline")))) is None:
            continue
        fields = page.fields
        texts = [fields[part] for part in ("found", "why_it_matters", "cautions")]
        assert texts == [summary.found, summary.why_it_matters, summary.cautions]
        assert fields.get("key_messages", ()) == summary.key_messages
        read += 1
    assert read == len(sent)
    assert any(one.key_messages for one in sent.values())


def test_a_german_file_and_a_german_page_are_read_by_usual_headings() -> None:
    (summary,) = read_bytes(GERMAN.encode(), location="a.md").summaries
    assert (summary.found, summary.why_it_matters) == ("Etwas.", "Darum.")
    assert (summary.cautions, summary.key_messages) == ("Sie war klein.", ("Es half.",))
    page = (
        "<!doctype html><html lang=de><title>T</title><main><article><h1>Eine Studie.</h1>"
        "<h2>Was kam heraus?</h2><p>Etwas.</p><p><b>Weshalb ist das wichtig?</b> Darum.</p>"
        "<h2>Grenzen der Studie</h2><p>Klein.</p></article></main>"
    )
    found = read_html(page.encode(), address="https://a.example/x", at=AT)
    texts = [found.fields[name] for name in ("found", "why_it_matters", "cautions")]
    assert (texts, found.problem) == (["Etwas.", "Darum.", "Klein."], None)


def test_no_word_of_another_language_takes_an_english_heading_away() -> None:
    for title in ("Results", "Conclusions", "Methods", "Key points", "Summary"):
        assert field_of_heading(title) is None
    plain = [
        title for fields in SYNONYMS.values() for all_of in fields.values() for title in all_of
    ]
    assert len(plain) == len(set(plain)), "a heading names one field"
    assert all(title == title.casefold().strip("?:.! ") for title in plain), "it is compared so"


def test_an_error_names_the_headings_of_the_newsletters_language() -> None:
    def line(text: str, language: str) -> str:
        (error,) = read_bytes(text.encode(), location="a.md", language=language).refused
        return str(error)

    odd = "# Eine Studie.\n\n## Sonstiges\n\nText.\n"
    assert line(odd, "de-AT") == (
        "a.md:3: there is no section 'Sonstiges'; use one of Kurz gesagt, "
        "Was wurde herausgefunden?, Warum ist das wichtig?, Was sollten Sie beachten?, "
        "Disclaimer, Related"
    )
    assert line(odd, "en").endswith("Why it matters, Cautions, Disclaimer, Related")
    assert "below a line '## Was wurde herausgefunden?'" in line("# Eine Studie.\n", "de")
    assert "'## Was wurde herausgefunden?'" in line("Text.\n", "de")


@pytest.mark.parametrize("language", languages())
def test_the_form_of_a_new_home_reads_and_every_place_in_it_is_held(language: str) -> None:
    data = first_summary(date(2026, 11, 28), language)
    (summary,) = read_bytes(data, location="first-summary.md").summaries
    texts = (summary.headline, summary.found, summary.why_it_matters, summary.cautions)
    for text in texts:
        assert [one.what for one in residues((text,)) if one.certain] == ["a placeholder"]
