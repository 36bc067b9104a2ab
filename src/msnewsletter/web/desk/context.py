"""The context of the desk: what every screen needs, and messages for the next page."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msnewsletter.publisher.troubles.trouble import HealthLine
from msnewsletter.render.sentences import counted
from msnewsletter.text import flat, quoted
from msnewsletter.web.desk.aloud.read_aloud import AloudReader
from msnewsletter.web.desk.corrections.shown_fates import ShownFates
from msnewsletter.web.desk.desk_words import day_and_time, stopped, weekday_and_time, with_dates
from msnewsletter.web.desk.next_issue.shown_by_hand import ShownByHand
from msnewsletter.web.desk.tabs import tab_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from starlette.requests import Request

    from msnewsletter.home import Home
    from msnewsletter.publisher.clock_state import ClockState
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.web.desk.access import AccessPolicy
    from msnewsletter.web.desk.live_preview import LivePreview, PreviewState

# Messages for the next page that are kept; a browser asks for its own within a second.
_FLASHES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """The answer to an action: a sentence, and perhaps lines and links (address, words) below."""

    good: bool
    text: str
    lines: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """The state of the next issue, in a word and a sentence.

    `kind` is "ready", "waits", "blocked" or "nothing"; `by_itself`, whether a clock publishes it.
    """

    kind: str
    word: str
    text: str
    by_itself: str = ""


# All checks at an instant (aware), a line each; `True`: other hosts are asked as well.
Examine = Callable[[datetime, bool], Iterable[HealthLine]]


@dataclass(slots=True, kw_only=True)
class DeskContext:
    """One home's desk.

    Attributes:
        by: the name that a form suggests to a browser that remembers none; empty: none.
        tell_of_sent_back: notifies the editors, and says what became of it; given the time, aware.
        fates: what frames show of forms.
        by_hand: what they show of the issue that publishing now sends.
    """

    home: Home
    live: LivePreview
    access: AccessPolicy
    by: str
    examine: Examine
    tell_of_sent_back: Callable[[datetime], str]
    aloud: AloudReader = field(default_factory=AloudReader)
    fates: ShownFates = field(default_factory=ShownFates)
    by_hand: ShownByHand = field(default_factory=ShownByHand)
    _answers: OrderedDict[str, Flash] = field(default_factory=OrderedDict)

    def say(
        self,
        good: bool,  # noqa: FBT001
        text: str,
        lines: tuple[str, ...] = (),
        links: tuple[tuple[str, str], ...] = (),
    ) -> str:
        """Keep an answer for the next page; returns its name."""
        name = secrets.token_urlsafe(8)
        self._answers[name] = Flash(good=good, text=text, lines=lines, links=links)
        while len(self._answers) > _FLASHES:
            self._answers.popitem(last=False)
        return name

    @property
    def zone(self) -> tzinfo:
        """The newsletter's zone, where its settings can be read."""
        preview = self.live.shown.preview
        return preview.settings.zone if preview else UTC

    def common(self, request: Request) -> dict[str, object]:
        """The values that every screen shows."""
        shown = self.live.shown
        preview = shown.preview
        return {
            "desk": self,
            "token": self.access.token,
            "here": request.url.path,
            "tab": tab_of(request.url.path),
            "shown": shown,
            "preview": preview,
            "status": status_of(shown),
            "schedule": preview.schedule if preview else None,
            "now": self.live.now(),
            "flash": self._answers.get(request.query_params.get("said", "")),
        }


def status_of(shown: PreviewState) -> Readiness:
    """The state of the next issue, and whether a clock is there that publishes it."""
    preview = shown.preview
    if preview is None:
        reason = str(shown.trouble) if shown.trouble else ""
        return Readiness(kind="blocked", word="No preview", text=reason)
    found = _state_of(preview)
    return replace(found, by_itself=_by_itself(preview, found.kind, shown.clock))


def _by_itself(preview: NextIssuePreview, kind: str, clock: ClockState) -> str:
    """What the clock will do about the next issue, or that there is none at work; empty: neither.

    `kind`: of its readiness.
    """
    if preview.schedule is None:
        return ""
    if clock.is_at_work:
        return _at_the_slot(preview) if kind in {"ready", "nothing"} else ""
    does = with_dates(clock.says(preview.settings.zone))
    until = "until msnewsletter run is started"
    return f"Nothing goes out from this home by itself {until}: the clock {does}."


def _state_of(preview: NextIssuePreview) -> Readiness:
    """The state of the next issue, whoever publishes it."""
    if not preview.has_news:
        return Readiness(kind="nothing", word="Nothing new", text="There would be no issue.")
    if preview.blocked:
        count = len(preview.blocked)
        text = f"{counted(count, 'finding')} must be corrected before it can go out."
        return Readiness(kind="blocked", word="Blocked", text=text)
    return _decided(preview)


def _decided(preview: NextIssuePreview) -> Readiness:
    """What people have decided, or still have to, of an issue that nothing else keeps."""
    if sent_back := preview.reviewed.sent_back:
        changed = " It has changed since then." if preview.reviewed.changed else ""
        returned = day_and_time(sent_back.at)
        text = (
            f"{sent_back.by} sent it back on {returned}: {quoted(flat(sent_back.reason))}{changed}"
        )
        return Readiness(kind="waits", word="Sent back", text=text)
    if preview.waiting_reason:
        return Readiness(
            kind="waits",
            word="Waits",
            text=f"It waits: {stopped(with_dates(preview.waiting_reason))}",
        )
    if approval := preview.reviewed.approval:
        when = day_and_time(approval.at)
        text = f"Approved by {approval.by} on {when}; any change withdraws it."
        return Readiness(kind="ready", word="Approved", text=text)
    text = "" if preview.schedule else "It goes out when somebody publishes it."
    return Readiness(kind="ready", word="Ready", text=text)


def _at_the_slot(preview: NextIssuePreview) -> str:
    """What the clock does at the slot: publish, and ask sources for what nobody has seen yet."""
    goes_out = preview.has_news and preview.schedule and preview.schedule.target
    publishes = "It goes out at its slot, by msnewsletter run." if goes_out else ""
    slot = preview.asked_again
    if slot is None:
        return publishes
    when = weekday_and_time(slot.shown)
    new = "waits for an approval" if preview.needs_approval else "goes out with it"
    asked = f"Its sources are asked once more at the slot, {when}: what is new then {new}."
    return f"{publishes} {asked}".strip()
