"""Links to the study behind a summary. Pure; never invents an identifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.render.xml_text import legal

if TYPE_CHECKING:
    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A register that has the study itself.

    Attributes:
        scheme, value: "DOI" or "PMID", and the number in it.
        label: the same for people: `DOI 10.1000/abc`, `PubMed 38012345`.
        name: the words of a link that does not show the number.
        link: absolute.
    """

    scheme: str
    value: str
    label: str
    name: str
    link: str

    @property
    def identifier(self) -> str:
        """A Dublin Core identifier: `doi:10.1000/abc`."""
        return f"{self.scheme.lower()}:{self.value}"


_REGISTERS = (
    ("DOI", "doi", "DOI", to_say("The study (DOI)"), urls.doi_link),
    ("PMID", "pmid", "PubMed", to_say("The study at PubMed"), urls.pubmed_link),
)


def studies_of(summary: Summary, words: OwnWords) -> tuple[Study, ...]:
    """The summary's study by its DOI and at PubMed, as far as they are known."""
    return tuple(
        Study(
            scheme=scheme,
            value=value,
            label=f"{place} {value}",
            name=words.say(name),
            link=link(value),
        )
        for scheme, field, place, name, link in _REGISTERS
        if (value := legal(getattr(summary, field) or ""))
    )
