"""The words above a section, and the field of a summary that they name. Pure."""

from __future__ import annotations

import re
from typing import Final

# In small letters, without a question mark: our own words in every language that has a catalogue,
# and those of pages with summaries.
_WORDS: Final = {
    "found": (
        *("what was found", "what they found", "what did they find", "what we found"),
        *("what the researchers found", "what did the researchers find"),
        *("what the study found", "what did the study find", "what did this study find"),
        *("what researchers found", "what scientists found", "findings", "the findings"),
        "was wurde herausgefunden",
    ),
    "why_it_matters": (
        *("why it matters", "why does it matter", "why this matters", "why does this matter"),
        *("why is it important", "why is this important", "why it is important"),
        *("why this is important", "who should care and why", "who should care, and why"),
        *("why should you care", "why you should care", "why should i care"),
        "warum ist das wichtig",
    ),
    "cautions": (
        *("cautions", "caution", "keep in mind", "what should you keep in mind"),
        *("what to keep in mind", "things to keep in mind", "limitations", "limits"),
        *("limitations of the study", "limitations of this study", "study limitations"),
        *("what are the limitations", "what are the limits", "what the study does not show"),
        *("was sollten sie beachten", "bitte beachten"),
    ),
    "disclaimer": ("disclaimer",),
    "related": ("related",),
    "key_messages": ("key messages", "key message"),
}
_FIELDS: Final = {words: name for name, known in _WORDS.items() for words in known}
# What stands above things that are no part of a summary, of whatever rank the heading is.
_AFTER: Final = re.compile(
    r"(?:related|recommended|share|references?|sources?|comments?|leave a|further reading|"
    r"read (?:more|next)|more (?:from|research|stories|articles|news)|about (?:the author|us)|"
    r"subscribe|sign up|newsletter|tags|categories|you (?:may|might)|contact)\b",
    re.IGNORECASE,
)
# How a paragraph begins that leads to the paper, below the last section.
_TO_PAPER: Final = re.compile(
    r"(?:(?:original )?(?:sources?|references?|paper|study|article|publication|citation|link|doi)"
    r"\s*:|(?:read|see|find|view|get|go to)(?: \w+)? (?:the|this) "
    r"(?:(?:full|original|whole|open)[- ]?(?:access )?)?(?:text|paper|study|article|publication|research|abstract)\b|https?://\S+\Z)",
    re.IGNORECASE,
)
_LONGEST_LEAD: Final = 300
_LONGEST: Final = max(map(len, _FIELDS))


def field_of_heading(title: str) -> str | None:
    """The field that a heading names, however it is written; None: none."""
    if len(title) > 4 * _LONGEST:
        return None
    words = title.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold()
    return _FIELDS.get(" ".join(words.strip("?:.! ").split()))


def ends_texts(title: str) -> bool:
    """Whether what stands under a heading is no part of a summary."""
    return _AFTER.match(title.strip()) is not None


def leads_to_paper(text: str) -> bool:
    """Whether a paragraph at the end of a text only says where the paper is."""
    return len(text) <= _LONGEST_LEAD and _TO_PAPER.match(text.strip()) is not None
