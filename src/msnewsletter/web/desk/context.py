"""The context of the desk: what every screen needs, and messages for the next page."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from msnewsletter.render.sentences import counted
from msnewsletter.web.desk.corrections.shown_fates import ShownFates
from msnewsletter.web.desk.tabs import tab_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from starlette.requests import Request

    from msnewsletter.home import Home
    from msnewsletter.web.desk.guard import AccessPolicy
    from msnewsletter.web.desk.live_preview import LivePreview, PreviewState

# Messages for the next page that are kept; a browser asks for its own within a second.
_FLASHES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """The answer to an action: a sentence, and perhaps lines below it."""

    good: bool
    text: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """The state of the next issue, in a word and a sentence.

    `kind` is "ready", "waits", "blocked" or "nothing".
    """

    kind: str
    word: str
    text: str


@dataclass(slots=True, kw_only=True)
class DeskContext:
    """One home's desk.

    `by` is the name under which the editor approves; `fates` are what frames show of forms.
    """

    home: Home
    live: LivePreview
    access: AccessPolicy
    by: str
    fates: ShownFates = field(default_factory=ShownFates)
    _answers: OrderedDict[str, Flash] = field(default_factory=OrderedDict)

    def say(self, good: bool, text: str, lines: tuple[str, ...] = ()) -> str:  # noqa: FBT001
        """Keep an answer for the next page; returns its name."""
        name = secrets.token_urlsafe(8)
        self._answers[name] = Flash(good=good, text=text, lines=lines)
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
    """The state of the next issue."""
    preview = shown.preview
    if preview is None:
        reason = str(shown.trouble) if shown.trouble else ""
        return Readiness(kind="blocked", word="No preview", text=reason)
    if not preview.has_news:
        text = "Nothing is new: there would be no issue."
        return Readiness(kind="nothing", word="Nothing new", text=text)
    if preview.blocked:
        count = len(preview.blocked)
        text = f"{counted(count, 'finding')} must be corrected before it can go out."
        return Readiness(kind="blocked", word="Blocked", text=text)
    if preview.waiting_reason:
        return Readiness(kind="waits", word="Waits", text=f"It waits: {preview.waiting_reason}.")
    if approval := preview.reviewed.approval:
        when = approval.at.astimezone(preview.settings.zone)
        text = f"Approved by {approval.by} on {when:%d %B, %H:%M}; any change withdraws it."
        return Readiness(kind="ready", word="Approved", text=text)
    how = "at its slot, when a clock runs" if preview.schedule else "when somebody publishes it"
    return Readiness(kind="ready", word="Ready", text=f"It goes out {how}.")
