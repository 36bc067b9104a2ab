"""Corrections as mail, pages and feeds all show them. Pure; writes no elements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import parted, to_say
from msnewsletter.model import Status
from msnewsletter.render import sentences, wording
from msnewsletter.render.languages import quoted_in
from msnewsletter.render.xml_text import uri
from msnewsletter.text_cut import shorten
from msnewsletter.text_sentences import ends_a_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from markupsafe import Markup

    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import AnnouncedCorrection, Correction, Masthead, Summary

# Characters; the summary's page has all of it.
_HEADLINE_LIMIT = 300
_NOTE_LIMIT = 700

# Colour never carries a meaning alone: each begins with these words.
_LABELS = {
    Status.LIVE: to_say("Valid again, from %(issue)s"),
    Status.CORRECTED: to_say("Correction to %(issue)s"),
    Status.CONCERN: to_say("Expression of concern about a study in %(issue)s"),
    Status.WITHDRAWN: to_say("Withdrawn from %(issue)s"),
    Status.RETRACTED: to_say("Retracted study in %(issue)s"),
    Status.TAKEN_DOWN: to_say("Taken down"),  # its sentence names the issue
}
_VALID_AGAIN = to_say("We later warned you about this summary. That warning no longer applies.")
_DO_NOT_RELY = to_say("Please do not rely on it.")
# Of a headline without a full stop of its own, and with one.
_WROTE = (to_say("We wrote: “%(before)s”."), to_say("We wrote: “%(before)s”"))
_NOW = (to_say("It now says: “%(now)s”."), to_say("It now says: “%(now)s”"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRun:
    """A piece of what a correction says.

    `quoted`: words of a summary or an editor, not ours; `linked`: they may lead to the page.
    """

    text: str
    quoted: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """One correction as readers see it, each text on one line.

    Attributes:
        label: what it is, and which issue it corrects: `Correction to issue 41 of 4 May 2026`.
        runs: what we wrote and what is right, in order.
        path, url: the summary's page, below the site and absolute.
        language: of quoted words, BCP 47.
        words: the `lang` attribute of quoted words among our own.
    """

    label: str
    runs: tuple[CorrectionRun, ...]
    path: str
    url: str
    language: str
    words: Markup

    @property
    def text(self) -> str:
        """All of its runs as one line."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedView:
    """A correction with the issue that announced it.

    Attributes:
        number: the issue's.
        day, date: the issue's day, for programs (`2026-05-04`) and for people (`4 May 2026`).
        path: the issue's page below the site.
        correction: what was said.
    """

    number: int
    day: str
    date: str
    path: str
    correction: CorrectionView


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryHistory:
    """What happened to a summary after it was sent.

    Attributes:
        modified: when its page's text changed last, aware UTC; None: never.
        announced: what issues said of it, oldest first.
    """

    modified: datetime | None = None
    announced: tuple[AnnouncedCorrection, ...] = ()


NO_HISTORY = SummaryHistory()


def correction_views(
    masthead: Masthead, corrections: Iterable[Correction]
) -> tuple[CorrectionView, ...]:
    """A view of each correction of one issue, in the order given.

    What is the same for all of a kind is said once, above them: `advice_on`.
    """
    announced = tuple(corrections)
    names = _names(announced, words_in(masthead.words))
    return tuple(_view(masthead, one, names, alone=False) for one in announced)


def corrections_title(masthead: Masthead, corrections: Sequence[Correction]) -> str:
    """The heading above an issue's corrections: `Corrections to earlier issues`; empty for none.

    One alone has its label there, and does not say it again: `Correction to issue 41 of ...`.
    """
    words = words_in(masthead.words)
    if len(corrections) == 1:
        return _label(masthead, corrections[0])
    if not corrections:
        return ""
    return words.say_many(
        "Correction to an earlier issue", "Corrections to earlier issues", len(corrections)
    )


def advice_on(corrections: Iterable[Correction], words: OwnWords) -> str:
    """What readers should do about an issue's corrections, each sentence once; mostly nothing."""
    statuses = {one.status for one in corrections}
    advice = (
        (
            to_say("Please do not rely on what was taken back."),
            any(one.takes_back for one in statuses),
        ),
        (to_say("Please read with care what a journal doubts."), Status.CONCERN in statuses),
        (to_say("What is valid again needs no warning any more."), Status.LIVE in statuses),
    )
    return " ".join(words.say(sentence) for sentence, applies in advice if applies)


def announced_views(
    masthead: Masthead, announced: Iterable[AnnouncedCorrection]
) -> tuple[AnnouncedView, ...]:
    """A view of each correction with the issue that announced it, in the order given."""
    listed = tuple(announced)
    names = _names((one.correction for one in listed), words_in(masthead.words))
    return tuple(
        AnnouncedView(
            number=one.number,
            day=one.cutoff.astimezone(masthead.time_zone).date().isoformat(),
            date=wording.local_day(one.cutoff, masthead),
            path=urls.issue_page_name(one.number),
            correction=_view(masthead, one.correction, names),
        )
        for one in listed
    )


def without_texts(one: Correction) -> Correction:
    """The correction of a summary that was taken down since: nothing of its text is left."""
    if one.status is Status.TAKEN_DOWN:
        return one
    return replace(one, headline="", note=None, after=None)


