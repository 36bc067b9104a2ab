"""CSS selectors: which elements of a page are meant. Pure.

Owns the words about a selector that is wrong.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justhtml.selector import ParsedSelector

REMEDY: Final = 'correct it, e.g. "main h1" or ".summary > p"'


@lru_cache(maxsize=256)
def refuse_bad_selector(text: str) -> None:
    """Raise BadValueError where a text is no selector, or none that we can use."""
    # Who names none does not pay for it.
    from justhtml import JustHTML, SelectorError  # noqa: PLC0415  (as above)
    from justhtml.selector import parse_selector  # noqa: PLC0415  (as above)

    try:
        # What one cannot do, JustHTML says when it meets an element that the rest of it names.
        element = JustHTML("<p>").root
        for pseudo_class in _pseudo_classes(parse_selector(text)):
            element.query(pseudo_class)
    except (SelectorError, ValueError, RecursionError) as error:
        problem = f"it is not a CSS selector that can be used ({printable(str(error))})"
        raise BadValueError(problem, REMEDY) from None


def _pseudo_classes(selector: ParsedSelector) -> Iterator[str]:
    """The pseudo-classes in a selector, each as a selector of its own."""
    from justhtml.selector import SelectorList, SimpleSelector  # noqa: PLC0415  (as above)

    for complex_ in selector.selectors if isinstance(selector, SelectorList) else (selector,):
        for simple in (one for _, compound in complex_.parts for one in compound.selectors):
            if simple.type != SimpleSelector.TYPE_PSEUDO:
                continue
            if simple.parsed_arg:
                yield from _pseudo_classes(simple.parsed_arg)
            else:
                yield f":{simple.name}" + (f"({simple.arg})" if simple.arg is not None else "")
