"""The form of a summary's text: which fields it asks for, and what came back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.errors import SourceError
from msnewsletter.model import EVIDENCE_GROUPS, Evidence, Status, WrittenBy
from msnewsletter.publisher.editing.new_summary import NEW_FIELDS
from msnewsletter.sources.field_rules import FRONT_FIELDS, TEXT_FIELDS
from msnewsletter.sources.front_matter_form import Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.errors import NewsletterError


class Option(NamedTuple):
    """A choice: what is written into the file, and the words that say it."""

    value: str
    words: str


class FormField(NamedTuple):
    """A field as the form asks for it.

    `lines` is more than 1 where it may have paragraphs; `choices` are all that it may say.
    """

    label: str
    hint: str = ""
    lines: int = 1
    choices: tuple[Option, ...] = ()

    def options(self, value: str) -> tuple[Option, ...]:
        """The choices, and with them what a file says that is none of them."""
        if value in {one.value for one in self.choices}:
            return self.choices
        return (*self.choices, Option(value, f"{value} (as the file says it)"))


def _evidence() -> tuple[Option, ...]:
    kinds, reviews = (["", *(one for one in Evidence if one in group)] for group in EVIDENCE_GROUPS)
    pairs = (", ".join(filter(None, pair)) for pair in product(kinds, reviews))
    return tuple(Option(value, value or "not said") for value in pairs)


_STATUS = (
    Option("", "live"),
    *(Option(one, one) for one in Status if one not in {Status.LIVE, Status.TAKEN_DOWN}),
)
_WRITTEN_BY = (Option("", "as the settings say"), *(Option(one, one) for one in WrittenBy))

# The fields of a new summary that hold its text; a file's form has them in one box, its body.
SECTIONS: Mapping[str, FormField] = {
    "headline": FormField(
        "Headline", "One sentence that says what was found, for readers without time"
    ),
    "found": FormField("What was found", lines=8),
    "why_it_matters": FormField("Why it matters", lines=5),
    "cautions": FormField(
        "Cautions", "What the study does not show. A summary without cautions is held", lines=5
    ),
}
GROUPS: Mapping[str, Mapping[str, FormField]] = {
    "Key and short texts": {
        "key": FormField("Key", "Its permanent name; left empty, it is made from the headline"),
        "title": FormField("Short title", "At most 70 characters; for lists and cards"),
        "key_messages": FormField(
            "Key messages", "One to three, each on a line of its own", lines=3
        ),
        "caution": FormField(
            "Caution in short", "Left empty, it is the first sentences of the cautions", lines=2
        ),
        "teaser": FormField("Teaser", "Left empty, it is made from what was found", lines=2),
    },
    "The study": {
        "journal": FormField("Journal", "Its name, as the journal writes it"),
        "cover_date": FormField(
            "The journal’s own date", "For example 2026-12 or 2026-12-31; only shown"
        ),
        "doi": FormField("DOI", "For example 10.1000/abc123"),
        "pmid": FormField("PubMed number", "Digits only"),
        "paper_title": FormField("The paper’s own title"),
        "evidence": FormField("Kind of study", choices=_evidence()),
        "studied_in": FormField("Studied in", "For example mice, cells, or 16 people"),
        "participants": FormField("Participants", "How many took part, for example 16 people"),
        "population": FormField("Who took part", "For example adults with relapsing MS, in Spain"),
    },
    "People and money": {
        "authors": FormField(
            "The paper’s authors", "Separated by semicolons: Smith, J.; Lee, B.", lines=2
        ),
        "funding": FormField("Who paid for the study"),
        "interests": FormField("What its authors declared", "Their conflicts of interest"),
        "written_by": FormField("Written by", "Who wrote this summary", choices=_WRITTEN_BY),
        "reviewed_by": FormField("Checked by", "The person who checked the text, and their role"),
        "reviewed_on": FormField("Checked on", "For example 2026-11-20"),
    },
    "How it is shown": {
        "published": FormField(
            "Published", "For example 2026-11-20; left empty, the day on which it is first read"
        ),
        "tags": FormField("Tags", "Separated by commas"),
        "url": FormField("Its page on another site", "The whole address, with https://"),
        "language": FormField("Language", "If not the newsletter’s, for example de or pt-BR"),
        "disclaimer": FormField("Disclaimer", "In place of the newsletter’s own", lines=2),
    },
    "What became of it": {
        "status": FormField("Status", "What readers are told of it", choices=_STATUS),
        "note": FormField(
            "Why it was corrected or taken back",
            "Readers read it in the next mail and on its page. The status “corrected” needs it: "
            "what was wrong, and what is right. “live” has none; for the others readers get a "
            "standard sentence where it is empty",
            lines=3,
        ),
    },
}
ASKED: Mapping[str, FormField] = {
    name: field for group in GROUPS.values() for name, field in group.items()
}
# The name of each field in words, also of those that a file's form has in its one box.
LABELS: Mapping[str, str] = {
    **{name: field.label for name, field in {**SECTIONS, **ASKED}.items()},
    "body": "The text",
    "related": "Related",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """What is wrong with a field of the form, for the editor."""

    field: str
    label: str
    problem: str
    remedy: str


def form_given(given: Mapping[str, str]) -> Form:
    """The form of a file that was sent."""
    fields = {name: given[name] for name in FRONT_FIELDS if name in given}
    return Form(fields=fields, body=given["body"])


def written_given(given: Mapping[str, str]) -> dict[str, str]:
    """The form of a new summary that was sent."""
    return {name: given[name] for name in NEW_FIELDS if name in given}


def fault_of(
    error: NewsletterError | None, *, written: Mapping[str, str] | None = None
) -> FieldFault | None:
    """The field of the form that an error is about; None: it is about none alone.

    `written`: the form of a new summary; None: it is a file's, with the text in one box.
    """
    if not isinstance(error, SourceError) or not error.field:
        return None
    if written is not None and error.field in SECTIONS and not written.get(error.field, "").strip():
        # The reader's words are about lines of a file, which nobody has seen.
        label = LABELS[error.field]
        return FieldFault(field=error.field, label=label, problem="it is empty", remedy="write it")
    field = "body" if written is None and error.field in (*TEXT_FIELDS, "related") else error.field
    if field not in LABELS:
        return None
    return FieldFault(field=field, label=LABELS[field], problem=error.problem, remedy=error.remedy)
