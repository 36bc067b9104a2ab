"""The content of the digest: HTML and plain text are both made from this one view.

Owns the order, wording and links of an issue. Writes no markup.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.issue.teaser import HEADLINE_LIMIT
from msnewsletter.render import sentences, wording
from msnewsletter.render.cautions import caution_of
from msnewsletter.render.corrections import correction_views
from msnewsletter.render.mail.shortening import Detail, details
from msnewsletter.render.note import paragraphs_of
from msnewsletter.render.review_lines import common_review, review_of_all
from msnewsletter.render.studies import studies_of
from msnewsletter.render.xml_text import uri
from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_cut import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.model import Entry, Issue, Masthead
    from msnewsletter.render.corrections import CorrectionView
    from msnewsletter.render.note import Paragraph

# Longer issues begin with a list of what is in them.
_CONTENTS_FROM = 6
# Characters; the mail shows longer findings on the web page only.
_FOUND_LIMIT = 20_000
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An absolute ASCII URL and the words that lead there."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEntry:
    """One entry as the mail shows it.

    Attributes:
        position: `2 of 8`, or empty in an issue of one.
        quiet: date, lateness, journal, its issue's date; in one line.
        headline, teaser, caution: one line each, cut where they are very long; the teaser is empty
            where it would only repeat the headline's beginning.
        name: the headline's first words.
        badge: `Studied in: mice`, or empty.
        found: the paragraphs of "What was found?".
        studies: the study itself, by DOI and at PubMed.
        link: to the whole summary.
        review: who wrote and who checked it; empty where the mail's end says it.
        disclaimer: its own, in place of the newsletter's; mostly empty.
        detail: what of all this is shown; findings and studies are empty where they are not. A
            line still says who checked the summary, if others were checked otherwise.
    """

    detail: Detail
    position: str
    quiet: str
    headline: str
    name: str
    badge: str
    teaser: str
    found: tuple[str, ...]
    caution: str
    studies: tuple[Link, ...]
    link: Link
    review: str
    disclaimer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """One issue as the mail shows it.

    Attributes:
        masthead: the newsletter that the issue is of.
        first_line: what a mail program shows beside the subject; at most 90 characters. A lock
            screen is public: it says how much, never about what.
        minutes: about how long all of it takes to read.
        date: the cutoff's day in the newsletter's zone.
        note: what the editor says first; mostly nothing.
        corrections: of earlier issues; mostly none. They come before everything that is new.
        corrections_title: what stands above them; empty for none.
        more_corrections: to those on the web page only, with their number; None: all are here.
        contents: whether a list of the entries comes first.
        shortened: what was left out of a long issue's mail, in a sentence; mostly empty.
        more: to the entries that only the web page lists, with their number; None: all are here.
        review: who wrote and who checked all entries, or those that do not say it themselves;
            empty where no two are the same.
    """

    masthead: Masthead
    direction: str
    issue_name: str
    date: str
    first_line: str
    minutes: int
    contents: bool
    shortened: str
    entries: tuple[MailEntry, ...]
    note: tuple[Paragraph, ...]
    corrections: tuple[CorrectionView, ...]
    corrections_title: str
    more_corrections: Link | None
    more: Link | None
    review: str
    web: Link
    feeds: tuple[Link, ...]
    unsubscribe_url: str


def digest_view(
    issue: Issue,
    *,
    unsubscribe_url: str,
    steps: int = 0,
    most_corrections: int | None = None,
    short: bool = False,
) -> DigestView:
    """The view of an issue after so many steps of shortening; see `details`.

    Its texts may still hold what XML cannot carry. `short`: the issue's other entries are left out,
    and who checked those is not known here.
    """
    masthead = issue.masthead
    corrections = correction_views(masthead, issue.corrections[:most_corrections])
    reviews = Counter(wording.review_line(entry.summary, masthead) for entry in issue.entries)
    common = common_review(reviews)
    entries = _entries(issue, steps, common=common)
    web = uri(masthead.site + urls.issue_page_name(issue.number))
    minutes = sentences.reading_minutes(_read(entries, corrections))
    return DigestView(
        masthead=masthead,
        direction="rtl" if masthead.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
        issue_name=f"Issue {issue.number}",
        date=wording.local_day(issue.cutoff, masthead),
        first_line=_first_line(issue, minutes),
        minutes=minutes,
        contents=len(entries) >= _CONTENTS_FROM
        and any(entry.detail is not Detail.LINE for entry in entries),
        shortened=_what_is_short(len(issue.entries), entries),
        entries=entries,
        note=paragraphs_of(issue.note),
        corrections=corrections,
        corrections_title=wording.corrections_title(len(issue.corrections)),
        more_corrections=_more(
            "Read", len(issue.corrections) - len(corrections), "more correction", web
        ),
        more=_more("Read of", len(issue.entries) - len(entries), "more study", web),
        review=review_of_all(
            reviews, common, whole=not short and len(entries) == len(issue.entries)
        ),
        web=Link(url=web, text="Read this issue on the web"),
        feeds=(
            Link(url=uri(masthead.site + "rss.xml"), text="RSS feed"),
            Link(url=uri(masthead.site + "atom.xml"), text="Atom feed"),
        ),
        unsubscribe_url=unsubscribe_url,
    )


def subject(issue: Issue) -> str:
    """The editor's subject for this issue, or the one that the settings ask for."""
    return issue.subject or issue.masthead.subject.format(
        title=issue.masthead.title,
        number=issue.number,
        date=wording.local_day(issue.cutoff, issue.masthead),
        count=sentences.counted(len(issue.entries), "study")
        if issue.entries
        else sentences.counted(len(issue.corrections), "correction"),
    )


