"""Turns MJML into HTML, strictly, and blames the template's line for what is wrong. Pure.

mjml-python accepts a wrong closing tag and gives byte offsets, or nothing, for other faults; an
XML parser finds the line first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

import mjml

from msnewsletter.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable

_SHOWN = 60  # characters of a faulty line that help to find it
_REMEDY = "correct that line; MJML must be well-formed XML, e.g. <br/> and &amp;"
_POSITION = re.compile(r"position (\d+)")

# mrml writes attributes with Rust's `{:?}`, whose escapes HTML does not know: a screen reader
# would spell out `u{301}`.
_ESCAPED_ATTRIBUTE = re.compile(r'="[^"<>]*\\[^"<>]*"')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": ""}


def to_html(source: str, where: Callable[[int], str]) -> str:
    """The HTML of a rendered MJML document.

    Args:
        source: MJML without control characters or surrogates.
        where: gives the template and line, e.g. `templates/digest.mjml.j2:12`, behind an offset
            into `source`; asked only when something is wrong.
    """
    _require_xml(source, where)
    try:
        html: str = mjml.mjml2html(source, fonts={})
    except ValueError as error:
        position = _POSITION.search(str(error))
        offset = len(source.encode()[: int(position[1])].decode(errors="ignore")) if position else 0
        raise TemplateError(where(offset), f"MJML: {error}", _REMEDY) from None
    return _correct_attributes(html) if "\\" in html else html


def _require_xml(source: str, where: Callable[[int], str]) -> None:
    parser = expat.ParserCreate()
    # HTML's named entities are welcome; without this XML knows five of them.
    parser.UseForeignDTD(True)  # noqa: FBT003  (expat takes it by position only)
    try:
        parser.Parse(source, True)  # noqa: FBT003  (as above)
    except expat.ExpatError as error:
        line = source.split("\n")[error.lineno - 1]
        offset = sum(len(each) + 1 for each in source.split("\n")[: error.lineno - 1])
        shown = " ".join(line.split())[:_SHOWN]
        raise TemplateError(
            where(offset + error.offset), f"{expat.ErrorString(error.code)} in {shown!r}", _REMEDY
        ) from None


def _correct_attributes(html: str) -> str:
    # No text of a summary can look like an attribute: its quotes are escaped.
    return _ESCAPED_ATTRIBUTE.sub(lambda found: _ESCAPE.sub(_unescaped, found[0]), html)


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return _LETTERS.get(escape[2], escape[2])
