"""Notifies the editors of an issue that comes or waits: a command of theirs gets it as text."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.home import SETTINGS_NAME, issue_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.home import Home
    from msnewsletter.publisher.preview import NextIssuePreview
    from msnewsletter.schedule.slots import Slot

_PATIENCE = 60  # seconds that the command may take
_QUOTED = 200  # bytes of what it said that are repeated


def notice(preview: NextIssuePreview, slot: Slot, event: str) -> str:
    """What the editors read: what is in the issue, what waits and why, and what to do."""
    issue = preview.issue
    moment = f"{slot.shown:%A, %d %B %Y, %H:%M} ({slot.zone})"
    if issue is None:
        return f"Nothing is new for the slot of {moment}: there will be no issue.\n"
    lines = [f"Issue {issue.number}, for {moment}", ""]
    match event:
        case "draft":
            lines.append("This is the draft as it stands now; it changes with the summaries.")
        case "late":
            lines.append(f"IT WAITS: {preview.waiting_reason}.")
        case _:
            lines.append(f"IT WAITS: {preview.waiting_reason}. Run 'msnewsletter approve'.")
    lines.append("")
    lines += [f"{one.status}, of issue {one.issue}: {one.headline}" for one in issue.corrections]
    lines += [f"{entry.position:>4}. {entry.summary.headline}" for entry in issue.entries]
    lines += [f"held  {held.summary.key}: {held.reason}" for held in preview.draft.held]
    return "\n".join(lines) + "\n"


def notify(
    home: Home, words: Sequence[str], preview: NextIssuePreview, slot: Slot, event: str
) -> None:
    """Run the editors' command without a shell, the notice on its standard input.

    Its environment says more: MSNEWSLETTER_EVENT (draft, waits or late), _SLOT, _ISSUE and _HOME.
    Raises RefusedError when it fails or takes longer than a minute.
    """
    issue = preview.issue
    about = {
        "MSNEWSLETTER_EVENT": event,
        "MSNEWSLETTER_SLOT": slot.key,
        "MSNEWSLETTER_ISSUE": issue_name(issue.number) if issue else "",
        "MSNEWSLETTER_HOME": str(home.root),
    }
    # Files, not pipes: a grandchild that lives on would keep a pipe open, and us waiting.
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as heard:
        heard.write(notice(preview, slot, event).encode())
        heard.seek(0)
        try:
            code = _run(words, home=home, heard=heard.fileno(), said=said.fileno(), about=about)
        except OSError as error:
            _refuse(words, f"cannot be run ({error.strerror})")
        if code != 0:
            said.seek(0)
            text = said.read(_QUOTED).decode(errors="replace").strip()
            _refuse(words, f"failed (exit code {code}{': ' if text else ''}{text})")


def _run(
    words: Sequence[str], *, home: Home, heard: int, said: int, about: dict[str, str]
) -> int | str:
    with subprocess.Popen(  # noqa: S603  (the editors' own command, from their settings)
        list(words),
        cwd=home.root,
        stdin=heard,
        stdout=said,
        stderr=said,
        env=os.environ | about,
        start_new_session=True,  # a Ctrl-C for the clock is not for it
    ) as process:
        try:
            return process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            return f"none: stopped after {_PATIENCE} s"


def _refuse(words: Sequence[str], problem: str) -> None:
    raise RefusedError(
        SETTINGS_NAME, f"the command of schedule.notify, {words[0]!r}, {problem}", "mend it"
    )
