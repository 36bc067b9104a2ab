"""Where the study behind a summary can be found. Pure; never invents an identifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import urls

if TYPE_CHECKING:
    from msnewsletter.model import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Where the study itself is: a Dublin Core identifier, a name for people, an absolute URL."""

    identifier: str
    name: str
    link: str


def studies_of(summary: Summary) -> tuple[Study, ...]:
    """The summary's study by its DOI and at PubMed, as far as they are known."""
    studies = []
    if summary.doi:
        studies.append(
            Study(
                identifier=f"doi:{summary.doi}",
                name="The study (DOI)",
                link=urls.doi_link(summary.doi),
            )
        )
    if summary.pmid:
        studies.append(
            Study(
                identifier=f"pmid:{summary.pmid}",
                name="The study at PubMed",
                link=urls.pubmed_link(summary.pmid),
            )
        )
    return tuple(studies)
