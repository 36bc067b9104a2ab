"""Notifies the editors of a coming or waiting issue: their command reads the notice on stdin."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from msnewsletter.errors import RefusedError
from msnewsletter.home import SETTINGS_NAME, issue_name
from msnewsletter.issue.edit_lines import edit_lines
from msnewsletter.store import Notification

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.schedule.slots import Slot

_ALARM = (
    "Readers still see an old text of these summaries: their files were refused, or an edit was "
    "kept back."
)
_TIMEOUT = 60  # seconds that the command may take
_QUOTED = 200  # bytes of its output that the error repeats


def notification_text(
    preview: NextIssuePreview, slot: Slot | None, event: Notification, why: str = ""
) -> str:
    """The text for the editors: what the issue holds, what is held and why, and what to do.

    `why`: why the machine's clock is in doubt, where that is the event.
    """
    if event is Notification.CLOCK:
        return f"NOTHING GOES OUT: {why}.\n"
    issue = preview.issue
    moment = f"{slot.shown:%A, %d %B %Y, %H:%M} ({slot.zone})" if slot else ""
    alarms = [f"NOT CORRECTED  {alarm}" for alarm in preview.alarms]
    if event is Notification.ALARM:
        return "\n".join([_ALARM, "", *alarms]) + "\n"
    if not preview.has_news:
        wanted = f" for the slot of {moment}" if moment else ""
        nothing = f"Nothing is new{wanted}: there will be no issue."
        return "\n".join([nothing, *alarms]) + "\n"
    state = {
        Notification.DRAFT: "This is the current draft; it changes with the summaries.",
        Notification.LATE: f"IT WAITS: {preview.waiting_reason}.",
        Notification.WAITS: f"IT WAITS: {preview.waiting_reason}."
        + (" Run 'msnewsletter approve'." if preview.reviewed.waits else ""),
    }
    name = f"Issue {issue.number}" if issue else "Edits of what was sent"
    lines = [f"{name}, for {moment}" if moment else name, "", state[event], ""]
    if issue:
        lines += [
            f"{one.news}, of issue {one.issue}: {one.headline or one.key}"
            for one in issue.corrections
        ]
        lines += [f"{entry.position:>4}. {entry.summary.headline}" for entry in issue.entries]
    lines += [f"held  {held.summary.key}: {held.reason}" for held in preview.draft.held]
    return "\n".join([*lines, *edit_lines(preview.draft.edits), *alarms]) + "\n"


def notify(
    home: Home,
    words: Sequence[str],
    preview: NextIssuePreview,
    slot: Slot | None,
    event: Notification,
    *,
    why: str = "",
) -> None:
    """Run the editors' command without a shell, the notice on its standard input.

    Its environment has more: MSNEWSLETTER_EVENT (draft, waits, late, clock or alarm), _SLOT,
    _ISSUE and _HOME.
    Raises RefusedError when it fails or takes longer than a minute.
    """
    issue = preview.issue
    about = {
        "MSNEWSLETTER_EVENT": event,
        "MSNEWSLETTER_SLOT": slot.key if slot else "",
        "MSNEWSLETTER_ISSUE": issue_name(issue.number) if issue else "",
        "MSNEWSLETTER_HOME": str(home.root),
    }
    # Files, not pipes: a surviving grandchild would keep a pipe open, and we would wait for it.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as text:
        text.write(notification_text(preview, slot, event, why).encode())
        text.seek(0)
        try:
            with subprocess.Popen(  # noqa: S603  (the editors' own command, from their settings)
                list(words),
                cwd=home.root,
                stdin=text,
                stdout=output,
                stderr=output,
                env=os.environ | about,
                start_new_session=True,  # a Ctrl-C for the clock is not for it
            ) as process:
                code = _exit_code(process)
        except OSError as error:
            _refuse(words, f"cannot be run ({error.strerror})")
        if code != 0:
            output.seek(0)
            said = output.read(_QUOTED).decode(errors="replace").strip()
            _refuse(words, f"failed (exit code {code}{': ' if said else ''}{said})")


def _exit_code(process: subprocess.Popen[bytes]) -> int | str:
    try:
        return process.wait(_TIMEOUT)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return f"none: stopped after {_TIMEOUT} s"


def _refuse(words: Sequence[str], problem: str) -> NoReturn:
    raise RefusedError(
        SETTINGS_NAME, f"the command of schedule.notify, {words[0]!r}, {problem}", "correct it"
    )
