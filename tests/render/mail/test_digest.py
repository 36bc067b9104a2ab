"""What readers see, in both parts."""

from __future__ import annotations

import dataclasses
import html
import re
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from msnewsletter.checks.html_reader import read_page
from msnewsletter.issue.teaser import HEADLINE_LIMIT
from msnewsletter.model import MailDetail, Summary
from msnewsletter.partial_date import PartialDate
from msnewsletter.render.cautions import caution_of
from msnewsletter.render.mail.render import Mail, render_mail, render_short
from msnewsletter.render.mail.shortening import DOZEN
from msnewsletter.render.sentences import WIDTH
from msnewsletter.render.wording import MORE_CAUTIONS
from msnewsletter.render.xml_text import legal
from msnewsletter.text_cut import shorten
from msnewsletter.text_sentences import sentences_in
from msnewsletter.theme.newsletter_theme import SIZES
from msnewsletter.theme.palette import DARK, LIGHT, PAIRS
from render.mail.samples import ARABIC, CUTOFF, ISSUES, SUMMARIES, issue_of, many

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.model import Issue

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """A mail program's view: what is visible, where links lead, what would be loaded."""

    def __init__(self, source: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.shown: list[str] = []
        self.feed(source.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append((dict(attrs)["href"] or "", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"head", "style"} & set(self.open):
            self.shown.append(data)
        if "a" in self.open:
            self.links[-1] = (self.links[-1][0], self.links[-1][1] + data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.shown).split())

    def count(self, tag: str) -> int:
        return sum(each == tag for each, _ in self.tags)


def flat(text: bytes | str) -> str:
    return " ".join((text.decode() if isinstance(text, bytes) else text).split())


def shown_of(summary: Summary, *, whole: bool) -> list[str]:
    """Everything of a summary that the mail must say of a study with a text."""
    maybe = (summary.studied_in, summary.doi, summary.pmid)
    found = summary.found.split("\n\n")
    return [
        flat(summary.headline),
        *(flat(part) for part in (found if whole else [next(sentences_in(found[0]))])),
        *caution_of(summary, limit=160).texts,
        *(flat(each) for each in maybe if each),
    ]


@pytest.mark.parametrize("name", ["one", "eight"])
def test_every_text_of_every_entry_is_in_both_parts_unharmed(
    name: str, mails: dict[str, Mail]
) -> None:
    page, text = Page(mails[name].html).text, flat(mails[name].text)
    for entry in ISSUES[name].entries:
        for part in shown_of(entry.summary, whole=entry.position == 1):
            assert part in page
            assert part in text


@pytest.mark.parametrize("name", ISSUES)
def test_both_parts_have_the_same_links(name: str, mails: dict[str, Mail]) -> None:
    links = sorted(url for url, _ in Page(mails[name].html).links if url.startswith("http"))
    written = sorted(re.findall(r"https?://\S+$", mails[name].text.decode(), re.MULTILINE))
    # As often, too: filters count the addresses of both parts together.
    assert links == written


@pytest.mark.parametrize("name", ISSUES)
def test_the_two_addresses_that_a_reader_may_want_at_once_are_written_out_at_the_top(
    name: str, mails: dict[str, Mail]
) -> None:
    top = mails[name].text.decode()[:700]
    assert "\nRead on the web: https://notes.example.org/issues/0007.html\n" in top
    assert "\nUnsubscribe: https://notes.example.org/unsubscribe/\n" in top


@pytest.mark.parametrize("name", ISSUES)
def test_link_texts_are_unique_and_say_where_they_lead(name: str, mails: dict[str, Mail]) -> None:
    links = Page(mails[name].html).links
    texts = [" ".join(text.split()) for _, text in links]
    assert len(set(texts)) == len(texts)
    assert not {"", "here", "read more", "more", "link"} & {text.casefold() for text in texts}
    for url, _ in links:
        assert urlsplit(url).scheme in {"https", "mailto"}
        assert url.isascii()


@pytest.mark.parametrize(
    "headlines",
    [
        ("Sleep may help.", "Sleep may help."),
        ("Sleep may help.", "SLEEP may help."),
        ("Sleep may help.", "Sleep\u00a0may help."),
        ("Sleep may help.", "Sleep may help. (2)", "Sleep may help."),
        ("Sleep may help.", "Sleep may help.", "Sleep may help. (2)"),
    ],
)
def test_studies_with_one_headline_still_have_different_link_texts(
    templates: dict[str, str], headlines: tuple[str, ...]
) -> None:
    summaries = [
        dataclasses.replace(SUMMARIES[0], key=f"k{place}", headline=headline, doi=None, pmid=None)
        for place, headline in enumerate(headlines)
    ]
    links = Page(render_mail(issue_of(*summaries), templates).html).links
    texts = [flat(text).casefold() for _, text in links]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", ISSUES)
def test_nothing_is_loaded_from_anywhere(name: str, mails: dict[str, Mail]) -> None:
    source = mails[name].html.decode()
    page = Page(mails[name].html)
    loading = {"src", "srcset", "background", "poster", "data"}
    assert not any(loading & set(attributes) for _, attributes in page.tags)
    assert not {"link", "script", "img", "iframe", "object", "form"} & {t for t, _ in page.tags}
    assert "@import" not in source
    assert not re.search(r"url\s*\(", re.sub(r"(?s)<body.*", "", source))
    assert not any("url(" in (a.get("style") or "") for _, a in page.tags)


@pytest.mark.parametrize("name", ISSUES)
def test_the_document_says_its_language_direction_and_title(
    name: str, mails: dict[str, Mail]
) -> None:
    source = mails[name].html.decode()
    assert source.count('lang="en" dir="ltr"') == 2
    assert "<title>Plain Research Notes, Issue 7</title>" in source


@pytest.mark.parametrize("name", ISSUES)
def test_there_is_one_h1_and_one_h2_for_each_study_with_a_text_for_the_rest_and_for_corrections(
    name: str, mails: dict[str, Mail]
) -> None:
    page, issue = Page(mails[name].html), ISSUES[name]
    texts = min(len(issue.entries), DOZEN)
    assert page.count("h1") == 1
    rest = len(issue.entries) > texts
    assert page.count("h2") == texts + rest + bool(issue.corrections)


@pytest.mark.parametrize("name", ISSUES)
def test_no_type_is_smaller_than_sixteen_pixels(name: str, mails: dict[str, Mail]) -> None:
    shown = re.sub(r"(?s)^.*?<body", "", mails[name].html.decode())
    sizes = {int(size) for size in re.findall(r"font-size:\s*(\d+)px", shown)}
    # MJML sets 0 on cells whose text has its own size.
    assert min(sizes - {0}) >= 16
    assert 18 in sizes


def sizes_of(html: bytes, texts: set[str]) -> set[float]:
    """How large these texts are shown, in pixels."""
    shown = read_page(html.decode()).words
    return {each.style.size for each in shown if each.tag == "p" and flat(each.text) in texts}


@pytest.mark.parametrize("name", ISSUES)
def test_running_text_has_eighteen_pixels_and_a_template_that_shrinks_it_is_seen(
    name: str, mails: dict[str, Mail], templates: dict[str, str]
) -> None:
    summaries = [entry.summary for entry in ISSUES[name].entries]
    running = {flat(part) for one in summaries for part in one.found.split("\n\n")}
    assert sizes_of(mails[name].html, running) == {18}
    entries = "digest/found.mjml.j2"
    small = templates[entries].replace(
        "'paragraph' | style }}", "'paragraph' | style }};font-size:17px"
    )
    shrunk = render_mail(ISSUES[name], {**templates, entries: small})
    assert sizes_of(shrunk.html, running) == {17}


def test_a_template_that_widens_the_column_is_seen(templates: dict[str, str]) -> None:
    wide = templates["digest.mjml.j2"].replace('width="600px"', 'width="900px"')
    source = render_mail(ISSUES["one"], {**templates, "digest.mjml.j2": wide}).html.decode()
    assert "900" in re.findall(r"max-width:(\d+)px", source)


@pytest.mark.parametrize("name", ISSUES)
def test_lines_are_no_longer_than_eighty_characters(name: str, mails: dict[str, Mail]) -> None:
    source = mails[name].html.decode()
    # 18 px type of the system's faces has letters of half its size on average.
    assert {int(width) for width in re.findall(r"max-width:(\d+)px", source)} - {480} == {600}
    assert (600 - 2 * SIZES["side"]) / (SIZES["text"] / 2) < 80


@pytest.mark.parametrize("name", ISSUES)
def test_unsubscribing_is_offered_after_the_masthead_and_at_the_end_of_both_parts(
    name: str, mails: dict[str, Mail]
) -> None:
    title = ISSUES[name].masthead.title
    text = mails[name].text.decode().partition("\nLinks\n")[0]
    for shown in (Page(mails[name].html).text, text):
        assert shown.index(title) < shown.index("Unsubscribe") < 400
        assert "Unsubscribe" in shown[-500:]


@pytest.mark.parametrize("name", ISSUES)
def test_both_parts_have_the_disclaimer_at_the_top_and_reason_and_postal_address_at_the_end(
    name: str, mails: dict[str, Mail]
) -> None:
    head = ISSUES[name].masthead
    for shown in (Page(mails[name].html).text, flat(mails[name].text)):
        assert shown.index(head.disclaimer) < 300
        assert shown.index(head.why) > len(shown) / 3
        assert head.postal_address in shown
        assert "RSS feed" in shown


@pytest.mark.parametrize("name", ISSUES)
def test_plain_text_is_wrapped_but_for_urls_and_unbroken_scripts(
    name: str, mails: dict[str, Mail]
) -> None:
    text = mails[name].text.decode()
    assert text.endswith("\n")
    for line in text.split("\n"):
        assert len(line) <= WIDTH or " " not in line.split("] ")[-1]
        assert line == line.rstrip()
    assert "\n\n\n\n" not in text


def test_a_review_is_claimed_only_where_it_is_recorded(eight: Mail, mails: dict[str, Mail]) -> None:
    for shown in (Page(eight.html).text, flat(eight.text)):
        assert shown.count("checked by Dr. Ada Example on 19 November 2026") == 1
    assert "AI-written; checked by Dr. Ada Example" in flat(mails["one"].text)


def distinct(count: int) -> tuple[Summary, ...]:
    """So many summaries, of which no two have a sentence in common."""
    return tuple(
        dataclasses.replace(
            one,
            **{
                field: re.sub(r"(。|[.!?](?=\s|$))", rf" in study {place}\1", getattr(one, field))
                for field in ("headline", "found", "cautions")
            },
            disclaimer=None,
            reviewed_by=None,
            reviewed_on=None,
        )
        for place, one in enumerate(many(count))
    )


@pytest.mark.parametrize("edition", [render_mail, render_short])
@pytest.mark.parametrize(
    "issue",
    [
        *(ISSUES[name] for name in ("one", "eight", "corrections")),
        ARABIC,
        issue_of(*distinct(80)),
        issue_of(*distinct(24), detail=MailDetail.WHOLE),
        issue_of(*distinct(8), detail=MailDetail.SHORT, question="Does it help me?"),
    ],
    ids=["one", "eight", "corrections", "arabic", "eighty", "whole", "short"],
)
def test_no_sentence_stands_twice(
    edition: Callable[..., Mail], issue: Issue, templates: dict[str, str]
) -> None:
    # Contents repeat the headlines: that is what they are for.
    issue = dataclasses.replace(issue, masthead=dataclasses.replace(issue.masthead, contents=False))
    text = edition(issue, templates).text.decode().partition("\nLinks\n")[0]
    text = re.sub(r"[\u2066-\u2069]", "", text)
    more = re.escape(MORE_CAUTIONS).replace("\\ ", r"\s+")
    text = re.sub(more, "", text)
    counts = Counter(
        re.sub(r"\s*\[\d+\]", "", sentence.removeprefix("Keep in mind: "))
        for paragraph in re.split(r"\n\n+", text)
        for sentence in sentences_in(paragraph)
        if re.search(r"[.!?。]\W*(?:\[\d+\])?$", sentence)
    )
    assert len(counts) > 4
    assert {sentence: count for sentence, count in counts.items() if count > 1} == {}


def test_a_found_text_that_begins_with_its_headline_does_not_say_it_twice(
    templates: dict[str, str],
) -> None:
    one, other = (
        dataclasses.replace(each, found=f"{each.headline} {each.found}") for each in SUMMARIES[:2]
    )
    mail = render_mail(issue_of(one, other), templates)
    for shown in (Page(mail.html).text, flat(mail.text)):
        for summary in (one, other):
            assert shown.count(flat(summary.headline)) == 1


def test_dates_are_those_of_the_newsletters_zone_without_the_issues_own_year(eight: Mail) -> None:
    text = flat(eight.text)
    # 23:30 UTC is the next day in Berlin.
    assert "First seen 23 November 2026 (no date given)" in text
    assert "In 48 people · Journal of Everyday Neurology · 20 November People" in text
    assert (
        "In 130 people · Rural Nursing · 2 October · added late, from before an earlier issue"
        in text
    )
    assert "Issue 7 · 23 November 2026" in text


def test_a_date_of_another_year_says_its_year(templates: dict[str, str]) -> None:
    old = dataclasses.replace(SUMMARIES[0], published=PartialDate(text="2025-12-30"))
    assert "Neurology · 30 December 2025" in flat(render_mail(issue_of(old), templates).text)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Apia", "23 November 2026"), ("America/New_York", "22 November 2026")],
)
def test_the_issues_day_is_the_one_where_the_newsletter_is_at_home(
    zone: str, day: str, templates: dict[str, str]
) -> None:
    late: datetime = CUTOFF.replace(hour=3)
    issue = dataclasses.replace(issue_of(SUMMARIES[0], zone=zone), cutoff=late)
    assert f"Issue 7 · {day}" in flat(render_mail(issue, templates).text)


def test_contents_are_there_only_if_asked_for_and_their_names_are_never_cut(
    templates: dict[str, str],
) -> None:
    titled = dataclasses.replace(SUMMARIES[1], title="A switch in the immune system")
    for contents in (False, True):
        issue = issue_of(SUMMARIES[0], titled, *many(18), contents=contents)
        mail = render_mail(issue, templates)
        for shown in (Page(mail.html).text, flat(mail.text)):
            assert ("In this issue" in shown) is contents
            assert shown.count(flat(SUMMARIES[0].headline)) >= 1 + contents
            assert ("A switch in the immune system" in shown) is contents
            assert ("Eight more studies, by their headlines" in shown) is contents
            assert ("12. In " in shown) is contents


def test_contents_cut_a_headline_at_its_limit_and_fewer_than_three_studies_need_none(
    templates: dict[str, str],
) -> None:
    long = dataclasses.replace(SUMMARIES[0], headline="A very long headline " * 20 + "ends here.")
    mail = render_mail(issue_of(long, *SUMMARIES[1:3], contents=True), templates)
    assert flat(mail.text).count(long.headline[: HEADLINE_LIMIT - 30]) == 2
    assert long.headline[:HEADLINE_LIMIT] not in flat(mail.text)
    two = render_mail(issue_of(*SUMMARIES[:2], contents=True), templates)
    assert b"In this issue" not in two.html + two.text


def test_the_least_that_a_summary_can_be_is_rendered(templates: dict[str, str]) -> None:
    bare = Summary(key="bare", headline="One line.", first_seen=CUTOFF)
    mail = render_mail(issue_of(bare), templates)
    page = Page(mail.html).text
    assert "One line." in page
    for absent in ("In ", "Keep in mind", "The study:", "None"):
        assert absent not in page
        assert absent not in flat(mail.text)


def test_the_real_pages_arrive_unharmed(shared: Path, templates: dict[str, str]) -> None:
    lines = [page.read_text().split("\n") for page in sorted((shared / "seeds").iterdir())]
    summaries = [
        Summary(
            key=str(number), headline=line[0], found=line[1], why_it_matters=line[2],
            cautions=line[3], published=PartialDate(text="2026-11-20"),
        )
        for number, line in enumerate(lines)
    ]  # fmt: skip
    mail = render_mail(issue_of(*summaries), templates)
    for shown in (Page(mail.html).text, flat(mail.text)):
        for summary in summaries:
            assert flat(summary.headline) in shown
            assert (flat(summary.found) in shown) is (summary is summaries[0])
            assert next(sentences_in(summary.found)) in shown
            # Not one of their cautions has to be cut.
            assert f"Keep in mind: {next(sentences_in(summary.cautions))}" in shown


HOSTILE = (
    "<script>alert(1)</script>",
    "</p></td></mj-text><mj-raw>x</mj-raw>",
    "<mj-include path='/etc/passwd'/>",
    "]]> <![CDATA[ --> <!-- -- -->",
    "{{ 7 * 7 }} {% for %} {# #}",
    '" onload="x" \' &quot; &amp; &#39; &nbsp; \\u{41} \\"',
    "nul\x00 bell\x07 c1\x85\x9b del\x7f nonchar\ufffe\ufdd0 lone\ud800 \udfff",
    "\u202eoverride\u202c \u2066isolate \u200dzwj e\u0301",
    "=?utf-8?q?x?= %%TOKEN%% \r\n.\r\nFrom me",
    "x" * 400,
    "한국어 ελληνικά русский 👩‍🔬🇪🇺",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_plain_text_in_every_field(text: str, templates: dict[str, str]) -> None:
    summary = Summary(
        key="hostile", headline=text, found=text, why_it_matters=text, cautions=text,
        disclaimer=text, journal=text, teaser="t " + text, published=PartialDate(text="2026-11-20"),
        doi="10.5555/" + text, pmid="1", url="https://example.org/" + text, studied_in=text,
        reviewed_by=text,
    )  # fmt: skip
    plain = issue_of(
        dataclasses.replace(SUMMARIES[0], teaser="t", disclaimer="d", url="https://a.b")
    )
    issue = issue_of(
        summary, title=text, description=text, why=text, postal_address=text, from_name=text
    )
    mail = render_mail(issue, templates)
    page, tame = Page(mail.html), Page(render_mail(plain, templates).html)
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in tame.tags}
    expected = flat(legal(text))
    assert page.text.count(expected) >= 6
    for shown in (mail.html, mail.text, mail.eml, mail.mailmerge):
        assert legal(shown.decode()) == shown.decode().replace("\r\n", "\n")


@settings(max_examples=examples(60))
@given(st.text(min_size=1))
def test_any_text_at_all_renders_to_the_same_elements(templates: dict[str, str], text: str) -> None:
    summary = dataclasses.replace(SUMMARIES[1], headline=text, found="x " + text, cautions=text)
    page = Page(render_mail(issue_of(summary), templates).html)
    assert flat(legal(shorten(text, limit=300))) in page.text
    assert page.count("h2") == 1
    assert page.count("script") == 0


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio" and "relative luminance"."""

    def luminance(colour: str) -> float:
        parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# The desk sets cautions on a ground of their own.
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", [*PAIRS, ("caution", "caution_ground")], ids="-on-".join)
def test_every_pair_of_colours_has_a_contrast_over_seven(
    palette: dict[str, str], pair: tuple[str, str]
) -> None:
    assert contrast(palette[pair[0]], palette[pair[1]]) > 7


def test_the_mail_uses_no_colour_that_the_look_does_not_know(eight: Mail) -> None:
    known = {*LIGHT.values(), *DARK.values()}
    source = html.unescape(eight.html.decode())
    assert set(re.findall(r"#[0-9a-f]{6}\b", source)) <= known
