"""Changes of the next issue: pins, holds, subject, question and note. All are in its file."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlencode

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError, StaleError
from msnewsletter.issue import pins_and_holds
from msnewsletter.issue.pins_and_holds import NextIssue, for_issue
from msnewsletter.publisher.editing.next_issue_file import (
    NextFile,
    next_number,
    read_next,
    save_next,
    save_next_text,
)
from msnewsletter.publisher.state_name import StateName
from msnewsletter.render.note import paragraphs_of
from msnewsletter.web.desk.guard import PREVIEW_POLICY
from msnewsletter.web.desk.patience import anew
from msnewsletter.web.desk.query import number_in
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.summaries.known_state import known_state
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.web.desk.context import DeskContext

_PIN: dict[str, Callable[[NextIssue, str], NextIssue]] = {
    "top": pins_and_holds.pin_top,
    "up": pins_and_holds.move_up,
    "down": pins_and_holds.move_down,
    "off": pins_and_holds.unpin,
}


def pin(request: Request) -> Response:
    """Pin a summary to the top, move it among the pinned, or unpin it.

    `before` is what dragging sends: the pinned summary that follows it; empty: it becomes the last.
    """
    desk, form = desk_of(request), form_in(request)
    key, before, to = form.get("key", ""), form.get("before"), form.get("to", "")
    move = _PIN.get(to)
    if before is None and move is None:
        raise RefusedError("the form", "it does not say where to", "use the desk's own buttons")

    def pinned(wanted: NextIssue) -> NextIssue:
        if to != "off":
            _refuse_sent(desk, key)
        if before is not None:
            return pins_and_holds.pin_before(wanted, key, before)
        return move(wanted, key) if move else wanted

    return _change(request, pinned, row=key)


def hold(request: Request) -> Response:
    """Hold a summary, for a reason."""
    desk, form = desk_of(request), form_in(request)
    key, reason = form.get("key", ""), form.get("reason", "")

    def held(wanted: NextIssue) -> NextIssue:
        _refuse_sent(desk, key)
        return pins_and_holds.hold(wanted, key, reason)

    return _change(request, held, "It is held: in no issue until somebody releases it.")


def release(request: Request) -> Response:
    """Release a held summary."""
    key = form_in(request).get("key", "")
    says = "It is released."
    return _change(request, lambda wanted: pins_and_holds.lift_hold(wanted, key), says, row=key)


class NextWords(NamedTuple):
    """What an editor writes for one issue, as the form has it; empty where there is none."""

    subject: str = ""
    question: str = ""
    note: str = ""

    @classmethod
    def given(cls, form: Mapping[str, str]) -> Self:
        """Those of a form."""
        return cls(*(form.get(name, "") for name in cls._fields))

    @classmethod
    def of(cls, wanted: NextIssue) -> Self:
        """Those of the file."""
        return cls(*(getattr(wanted, name) or "" for name in cls._fields))

    @property
    def seen(self) -> str:
        """A digest of them, which a save asks for; pins and holds may change meanwhile."""
        return sha256("\0".join(self).encode(errors="replace")).hexdigest()[:16]

    def put_into(self, wanted: NextIssue) -> NextIssue:
        """What the editor asks of the issue, with these."""
        wanted = pins_and_holds.with_subject(wanted, self.subject)
        wanted = pins_and_holds.with_question(wanted, self.question)
        return pins_and_holds.with_note(wanted, self.note)


def note(request: Request) -> Response:
    """Save subject, question and note, unless somebody else changed them meanwhile."""
    desk, form = desk_of(request), form_in(request)
    words = NextWords.given(form)
    values: dict[str, object] = {"words": words, "error": None}
    try:
        with desk.live.saving():
            theirs = anew(lambda: _save_words(desk, words, form))
            if theirs is None:
                return back(request, good=True, text="Saved to issues/next.md.")
    except NewsletterError as error:
        # Whatever was wrong, what somebody wrote is not lost.
        values |= {"theirs": None, "seen": form.get("seen", ""), "error": error}
    else:
        values |= {"theirs": theirs, "seen": theirs.seen}
    # What is shown may be of another issue by now.
    values |= desk.common(request) | {"number": _number_shown(desk)}
    return page("next_issue/conflict.html.j2", values, code=409)


def _save_words(desk: DeskContext, words: NextWords, form: Mapping[str, str]) -> NextWords | None:
    """Save them in place of those that the editor saw; others that are there now, instead.

    Raises RefusedError where the issue that they were written for is out.
    """
    number, seen = _number_now(desk), form.get("seen", "")
    written_for = number_in(form.get("issue", "")) or number
    if written_for < number:
        problem = "it has been published since you opened the form, without what you wrote"
        remedy = f"save it for issue {number}, or correct the summary that it is about"
        raise RefusedError(f"issue {written_for}", problem, remedy)
    file, wanted = _wanted(desk, number)
    theirs = NextWords.of(wanted)
    is_saved = words.put_into(wanted) == wanted  # a button that is pressed twice
    if seen != theirs.seen and not is_saved:
        return theirs
    save_next(desk.home, words.put_into(wanted), version=file.version)
    return None


def note_preview(request: Request) -> Response:
    """The note as readers see it, as the form has it now. Saves nothing."""
    words = form_in(request).get("note", "")
    shown = page("next_issue/note.html.j2", {"paragraphs": paragraphs_of(words)})
    shown.headers["content-security-policy"] = PREVIEW_POLICY
    return shown


def next_screen(request: Request) -> Response:
    """`/next`: the file as it is, to be edited as a text; also where it cannot be understood."""
    desk = desk_of(request)
    file = read_next(desk.home)
    text, version = file.text, file.version
    error: NewsletterError | None = file.error
    theirs = None
    if request.method == "POST":
        form = form_in(request)
        try:
            save_next_text(desk.home, form.get("text", ""), version=form.get("version", ""))
        except StaleError as stale:
            text, theirs, error = form.get("text", ""), stale.text, None
        except NewsletterError as refused:
            text, version, error = form.get("text", ""), form.get("version", ""), refused
        else:
            return back(request, good=True, text="Saved to issues/next.md.")
    values = desk.common(request) | {
        "text": text,
        "version": version,
        "error": error,
        "theirs": theirs,
        "place": file.place,
        "line": line_in(request.query_params.get("line", "")),
    }
    return page("next_issue/next.html.j2", values, code=409 if request.method == "POST" else 200)


def line_in(text: str) -> str:
    """The number of a line, as an address gives it; empty: it gives none."""
    return text if text.isascii() and text.isdigit() and len(text) < 7 else ""  # noqa: PLR2004


def words_of_next(desk: DeskContext) -> dict[str, object]:
    """Subject, question and note for the desk's form, and what it saw."""
    number = _number_shown(desk)
    try:
        _, wanted = _wanted(desk, number)
    except NewsletterError:
        return {"words": NextWords(), "seen": "", "number": number}
    words = NextWords.of(wanted)
    return {"words": words, "seen": words.seen, "number": number}


