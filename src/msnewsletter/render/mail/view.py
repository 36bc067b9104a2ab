"""The content of the digest: HTML and plain text are both made from this one view.

Owns the order, wording and links of an issue. Writes no markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import to_say_many
from msnewsletter.render import sentences, wording
from msnewsletter.render.corrections import advice_on, correction_views, corrections_title
from msnewsletter.render.languages import (
    direction_of,
    own_direction,
    own_words,
    own_words_within,
    words_of,
)
from msnewsletter.render.mail import inbox
from msnewsletter.render.mail.entries import ATOM, RSS, WEB, Link, entries_of, said_once
from msnewsletter.render.mail.shortening import Detail
from msnewsletter.render.note import paragraphs_of
from msnewsletter.render.review_lines import review_of_all
from msnewsletter.render.xml_text import uri
from msnewsletter.text_cut import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import Issue, ListAddresses, Masthead
    from msnewsletter.render.corrections import CorrectionView
    from msnewsletter.render.mail.entries import MailEntry, SaidOnce
    from msnewsletter.render.note import Paragraph


_STUDIES = to_say_many("%(number)s study", "%(number)s studies")
_STUDIES_MORE = to_say_many("%(number)s more study", "%(number)s more studies")
_MORE_CORRECTIONS = to_say_many(
    "Read %(number)s more correction on the web page of this issue",
    "Read %(number)s more corrections on the web page of this issue",
)
_MORE_STUDIES = to_say_many(
    "Read of %(number)s more study on the web page of this issue",
    "Read of %(number)s more studies on the web page of this issue",
)

# Fewer studies are seen without a list of them.
_CONTENTS_FROM = 3
# Characters of a name in it: a headline is one sentence, whole; this bounds what is none.
_CONTENTS_LIMIT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsName:
    """The name of a study in the contents, and the attribute of its language."""

    text: str
    lang: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """One issue as the mail shows it.

    Attributes:
        masthead: the newsletter that the issue is of.
        direction: `ltr` or `rtl`, as its language runs.
        own: the attributes of what is in the newsletter's own words; mostly nothing.
        own_direction: `ltr` or `rtl`, as these run.
        issue_name: "Issue 7", or "Sample issue 7".
        first_line: what a mail program shows beside the subject.
        minutes: about how long all of it takes to read.
        date: the cutoff's day in the newsletter's zone.
        glance: in whom or what the studies were done; mostly a sentence, or empty.
        note: what the editor says first; mostly nothing.
        corrections: of earlier issues; mostly none. They come before everything that is new.
        corrections_title: what stands above them, of one alone its label; empty for none.
        corrections_advice: what to do about them, said once; mostly nothing.
        more_corrections: to those on the web page only, with their number; None: all are here.
        contents: the names of the studies, where the settings ask for a list of them.
        studies: those with a text, in order: the first one is the lead.
        lines: those that are only linked headlines.
        lines_title: what stands above them, with their number.
        more: to the entries that only the web page lists, with their number; None: all are here.
        review: who wrote and who checked all entries, or those that do not say it themselves;
            empty where no two are the same.
        disclaimers: those that several entries have in place of the newsletter's.
        web: to the issue on the site.
        feeds: to the feeds.
        unsubscribe: where this edition's readers leave; its URL ends with the reader's token.
        more_cautions: the words after a caution that goes on.
        own_direction: how the newsletter's own words run.
    """

    masthead: Masthead
    direction: str
    own: Markup
    issue_name: str
    date: str
    first_line: str
    minutes: int
    glance: str
    contents: tuple[ContentsName, ...]
    studies: tuple[MailEntry, ...]
    lines: tuple[MailEntry, ...]
    lines_title: str
    note: tuple[Paragraph, ...]
    corrections: tuple[CorrectionView, ...]
    corrections_title: str
    corrections_advice: str
    more_corrections: Link | None
    more: Link | None
    review: str
    disclaimers: tuple[str, ...]
    web: Link
    feeds: tuple[Link, ...]
    unsubscribe: ListAddresses

    more_cautions: str
    own_direction: str

    def own_within(self, around: str) -> Markup:
        """The attributes of our own words in a part that runs as `around`: `ltr` or `rtl`."""
        return own_words_within(self.masthead, around)

    @property
    def entries(self) -> tuple[MailEntry, ...]:
        """All that the mail shows."""
        return self.studies + self.lines

    @property
    def unsubscribe_url(self) -> str:
        """Where a reader leaves, with the token."""
        return self.unsubscribe.unsubscribe_url


def digest_view(
    issue: Issue,
    *,
    unsubscribe: ListAddresses,
    chosen: Sequence[Detail],
    most_corrections: int | None = None,
    total: int | None = None,
    once: SaidOnce | None = None,
) -> DigestView:
    """The view of an issue, with so much of each entry.

    Its texts may still hold what XML cannot carry. `total`: how many entries the issue has, where
    others were left out before: who checked those is not known here. `once`: what is said once for
    all entries, where several views of the issue are made; None: it is found here.
    """
    masthead, words = issue.masthead, words_in(issue.masthead.words)
    corrections = correction_views(masthead, issue.corrections[:most_corrections])
    once = once or said_once(issue)
    entries = entries_of(issue, chosen, once)
    studies = tuple(one for one in entries if one.detail is not Detail.LINE)
    lines = tuple(one for one in entries if one.detail is Detail.LINE)
    web = uri(masthead.site + urls.issue_page_name(issue.number))
    minutes = sentences.reading_minutes(_read(entries, corrections))
    return DigestView(
        masthead=masthead,
        direction=direction_of(masthead.language),
        own=own_words(masthead),
        issue_name=wording.issue_name(issue.number, masthead),
        date=wording.local_day(issue.cutoff, masthead),
        first_line=inbox.first_line(issue, minutes, once.topics),
        minutes=minutes,
        glance=once.glance,
        contents=_contents(issue, len(studies)),
        studies=studies,
        lines=lines,
        lines_title=_lines_title(len(lines), words, alone=not studies),
        note=paragraphs_of(issue.note),
        corrections=corrections,
        corrections_title=corrections_title(masthead, issue.corrections),
        corrections_advice=advice_on(issue.corrections, words),
        more_corrections=_more(
            _MORE_CORRECTIONS, len(issue.corrections) - len(corrections), web, words
        ),
        more=_more(_MORE_STUDIES, len(issue.entries) - len(entries), web, words),
        review=review_of_all(
            once.reviews, once.review, words, whole=len(entries) == (total or len(issue.entries))
        ),
        disclaimers=once.disclaimers,
        web=Link(url=web, text=words.say(WEB)),
        feeds=(
            Link(url=uri(masthead.site + "rss.xml"), text=words.say(RSS)),
            Link(url=uri(masthead.site + "atom.xml"), text=words.say(ATOM)),
        ),
        unsubscribe=unsubscribe,
        more_cautions=words.say(wording.MORE_CAUTIONS),
        own_direction=own_direction(masthead),
    )


def more_corrections(count: int, masthead: Masthead) -> str:
    """What a mail says of so many corrections that are on the web page only; at least one."""
    return words_in(masthead.words).say_many(*_MORE_CORRECTIONS, count)


def subject(issue: Issue) -> str:
    """The editor's subject for this issue, or the one that the settings ask for."""
    return issue.subject or issue.masthead.subject.format(
        title=issue.masthead.title,
        number=issue.number,
        date=wording.local_day(issue.cutoff, issue.masthead),
        count=_count(issue),
    )


