"""What somebody typed into a form that was refused: shown to them again, to be copied. Pure.

For forms that no screen shows again: of before a restart, of a file that is gone, of small actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.web.desk.summaries.summary_form import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

# The key of a summary is hidden in most forms; whoever typed one has typed a headline, too.
_TYPED: Mapping[str, str] = {
    **{name: label for name, label in LABELS.items() if name != "key"},
    "text": "The file",
    "note": "The note",
    "subject": "Subject",
    "question": "Question for the MS team",
    "reason": "The reason",
}


class KeptWords(NamedTuple):
    """A field of a form: what it is called, and the words that were in it."""

    label: str
    text: str


def kept_words(form: Mapping[str, str]) -> tuple[KeptWords, ...]:
    """The fields of a form that a person had written something into."""
    return tuple(
        KeptWords(label, form[name]) for name, label in _TYPED.items() if form.get(name, "").strip()
    )