def is_said_by_notice(one: Correction, summary: Summary) -> bool:
    """Whether the notice on the summary's page says all that this correction said."""
    if one.status is Status.LIVE or one.status is not summary.status:
        return False
    # A headline that is another today is something that only the correction says.
    same_headline = one.new_headline is None and one.headline in {"", summary.headline}
    return same_headline and (one.note or "") == (summary.note or "")


def _names(corrections: Iterable[Correction], words: OwnWords) -> dict[tuple[str, str], str]:
    """The name of each link, by key and name; two have the same only if they lead to one page."""
    named = tuple(dict.fromkeys((one.key, _name(one, words)) for one in corrections))
    return dict(zip(named, sentences.made_unique(name for _, name in named), strict=True))


def _name(one: Correction, words: OwnWords) -> str:
    name = sentences.name_of(one.new_headline or one.headline)
    return name or words.say("a summary in issue %(number)s", number=one.issue)


def _view(
    masthead: Masthead,
    one: Correction,
    names: Mapping[tuple[str, str], str],
    *,
    alone: bool = True,
) -> CorrectionView:
    words = words_in(masthead.words)
    path, name = urls.summary_page_name(one.key, one.id), _name(one, words)
    language = one.language or (one.after.language if one.after else None)
    # Two links with the same words lead to the same page.
    apart = names[one.key, name].removeprefix(name)
    return CorrectionView(
        label=_label(masthead, one),
        runs=tuple(
            replace(run, text=run.text + apart) if run.linked else run
            for run in _runs(masthead, one, alone=alone)
        ),
        path=path,
        url=uri(masthead.site + path),
        language=language or masthead.language,
        words=quoted_in(language, masthead),
    )


def _label(masthead: Masthead, one: Correction) -> str:
    words = words_in(masthead.words)
    return words.say(_LABELS[one.status], issue=_issue(masthead, one))


def _issue(masthead: Masthead, one: Correction) -> str:
    """The issue that is corrected: `issue 41 of 4 May 2026`."""
    words = words_in(masthead.words)
    if one.carried is None:
        return words.say("issue %(number)s", number=one.issue)
    day = wording.local_day(one.carried, masthead)
    return words.say("issue %(number)s of %(day)s", number=one.issue, day=day)


def _runs(masthead: Masthead, one: Correction, *, alone: bool) -> Iterator[CorrectionRun]:
    """What it says; `alone`: with what `advice_on` says where others are beside it."""
    note, words = shorten(one.note or "", limit=_NOTE_LIMIT), words_in(masthead.words)
    if one.status is Status.TAKEN_DOWN:
        gone = words.say("A summary in %(issue)s", issue=_issue(masthead, one))
        summary = CorrectionRun(text=gone, linked=True)
        said = words.translated("%(summary)s was taken down.")
        advice = f" {words.say(_DO_NOT_RELY)}" if alone else ""
        yield from _around(said + advice, summary=summary)
    elif not one.headline:
        gone = words.say("The summary in issue %(number)s", number=one.issue)
        said = words.translated("%(summary)s has since been taken down.")
        yield from _around(said, summary=CorrectionRun(text=gone, linked=True))
    elif one.status is Status.CORRECTED and one.new_headline is None:
        said = to_say("In “%(headline)s” we have corrected a mistake.")
        if note:
            said = to_say("In “%(headline)s” we have corrected a mistake:")
        yield from _around(words.translated(said), headline=_headline(one.headline, linked=True))
    else:
        yield from _compared(one, words, has_note=bool(note), alone=alone)
    if note:
        yield CorrectionRun(text=" ")
        yield CorrectionRun(text=note, quoted=True)


def _compared(
    one: Correction, words: OwnWords, *, has_note: bool, alone: bool
) -> Iterator[CorrectionRun]:
    """The headline as it was and, if it is another, as it is; and what became of the summary."""
    said = words.translated(_said_of(one.headline, _WROTE))
    runs = {"before": _headline(one.headline, linked=not one.new_headline)}
    if one.new_headline:
        said += f" {words.translated(_said_of(one.new_headline, _NOW))}"
        runs["now"] = _headline(one.new_headline, linked=True)
    live = one.status is Status.LIVE
    became = words.say(_VALID_AGAIN) if live else wording.became(one.status, words)
    # Where the note explains both headlines, it says more than our sentence; among others, the
    # label says it.
    plain = not alone or (one.status is Status.CORRECTED and has_note)
    yield from _around(said if plain else f"{said} {became}", **runs)


def _said_of(headline: str, sentences_of: tuple[str, str]) -> str:
    """Which of two sentences quotes a headline: most headlines bring no full stop of their own."""
    with_stop, without = sentences_of
    return without if ends_a_sentence(shorten(headline, limit=_HEADLINE_LIMIT)) else with_stop


def _around(said: str, **runs: CorrectionRun) -> Iterator[CorrectionRun]:
    """A text of ours in pieces, around the runs that belong in its places."""
    for text, place in parted(said):
        if text:
            yield CorrectionRun(text=text)
        if place:
            yield runs[place]


def _headline(text: str, *, linked: bool) -> CorrectionRun:
    return CorrectionRun(text=shorten(text, limit=_HEADLINE_LIMIT), quoted=True, linked=linked)
