"""The page that explains hard words, as its template sees it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.render.glossary_links import PageTerms, finder_of
from msnewsletter.text_blocks import blocks_of

if TYPE_CHECKING:
    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.glossary import Glossary, Term
    from msnewsletter.text_blocks import Block

_TITLE = to_say("Words explained")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedTerm:
    """A term on the page.

    Attributes:
        anchor: of its heading.
        also: its other names; forms that only lengthen its own (`T cells`) are none.
        terms: what links other terms in its explanation, each once, and never itself.
    """

    name: str
    anchor: str
    also: tuple[str, ...]
    blocks: tuple[Block, ...]
    terms: PageTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryPage:
    """The glossary's page: its terms by the alphabet, whatever the order of the file.

    Attributes:
        title: the file's own (`named`), or our words.
    """

    title: str
    named: bool
    opening: tuple[Block, ...]
    entries: tuple[ExplainedTerm, ...]


def glossary_view(glossary: Glossary, words: OwnWords) -> GlossaryPage:
    """The glossary as the template sees it."""
    ordered = sorted(glossary.terms, key=lambda term: (term.name.casefold(), term.name))
    return GlossaryPage(
        title=glossary.title or words.say(_TITLE),
        named=bool(glossary.title),
        opening=blocks_of(glossary.opening),
        entries=tuple(_entry(term, glossary) for term in ordered),
    )


def _entry(term: Term, glossary: Glossary) -> ExplainedTerm:
    start = term.name.casefold()
    return ExplainedTerm(
        name=term.name,
        anchor=urls.term_anchor(term.name),
        also=tuple(form for form in term.forms if not form.casefold().startswith(start)),
        blocks=blocks_of(term.explanation),
        terms=PageTerms(finder_of(glossary), page="", without=term),
    )
