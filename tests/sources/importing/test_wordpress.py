"""An export of WordPress gives its published posts and pages, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from msnewsletter.issue.unfinished import certain_residues
from msnewsletter.sources.importing.import_reader import read_document
from msnewsletter.sources.importing.imported_document import ImportedDocument
from msnewsletter.sources.importing.shortcodes import without_shortcodes
from msnewsletter.sources.parsed import Reading

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
BODY = (
    "<!-- wp:heading --><h2>What was found</h2><!-- /wp:heading -->"
    "<!-- wp:paragraph --><p>Forty people &amp; more walked.</p><!-- /wp:paragraph -->"
    "<h2>Why it matters</h2><p>It may help.</p><h2>Cautions</h2><p>It was small.</p>"
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- generator="WordPress/6.6" -->\n'
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
    'xmlns:wp="http://wordpress.org/export/1.2/">\n<channel><title>Site</title>'
    "<wp:wxr_version>1.2</wp:wxr_version>\n"
)


def item(name: str, *, body: str = BODY, more: str = "", **fields: str) -> str:
    values = {
        "post_date": "2026-11-20 09:30:00",
        "post_date_gmt": "2026-11-20 08:30:00",
        "status": "publish",
        "post_type": "post",
    } | fields
    parts = "".join(f"<wp:{tag}><![CDATA[{value}]]></wp:{tag}>" for tag, value in values.items())
    return (
        f"<item><title><![CDATA[{name} &amp; walks]]></title><link>https://example.org/{name}/</link>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded>{parts}{more}</item>\n"
    )


def export(*items: str) -> bytes:
    return (HEAD + "".join(items) + "</channel></rss>").encode()


def read(data: bytes, *, kind: str | None = None) -> Reading:
    document = ImportedDocument(place="export.xml", data=data)
    return Reading.joined(read_document(document, kind=kind, at=AT))


def said(reading: Reading) -> list[str]:
    return [str(one) for one in (*reading.refused, *reading.warned)]


def test_a_post_of_the_block_editor_is_a_summary() -> None:
    tags = (
        '<category domain="category" nicename="u">Uncategorized</category>'
        '<category domain="post_tag" nicename="g"><![CDATA[Gut &amp; brain]]></category>'
        '<category domain="post_format" nicename="a">Aside</category>'
    )
    reading = read(export(item("gut", more=tags)))
    assert said(reading) == []
    [one] = reading.summaries
    assert (one.key, one.url) == ("example.org/gut", "https://example.org/gut/")
    assert one.headline == "gut & walks"
    assert (one.found, one.why_it_matters, one.cautions) == (
        "Forty people & more walked.",
        "It may help.",
        "It was small.",
    )
    assert str(one.published) == "2026-11-20T08:30:00+00:00"
    assert one.tags == ("Gut & brain",)


def test_a_post_of_the_classic_editor_has_its_paragraphs_by_blank_lines() -> None:
    body = (
        "<h2>What was found</h2>\nFirst line\nsecond line.\n\nNext one.\n\n"
        "<h2>Why it matters</h2>\nIt may help.\n<h2>Cautions</h2>\n<ul>\n<li>Small</li>\n</ul>"
    )
    [one] = read(export(item("gut", body=body))).summaries
    assert one.found == "First line\nsecond line.\n\nNext one."
    assert one.cautions == "- Small"


def test_what_is_not_published_is_counted_and_files_are_passed_over() -> None:
    reading = read(
        export(
            item("a"),
            item("b", status="draft"),
            item("c", status="draft"),
            item("d", status="private"),
            item("e", post_password="x"),  # noqa: S106  (of a post)
            item("f", post_type="attachment", status="inherit"),
            item("g", post_type="nav_menu_item"),
            item("h", post_type="product"),
            item("i", post_type="page"),
        )
    )
    assert [one.key for one in reading.summaries] == ["example.org/a", "example.org/i"]
    assert said(reading) == [
        "export.xml: passed over: 2 not published (draft), 1 of the type 'product', 2 private"
    ]


@pytest.mark.parametrize(
    ("gmt", "local", "published"),
    [
        ("2026-11-20 08:30:00", "2026-11-20 09:30:00", "2026-11-20T08:30:00+00:00"),
        ("0000-00-00 00:00:00", "2026-11-20 09:30:00", "2026-11-20"),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00", "None"),
    ],
)
def test_a_date_is_that_of_publication_and_never_guessed(
    gmt: str, local: str, published: str
) -> None:
    [one] = read(export(item("a", post_date_gmt=gmt, post_date=local))).summaries
    assert str(one.published) == published


def test_a_post_without_sections_is_a_proposal_and_costs_no_other() -> None:
    reading = read(export(item("news", body="<p>We <b>moved</b>.</p>"), item("gut")))
    news, gut = reading.summaries
    assert (gut.key, gut.found) == ("example.org/gut", "Forty people & more walked.")
    assert (news.key, news.url) == ("example.org/news", "https://example.org/news/")
    assert str(news.published) == "2026-11-20T08:30:00+00:00"
    assert news.found == "[Insert what was found. The page says:]\n\nWe moved."
    assert (news.why_it_matters, news.cautions) == ("[Insert why it matters.]", "")
    assert "a placeholder" in [residue.what for residue in certain_residues(news)]
    [line] = said(reading)
    assert line.startswith("export.xml:5: is only a proposal, and held until you have written it: ")


def test_a_post_with_nothing_in_it_is_refused_and_costs_no_other() -> None:
    reading = read(export(item("news", body="<p></p>"), item("gut")))
    assert [one.key for one in reading.summaries] == ["example.org/gut"]
    [line] = said(reading)
    assert line.startswith("export.xml:5: “news &amp; walks”: its entry has no sections; ")


def test_an_export_that_is_cut_gives_what_came_before() -> None:
    whole = export(item("a"), item("b"))
    reading = read(whole[:-300])
    assert [one.key for one in reading.summaries] == ["example.org/a"]
    [line] = said(reading)
    assert "is not well-formed XML from here on" in line


def test_entities_are_refused_whatever_they_would_be() -> None:
    bomb = (
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    data = export(item("a", more="<wp:x>&b;&f;</wp:x>")).replace(
        b"<rss", bomb.encode() + b"<rss", 1
    )
    reading = read(data, kind="wordpress")
    assert reading.summaries == ()
    assert "declares a document type" in said(reading)[0]
    assert read(data).summaries == ()


def test_shortcodes_are_taken_out_with_pictures_and_without_the_texts_inside_and_it_is_said() -> (
    None
):
    body = (
        '[vc_row]<h2>What was found</h2>[caption id="x"]<img src=y> A photo[/caption]Forty walked.'
        '<h2>Why it matters</h2>It [b]may[/b] help.[gallery ids="1,2"]<h2>Cautions</h2>'
        "It was small [sic].[/vc_row]"
    )
    reading = read(export(item("a", body=body), item("b", body=body)))
    assert [one.found for one in reading.summaries] == ["Forty walked."] * 2
    assert {one.why_it_matters for one in reading.summaries} == {"It may help."}
    assert {one.cautions for one in reading.summaries} == {"It was small [sic]."}
    assert any("[vc_row] in 2, [caption] in 2" in line for line in said(reading)), said(reading)


def test_a_shortcode_alone_that_is_not_known_stays_for_the_checks() -> None:
    body = BODY.replace("It was small.", "It was [box x] small.[caption] It ended.")
    [one] = read(export(item("a", body=body))).summaries
    assert one.cautions == "It was [box x] small. It ended."


def test_a_million_shortcodes_take_no_time() -> None:
    assert without_shortcodes("[caption][b]" * 300_000 + "[/b]")[1] == ("caption", "b")
