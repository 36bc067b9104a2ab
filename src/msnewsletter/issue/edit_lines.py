"""Edits of sent summaries as lines of text, for terminals and mail to the editors. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.text_diff import changed_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from msnewsletter.issue.edits import PostSendEdit
    from msnewsletter.text_diff import Piece

# Edits that are shown with what they change; a change to all files is thousands.
EDITS_SHOWN = 20


def marked(piece: Piece) -> str:
    """Words as wdiff shows them: it needs no colour."""
    match piece.kind:
        case "gone":
            return f"[-{piece.text}-]"
        case "new":
            return f"{{+{piece.text}+}}"
        case _:
            return piece.text


def edit_lines(
    edits: Sequence[PostSendEdit], *, mark: Callable[[Piece], str] = marked
) -> Iterator[str]:
    """What becomes of each edit, and below it what it changes, a field a line."""
    for edit in edits[:EDITS_SHOWN]:
        yield f"edited  {edit.key} (issue {edit.sent.issue}): {edit.effect}"
        for change in edit.changes:
            words = changed_words(change.before, change.after)
            yield f"      {change.field}: {''.join(map(mark, words))}"
    if (more := len(edits) - EDITS_SHOWN) > 0:
        yield f"edited  and {more} more"
