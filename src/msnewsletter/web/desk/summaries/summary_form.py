"""The form of a summary's text: which fields it asks for, and what came back. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.sources.fields import FRONT_FIELDS
from msnewsletter.sources.front_matter_form import Form

if TYPE_CHECKING:
    from collections.abc import Mapping


class FormField(NamedTuple):
    """A field as the form asks for it; `lines` is more than 1 where it may have paragraphs."""

    label: str
    hint: str = ""
    lines: int = 1


ASKED: Mapping[str, FormField] = {
    "key": FormField("Key", "Its permanent name; without one, the file’s. Never changed."),
    "title": FormField("Short title", "At most 70 characters; for lists and cards"),
    "published": FormField("Published", "2026-11-20, or 2026-11-20T08:00+01:00"),
    "journal": FormField("Journal", "As it writes its own name"),
    "cover_date": FormField("The journal’s own date", "2026-12 or 2026-12-31; only shown"),
    "studied_in": FormField("Studied in", "mice, cells, 16 people; never guessed"),
    "doi": FormField("DOI", "10.1000/abc123"),
    "pmid": FormField("PubMed number"),
    "url": FormField("Its page elsewhere", "A whole web address"),
    "evidence": FormField(
        "Kind of study",
        "trial, observational, review or laboratory; peer reviewed or preprint",
    ),
    "participants": FormField("Participants", "How many took part, e.g. 16 people"),
    "population": FormField("Who they are", "E.g. adults with relapsing MS, in Spain"),
    "paper_title": FormField("The paper’s own title"),
    "authors": FormField("Its authors", "Separated by semicolons: Smith, J.; Lee, B.", lines=2),
    "funding": FormField("Who paid for the study"),
    "interests": FormField("What its authors declared", "Their interests"),
    "tags": FormField("Tags", "Separated by commas"),
    "teaser": FormField("Teaser", "Without one it is made from what was found", lines=2),
    "key_messages": FormField("Key messages", "One to three, a line each", lines=3),
    "caution": FormField(
        "Caution in short", "Without one it is the first sentences of the cautions", lines=2
    ),
    "language": FormField("Language", "If not the newsletter’s, e.g. de or pt-BR"),
    "disclaimer": FormField("Disclaimer", "In place of the newsletter’s own", lines=2),
    "written_by": FormField("Written by", "ai, people, or ai and people; default: the settings"),
    "reviewed_by": FormField("Checked by", "The person who checked the text, and their role"),
    "reviewed_on": FormField("Checked on", "2026-11-20"),
    "status": FormField("Status", "live, corrected, expression of concern, withdrawn or retracted"),
    "note": FormField("Why it was corrected or taken back", lines=3),
}


def form_given(given: Mapping[str, str]) -> Form:
    """The form that was sent."""
    fields = {name: given[name] for name in FRONT_FIELDS if name in given}
    return Form(fields=fields, body=given["body"])