def _change(
    request: Request, change: Callable[[NextIssue], NextIssue], says: str = "", *, row: str = ""
) -> Response:
    """Save a change, then show the desk; or the screen of the summary, if it was asked there.

    `row`: the key of the summary that the desk's list goes on with; empty: its first.
    """
    desk, form = desk_of(request), form_in(request)

    def do() -> None:
        file, wanted = _wanted(desk, _number_now(desk))
        save_next(desk.home, change(wanted), version=file.version)

    with desk.live.saving():
        anew(do)
        if form.get("on") == "summary":
            screen = f"/summary?{urlencode({'key': form.get('key', '')})}"
            return back(request, screen, good=True, text=says)
        place = f"row-{row}" if row else "list"
        return back(request, place=place, good=True if says else None, text=says)


def _number_shown(desk: DeskContext) -> int:
    """The number of the issue that the desk shows as the next one."""
    made = desk.live.shown.preview
    return made.number if made else 1


def _number_now(desk: DeskContext) -> int:
    """The number of the next issue; the desk shows that one, though it went out a moment ago."""
    made = desk.live.shown.preview
    if made is None:
        return 1
    number = next_number(desk.home, made.settings)
    if number != made.number:
        desk.live.refresh()
    return number


def _refuse_sent(desk: DeskContext, key: str) -> None:
    """Raise where nothing waits under the key: an old page may offer what was sent since.

    `_number_now` comes first.
    """
    made = desk.live.shown.preview
    if made and made.issue and any(one.summary.key == key for one in made.issue.entries):
        return  # what is in the next issue waits
    state = known_state(desk, key)
    if state and state.name is StateName.SENT:
        remedy = "correct or withdraw it: look for it under Summaries"
        raise RefusedError(key, f"it was sent in issue {state.issue}", remedy)
    if state is None and desk.live.shown.preview:
        raise RefusedError(key, "there is no summary with this key", "look at the list again")


def _wanted(desk: DeskContext, number: int) -> tuple[NextFile, NextIssue]:
    """The file, and what of it counts for the issue with this number.

    Raises where it cannot be understood, or has a note that is for a later issue.
    """
    file = read_next(desk.home)
    if file.error:
        raise file.error
    if file.next_issue is None:
        return file, NextIssue(place=file.place, issue=number)
    if file.next_issue.for_one_issue and file.next_issue.issue > number:
        problem = f"it is for issue {file.next_issue.issue}, and the next is {number}"
        remedy = f"change its number to {number} first, or keep what you have to say until then"
        raise RefusedError(file.place, problem, remedy)
    return file, for_issue(file.next_issue, number)


ROUTES = [
    Route("/pin", pin, methods=["POST"]),
    Route("/hold", hold, methods=["POST"]),
    Route("/release", release, methods=["POST"]),
    Route("/note", note, methods=["POST"]),
    Route("/note/preview", note_preview, methods=["POST"]),
    Route("/next", next_screen, methods=["GET", "POST"]),
]
