"""The words above a section, and the field of a summary that they name.

English counts first. What it does not know may be a heading of another language: those of the
catalogues, as the newsletter's own pages write them, and their synonyms. Opens no file but those.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.catalogue_files import catalogue_for, languages, words_in
from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.errors import TemplateError
from msnewsletter.sources.heading_synonyms import SYNONYMS, WIDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# In small letters, without a question mark: our own English words, those of pages with summaries,
# and the German ones that have always been read.
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
    "key_messages": ("key messages", "key message", "in short"),
}
# As we write them in a file, in their order.
_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "key_messages": "Key messages",
        "found": "What was found",
        "why_it_matters": "Why it matters",
        "cautions": "Cautions",
        "disclaimer": "Disclaimer",
        "related": "Related",
    }
)
# As our pages and feeds write them: under these the catalogues have them. The first is the heading.
_ON_PAGES: Final = {
    "key_messages": ("In short",),
    "found": ("What was found?",),
    "why_it_matters": ("Why does it matter?",),
    "cautions": ("What should you keep in mind?", "Keep in mind:"),
}
_FIELDS: Final = {words: name for name, known in _WORDS.items() for words in known}
# What stands above things that are no part of a summary, of whatever rank the heading is.
_AFTER: Final = re.compile(
    r"(?:related|recommended|share|references?|sources?|comments?|leave a|further reading|"
    r"read (?:more|next)|more (?:from|research|stories|articles|news)|about (?:the author|us)|"
    r"subscribe|sign up|newsletter|tags|categories|you (?:may|might)|contact|literatur|"
    r"literaturhinweise|quellen?|kommentare?|teilen|weitere|mehr (?:zum|zu|aus|von)|ähnliche|"
    r"schlagwörter)\b",
    re.IGNORECASE,
)
# How a paragraph begins that leads to the paper, below the last section.
_TO_PAPER: Final = re.compile(
    r"(?:(?:original )?(?:sources?|references?|paper|study|article|publication|citation|link|doi|"
    r"journal|pmid|pubmed|fachzeitschrift|zeitschrift|quellen?|originalarbeit|studie)\s*:|"
    r"(?:read|see|find|view|get|go to)(?: \w+)? (?:the|this) "
    r"(?:(?:full|original|whole|open)[- ]?(?:access )?)?(?:text|paper|study|article|publication|research|abstract)\b|https?://\S+\Z)",
    re.IGNORECASE,
)
_LONGEST_LEAD: Final = 300
_LONGEST: Final = max(map(len, _FIELDS))


def field_of_heading(title: str) -> str | None:
    """The field that a heading names, however it is written; None: none."""
    if len(title) > 4 * _LONGEST:
        return None
    words = _plain(title)
    return _FIELDS.get(words) or _in_other_languages().get(words)


def heading_reader(own: Mapping[str, str]) -> Callable[[str], str | None]:
    """What says which field a heading names, first by a site's `own` ones: the field by heading."""
    known = {_plain(title): name for title, name in own.items()}
    return lambda title: known.get(_plain(title)) or field_of_heading(title)


def field_of_wider_heading(title: str) -> str | None:
    """The field that a heading names where the page has no other for that; None: none."""
    return _wider().get(_plain(title)) if len(title) <= 4 * _LONGEST else None


@cache
def _wider() -> Mapping[str, str]:
    return {_plain(title): name for name, known in WIDER.items() for title in known}


def section_titles(language: str) -> Mapping[str, str]:
    """The heading of each section, by its field, as a file in this language (BCP 47) has it.

    English where there is no other that is read back.
    """
    own = _of_catalogue(language)
    return {name: own[name][0] if own.get(name) else title for name, title in _TITLES.items()}


def _plain(title: str) -> str:
    words = title.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold()
    return " ".join(words.strip("?:.! ").split())


@cache
def _in_other_languages() -> Mapping[str, str]:
    """The field of each heading that is not English, by its plain words."""
    found: dict[str, str] = {}
    for tag in languages():
        for known in (_of_catalogue(tag), SYNONYMS.get(tag, {})):
            for name, titles in known.items():
                for title in titles:
                    found.setdefault(_plain(title), name)
    return found


@cache
def _of_catalogue(language: str) -> Mapping[str, tuple[str, ...]]:
    """The headings of our pages in a language, by field; nothing for English."""
    if catalogue_for(language) in {None, ENGLISH.language}:
        return {}
    try:
        words = words_in(language)
    except TemplateError:
        return {}  # whoever makes pages with it hears of its fault
    said = {
        name: tuple(words.translated(text) for text in texts if words.translated(text) != text)
        for name, texts in _ON_PAGES.items()
    }
    return {name: titles for name, titles in said.items() if titles}


def ends_texts(title: str) -> bool:
    """Whether what stands under a heading is no part of a summary."""
    return _AFTER.match(title.strip()) is not None


def leads_to_paper(text: str) -> bool:
    """Whether a paragraph at the end of a text only says where the paper is."""
    return len(text) <= _LONGEST_LEAD and _TO_PAPER.match(text.strip()) is not None
