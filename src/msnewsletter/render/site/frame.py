"""The frame that all pages of one rendering share: templates, masthead, path to the site's root.

Opens no file and no socket, asks no clock.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from markupsafe import Markup

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.errors import TemplateError
from msnewsletter.render import wording
from msnewsletter.render.glossary_links import PageTerms, finder_of
from msnewsletter.render.jinja import PLACE, environment, render
from msnewsletter.render.languages import (
    direction_of,
    masthead_words,
    own_language,
    own_words,
)
from msnewsletter.render.template_words import template_words
from msnewsletter.render.xml_text import legal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.glossary import Glossary
    from msnewsletter.model import Masthead

_PAGE: Final = ".html.j2"
_ELEMENT: Final = re.compile("<[a-z]", re.IGNORECASE)
# HTML standard, 4.12.1.3: what a script element cannot hold; and what JavaScript once could not.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


class Frame:
    """Renders pages of one site; `masthead` is cleaned already.

    Beside it templates get `side`, the page's direction; `own`, the attributes of an element with
    the newsletter's own words (`own_language`: without their direction); and `theirs`, those of its
    title and texts among its own words.

    Each page gets `terms`, which links a term of the glossary at its first use on that page.
    """

    def __init__(
        self, masthead: Masthead, templates: Mapping[str, str], glossary: Glossary
    ) -> None:
        self._masthead = masthead
        self._glossary = glossary
        self._finder = finder_of(glossary)
        self._environment = environment(templates)
        words = words_in(masthead.words)
        self._words = {
            "side": direction_of(masthead.language),
            "own": own_words(masthead),
            "own_language": own_language(masthead),
            "theirs": masthead_words(masthead),
            "more_cautions": words.say(wording.MORE_CAUTIONS),
            **template_words(words),
        }

    def page(
        self,
        template: str,
        path: str,
        *,
        data: Mapping[str, Any] | None = None,
        about: str = "",
        **values: object,
    ) -> bytes:
        """A page at that path below the site, with structured data about it.

        The home page's address is the site's own. Links between our pages are relative, so that the
        folder can be opened from disk. `about`: the path of the page that it only leads to.
        """
        canonical = self._masthead.site + ("" if path == urls.HOME else about or path)
        text = json.dumps(data, ensure_ascii=False, indent=1).translate(_ESCAPES)
        shown = Markup(text) if data else ""  # noqa: S704  (escaped right above)
        root = "../" * path.count("/")
        terms = PageTerms(self._finder, page=root + urls.GLOSSARY)
        return self.file(
            template, canonical=canonical, root=root, data=shown, terms=terms, **values
        )

    def missing(self, template: str) -> bytes:
        """The page for missing addresses: shown at any path, so it links from the host's root."""
        root = urlsplit(self._masthead.site).path or "/"
        return self.file(template, canonical="", root=root, data="")

    def file(self, template: str, **values: object) -> bytes:
        """Any other file; raises TemplateError, also for a page without any element."""
        made = render(
            self._environment,
            template,
            masthead=self._masthead,
            glossary=self._glossary,
            **self._words,
            site=urls,
            **values,
        )
        # Once more at the end: a template may have brought anything along.
        made = legal(made)
        if template.endswith(_PAGE) and not _ELEMENT.search(made):
            remedy = "write the page, or remove the file: then the program's own is in force"
            raise TemplateError(PLACE + template, "what comes out is no page", remedy)
        return made.encode()