def _count(issue: Issue) -> str:
    """How much is in an issue, corrections first, as readers get them: `1 correction, 8 studies`.

    Who reads the subject alone learns that something was wrong, too.
    """
    words, studies = words_in(issue.masthead.words), len(issue.entries)
    # What they correct is not said: others see the subject of an unopened mail.
    corrections = wording.corrections_in(len(issue.corrections), words, alone=False)
    new = words.say_many("%(number)s study", "%(number)s studies", studies) if studies else ""
    return ", ".join(part for part in (corrections, new) if part)


def _contents(issue: Issue, studies: int) -> tuple[ContentsName, ...]:
    if not issue.masthead.contents or studies < _CONTENTS_FROM:
        return ()
    summaries = [entry.summary for entry in issue.entries[:studies]]
    return tuple(
        ContentsName(
            text=shorten(wording.listed_name(one), limit=_CONTENTS_LIMIT),
            lang=words_of(one, issue.masthead),
        )
        for one in summaries
    )


def _lines_title(count: int, words: OwnWords, *, alone: bool) -> str:
    forms = _STUDIES if alone else _STUDIES_MORE
    return sentences.capital(words.say_many(*forms, count, number=words.spelled(count)))


def _more(forms: tuple[str, str], left: int, url: str, words: OwnWords) -> Link | None:
    """A link to what only the web page has: `Read of 3 more studies ...`."""
    return Link(url=url, text=words.say_many(*forms, left)) if left else None


def _read(entries: Iterable[MailEntry], corrections: Iterable[CorrectionView]) -> Iterable[str]:
    for one in corrections:
        yield from (one.label, one.text)
    for entry in entries:
        yield from entry.texts
