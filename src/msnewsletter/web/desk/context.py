"""The desk itself: what every screen needs, and the last words said to the editor."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from msnewsletter.home import Home
    from msnewsletter.publisher.preview import NextIssuePreview
    from msnewsletter.web.desk.guard import AccessPolicy
    from msnewsletter.web.desk.live_preview import LivePreview, PreviewState

# Answers to what was done that are still to be shown; a browser asks for its own within a second.
_SAID = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """What the desk answers to an action: a sentence, and perhaps lines below it."""

    good: bool
    text: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How the next issue stands, in a word and a sentence.

    `kind` is "ready", "waits", "blocked" or "nothing".
    """

    kind: str
    word: str
    text: str


@dataclass(slots=True, kw_only=True)
class DeskContext:
    """One home's desk; `by` is the name under which the editor approves."""

    home: Home
    live: LivePreview
    door: AccessPolicy
    by: str
    _answers: OrderedDict[str, Flash] = field(default_factory=OrderedDict)

    def say(self, good: bool, text: str, lines: tuple[str, ...] = ()) -> str:  # noqa: FBT001
        """Keep an answer for the next page; returns its name."""
        name = secrets.token_urlsafe(8)
        self._answers[name] = Flash(good=good, text=text, lines=lines)
        while len(self._answers) > _SAID:
            self._answers.popitem(last=False)
        return name

    def common(self, request: Request) -> dict[str, object]:
        """What every screen shows."""
        shown = self.live.shown
        preview = shown.preview
        return {
            "desk": self,
            "token": self.door.token,
            "by": self.by,
            "here": request.url.path,
            "shown": shown,
            "preview": preview,
            "trouble": shown.trouble,
            "status": status_of(shown),
            "slot": slot_of(preview) if preview else None,
            "now": self.live.now(),
            "said": self._answers.get(request.query_params.get("said", "")),
        }


def slot_of(preview: NextIssuePreview) -> Mapping[str, object] | None:
    """The slot that the issue is for: its moment in its own zone; None: there is no schedule."""
    found = preview.schedule
    if found is None or found.target is None:
        return None
    slot = found.target
    return {
        "moment": slot.shown,
        "zone": slot.zone,
        "due": found.due is not None,
        "late": found.late,
        "upcoming": found.upcoming,
    }


def status_of(shown: PreviewState) -> Readiness:
    """How the next issue stands."""
    preview = shown.preview
    if preview is None:
        reason = str(shown.trouble) if shown.trouble else ""
        return Readiness(kind="blocked", word="No preview", text=reason)
    if preview.issue is None:
        text = "Nothing is new: there would be no issue."
        return Readiness(kind="nothing", word="Nothing new", text=text)
    if preview.blocked:
        count = len(preview.blocked)
        text = f"{count} finding{'s' if count > 1 else ''} must be mended before it can go out."
        return Readiness(kind="blocked", word="Blocked", text=text)
    if preview.waiting_reason:
        return Readiness(kind="waits", word="Waits", text=f"It waits: {preview.waiting_reason}.")
    if approval := preview.reviewed.approval:
        when = approval.at.astimezone(ZoneInfo(preview.settings.newsletter.zone))
        text = f"Approved by {approval.by} on {when:%d %B, %H:%M}; any change withdraws it."
        return Readiness(kind="ready", word="Approved", text=text)
    how = "at its slot, when a clock runs" if preview.schedule else "when somebody publishes it"
    return Readiness(kind="ready", word="Ready", text=f"It goes out {how}.")
