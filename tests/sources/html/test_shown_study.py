"""The study of a page without metadata: what its lines and links say of it, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from msnewsletter.sources.html.html_page import PageReading, read_html

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
LINK = '<a href="https://doi.org/10.1000/Own.1">10.1000/Own.1</a>'
PUBMED = '<a href="https://pubmed.ncbi.nlm.nih.gov/38012345/">PubMed</a>'


def read(study: str, *, found: str = "It was found.", head: str = "") -> PageReading:
    page = (
        f"<html><head>{head}</head><body><main><h1>A headline.</h1>"
        f"<h2>What was found</h2><p>{found}</p><h2>Why it matters</h2><p>It matters.</p>"
        f"<h2>Cautions</h2><p>Few people.</p>{study}</main></body></html>"
    )
    return read_html(page.encode(), address="https://a.example/x", at=AT)


def said(reading: PageReading) -> tuple[object, object, object]:
    return tuple(reading.fields.get(name) for name in ("journal", "doi", "pmid"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("study", "expected"),
    [
        (
            f"<h2>The study</h2><p>Journal: <em>Science</em>. DOI: {LINK}</p>",
            ("Science", "10.1000/own.1", None),
        ),
        (f"<p>Journal: Brain, 2026 | {PUBMED}</p>", ("Brain", None, "38012345")),
        (
            f"<h2>Studie</h2><p>Fachzeitschrift: Der Nervenarzt (2026)</p><p>{LINK}</p>",
            ("Der Nervenarzt", "10.1000/own.1", None),
        ),
        (
            "<p>Journal: Brain. <a href=https://doi.org/10.1000/own.1>Zur Studie</a></p>",
            ("Brain", "10.1000/own.1", None),
        ),
        (
            "<p>Quelle: Zeitschrift: Brain, DOI: 10.1000/own.1</p><p>Letzte Änderung: 3.5.2026</p>",
            ("Brain", "10.1000/own.1", None),
        ),
        (
            "<p>Last updated: 3 May 2026</p><p>Erschienen in: Brain. DOI 10.1000/own.1</p>",
            ("Brain", "10.1000/own.1", None),
        ),
        (
            "<p>Originalarbeit: Müller A, https://doi.org/10.1000/own.1</p>",
            (None, "10.1000/own.1", None),
        ),
        (
            f"<p>Study: {LINK}</p><h2>References</h2><p>DOI: 10.1000/other</p>",
            (None, "10.1000/own.1", None),
        ),
        ("<p>DOI 10.1000/own.1</p>", (None, "10.1000/own.1", None)),
        ("<p>PMID: 38012345</p>", (None, None, "38012345")),
        (
            f"<dl><dt>Journal</dt><dd>N. Engl. J. Med.</dd><dt>DOI</dt> <dd>{LINK}</dd></dl>",
            ("N. Engl. J. Med", "10.1000/own.1", None),
        ),
        (
            "<table><tr><th>Journal:</th><td>Brain<tr><th>PubMed ID</th><td>38012345</table>",
            ("Brain", None, "38012345"),
        ),
        (f"<p>Read the study: {LINK}</p><p>{LINK}</p>", (None, "10.1000/own.1", None)),
    ],
)
def test_a_page_s_lines_and_links_name_its_study(study: str, expected: tuple[object, ...]) -> None:
    found = read(study)
    assert said(found) == expected
    assert found.fields["cautions"] == "Few people."


OTHER = '<a href="https://doi.org/10.1000/other">10.1000/other</a>'


@pytest.mark.parametrize(
    "study",
    [
        f"<p>Study: {LINK}</p><p>Study: {OTHER}</p>",
        f"<aside>{OTHER}</aside>",
        f'<div class="related-posts"><p>{OTHER}</p></div>',
        f"<footer><p>{OTHER}</p></footer>",
        '<p><a href="https://doi.org/">About DOIs</a></p>',
        '<p><a href="https://pubmed.ncbi.nlm.nih.gov/?term=ms">More</a></p>',
        '<p><a href="https://[doi.org/10.1000/x">Broken</a></p>',
        "<h2>Journal</h2><p>The latest posts of our diary.</p>",
        f"<p>Journal: {'X' * 250}</p>",
        '<section class="comments"><p>DOI: 10.1000/other</p></section>',
        "<blockquote><p>Journal: Brain. DOI: 10.1000/other</p></blockquote>",
        '<div class="card"><dl><dt>DOI</dt><dd>10.1000/other</dd></dl></div>',
        "<aside><table><tr><th>Journal</th><td>Brain</td></tr></table></aside>",
        "<div hidden><dl><dt>Journal</dt><dd>Brain</dd></dl></div>",
        "<h2>References</h2><p>PMID: 38012345</p>",
        "<h3>Literatur</h3><p>DOI: 10.1000/other</p>",
    ],
)
def test_what_is_not_certain_to_be_of_its_study_is_none(study: str) -> None:
    assert said(read(study)) == (None, None, None)


def test_another_study_that_a_sentence_mentions_is_not_the_page_s() -> None:
    assert said(read("", found=f"As before ({OTHER}), people slept.")) == (None, None, None)
    both = read(f"<p>DOI: {LINK}</p>", found=f"As before ({OTHER}), people slept.")
    assert both.fields["doi"] == "10.1000/own.1"


def test_what_the_page_says_to_programs_counts_before_what_it_shows() -> None:
    head = '<meta name="citation_doi" content="10.1000/meta">'
    assert read(f"<p>{LINK}</p>", head=head).fields["doi"] == "10.1000/meta"


@pytest.mark.parametrize(
    ("line", "journal"),
    [
        ("Journal: Neurology. Published 12 November 2026", "Neurology"),
        ("Journal: Nature vol. 12, pages 3-4", "Nature"),
        ("Journal: N. Engl. J. Med.", "N. Engl. J. Med"),
        ("Journal: npj Digital Medicine, 2026", "npj Digital Medicine"),
        ("Journal: we kept one every day, and it helped", None),
    ],
)
def test_a_journal_s_name_ends_where_its_line_says_more(line: str, journal: str | None) -> None:
    assert read(f"<h2>The study</h2><p>{line}</p>").fields.get("journal") == journal


@pytest.mark.parametrize(
    "line",
    [
        "Journal: Neurology. The authors are paid by the maker of the drug.",
        "DOI: 10.1000/own.1 is withdrawn, so be careful.",
    ],
)
def test_a_caution_that_begins_with_the_study_is_kept(line: str) -> None:
    found = read(f"<p>{line}</p><p>So take care.</p>")
    assert found.fields["cautions"] == f"Few people.\n\n{line}\n\nSo take care."
