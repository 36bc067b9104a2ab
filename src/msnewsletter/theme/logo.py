"""A logo in SVG, made safe to stand in a page: only what is on the lists below is ever kept. Pure.

What may run, load, link or hold HTML is on none of them. A file with anything else is refused as a
whole: a logo that lost a part would be another logo.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from msnewsletter.errors import BadValueError
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from typing import Any

LOGO_LIMIT: Final = 20_000  # bytes: it stands in every page
_SVG: Final = "{http://www.w3.org/2000/svg}"
_NAMESPACES: Final = {None: _SVG.strip("{}")}
_HEIGHT = 40  # CSS pixels, where no stylesheet says otherwise
_WIDEST = 12  # times its height
_DEEPEST = 30  # elements in each other

# SVG 2, chapters 5, 9, 10, 13 and 14: what draws, and what colours it.
_ELEMENTS: Final = frozenset(
    {"svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
    | {"linearGradient", "radialGradient", "stop", "clipPath"}
)
# The logo is not read out: the newsletter's name stands beside it.
_LEFT_OUT: Final = frozenset({"title", "desc"})
_ATTRIBUTES: Final = frozenset(
    {"viewBox", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry"}
    | {"fx", "fy", "width", "height", "transform", "id", "offset", "pathLength"}
    | {"fill", "fill-opacity", "fill-rule", "clip-rule", "clip-path", "opacity", "color"}
    | {"stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin"}
    | {"stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "vector-effect"}
    | {"stop-color", "stop-opacity", "gradientUnits", "gradientTransform", "spreadMethod"}
    | {"clipPathUnits", "preserveAspectRatio"}
)
# Of editors, without a meaning for what is drawn.
_IDLE: Final = frozenset({"version", "role", "aria-hidden", "focusable", "baseProfile"})
_IDLE_SPACES: Final = frozenset({"{http://www.w3.org/XML/1998/namespace}space"})
_ID: Final = re.compile(r"[A-Za-z_][\w.-]{0,63}", re.ASCII)
_REFERENCE: Final = re.compile(r"url\(\s*#([A-Za-z_][\w.-]{0,63})\s*\)", re.ASCII)
# Numbers, names, colours, functions of transforms: no quotes, no colons, no backslashes, no `@`.
_VALUE: Final = re.compile(r"[\w\s.,#%()+-]*", re.ASCII)
# So that none is the id of anything else on the page.
_PREFIX: Final = "logo-"
_PLAIN: Final = "export it as plain SVG, with letters turned into paths"


def safe_logo(data: bytes) -> str:
    """The SVG element of a file, made anew of what is allowed; raises BadValueError."""
    if len(data) > LOGO_LIMIT:
        problem = f"it has {len(data):,} bytes, and each page would carry them"
        raise BadValueError(problem, f"make it simpler: at most {LOGO_LIMIT:,}")
    root = _parsed(data)
    if root.tag != f"{_SVG}svg":
        raise BadValueError("it is no SVG picture", _PLAIN)
    wide, high = _size(root)
    made = _made(root)
    for name in ("x", "y", "preserveAspectRatio"):
        made.attrib.pop(name, None)
    made.set("width", f"{_HEIGHT * wide / high:.0f}")
    made.set("height", str(_HEIGHT))
    made.set("focusable", "false")
    text: str = etree.tostring(made, encoding="unicode")
    return text


def _parsed(data: bytes) -> Any:  # noqa: ANN401  (lxml has no types)
    # Nothing outside the file is read, and no entity is put in: a DTD is refused below.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        said = str(error).partition("\n")[0]
        raise BadValueError(f"it is not XML ({said})", _PLAIN) from None
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.doctype:
        raise BadValueError("it has a document type", "remove the line that begins with <!DOCTYPE")
    return root


def _size(root: Any) -> tuple[float, float]:  # noqa: ANN401
    """How wide and how high it is, in its own units."""
    try:
        _, _, wide, high = map(float, root.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        raise BadValueError("it has no viewBox, so it cannot be scaled", _PLAIN) from None
    if not (0 < high < float("inf") and 0 < wide <= _WIDEST * high):
        problem = f"it is {wide:g} wide and {high:g} high"
        raise BadValueError(problem, f"make it at most {_WIDEST} times as wide as it is high")
    return wide, high


def _made(element: Any, parent: Any = None, *, depth: int = 0) -> Any:  # noqa: ANN401
    """The element made anew in its parent, with its children.

    Raises BadValueError for what is not allowed.
    """
    if depth > _DEEPEST:
        raise BadValueError(f"its elements are more than {_DEEPEST} deep in each other", _PLAIN)
    name = str(element.tag).removeprefix(_SVG)
    if name not in _ELEMENTS or (name == "svg" and depth):
        raise _refused(element, f"it holds <{_local(name)}>, which no logo may")
    made = (
        etree.Element(element.tag, nsmap=_NAMESPACES)
        if parent is None
        else etree.SubElement(parent, element.tag)
    )
    for attribute, value in element.attrib.items():
        if attribute in _IDLE or attribute in _IDLE_SPACES:
            continue
        if attribute not in _ATTRIBUTES:
            raise _refused(element, f"<{name}> has {_local(attribute)!r}, which no logo may")
        made.set(attribute, _value(element, attribute, value))
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        raise _refused(element, f"<{name}> holds text")
    for child in element:
        if isinstance(child.tag, str) and child.tag.removeprefix(_SVG) in _LEFT_OUT:
            continue
        _made(child, made, depth=depth + 1)
    return made


def _value(element: Any, name: str, value: str) -> str:  # noqa: ANN401
    if name == "id":
        if not _ID.fullmatch(value):
            raise _refused(element, f"the id {quoted_value(value)} is none")
        return _PREFIX + value
    plain = _REFERENCE.sub("", value)
    if not _VALUE.fullmatch(plain) or "url" in plain.casefold():
        raise _refused(element, f"{name} = {quoted_value(value)} may not be in a logo")
    return _REFERENCE.sub(rf"url(#{_PREFIX}\1)", value)


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def _refused(element: Any, problem: str) -> BadValueError:  # noqa: ANN401
    return BadValueError(f"{problem} (line {element.sourceline})", _PLAIN)