def _entries(issue: Issue, steps: int, *, common: str) -> tuple[MailEntry, ...]:
    total = len(issue.entries)
    chosen = details(total, steps)
    shown = issue.entries[: len(chosen)]
    names = sentences.made_unique(sentences.name_of(entry.summary.headline) for entry in shown)
    return tuple(
        _entry(
            entry,
            issue.masthead,
            detail=_detail_of(entry, detail),
            position=f"{entry.position} of {total}" if total > 1 else "",
            name=name,
            common=common,
        )
        for entry, detail, name in zip(shown, chosen, names, strict=True)
    )


def _detail_of(entry: Entry, detail: Detail) -> Detail:
    """The detail, or less: findings as long as half a mail would cost all others theirs."""
    too_long = detail is Detail.FULL and len(entry.summary.found) > _FOUND_LIMIT
    return Detail.TEASER if too_long else detail


def _entry(
    entry: Entry, masthead: Masthead, *, detail: Detail, position: str, name: str, common: str
) -> MailEntry:
    summary, full = entry.summary, detail is Detail.FULL
    review = wording.review_line(summary, masthead)
    studies = studies_of(summary) if full else ()
    return MailEntry(
        detail=detail,
        position=position,
        quiet=_cut(" · ".join(wording.dateline(entry, masthead))),
        headline=_cut(summary.headline),
        name=name,
        badge=_cut(wording.badge(summary)),
        teaser=wording.teaser(entry, masthead),
        found=tuple(text for block in blocks_of(summary.found) for text in block.texts)
        if full
        else (),
        caution=" ".join(caution_of(summary).texts),
        studies=tuple(Link(url=one.link, text=one.label) for one in studies),
        link=Link(
            url=uri(urls.entry_link(masthead, entry)), text=f"Read the whole summary: {name}"
        ),
        review=review if review != common else "",
        disclaimer=wording.own_disclaimer(summary, masthead),
    )


def _cut(line: str) -> str:
    return shorten(line, limit=HEADLINE_LIMIT)


def _more(read: str, left: int, noun: str, url: str) -> Link | None:
    """A link to what only the web page has: `Read of 3 more studies ...`."""
    more = f"{read} {sentences.counted(left, noun)} on the web page of this issue"
    return Link(url=url, text=more) if left else None


def _what_is_short(total: int, entries: tuple[MailEntry, ...]) -> str:
    details = Counter(entry.detail for entry in entries)
    counts = (
        (details[Detail.TEASER], "without their findings"),
        (details[Detail.LINE], "without anything but their headline"),
        (total - len(entries), "only on the web page"),
    )
    shown = [f"{count} {how}" for count, how in counts if count]
    if not shown:
        return ""
    return (
        f"To keep this mail short, it shows its {total} studies in part: "
        f"{' and '.join(shown)}. The web page has all of each."
    )


def _first_line(issue: Issue, minutes: int) -> str:
    total = len(issue.entries)
    studies = "new study" if total == 1 else "new studies"
    return wording.listed(
        wording.corrections_in(len(issue.corrections), alone=not total, spelled=True),
        f"{sentences.number_word(total)} {studies}" if total else "",
        f"about {sentences.counted(minutes, 'minute')} to read",
    )


def _read(entries: Iterable[MailEntry], corrections: Iterable[CorrectionView]) -> Iterable[str]:
    for one in corrections:
        yield from (one.label, one.text)
    for entry in entries:
        yield from (entry.quiet, entry.headline, entry.teaser, *entry.found, entry.caution)
