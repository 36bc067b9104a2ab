"""A logo in SVG, made safe to stand in a page: only what is on the lists below is ever kept. Pure.

What may run, load, link or hold HTML is on none of them. A file with anything else is refused as a
whole: a logo that lost a part would be another logo.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import tinycss2
from lxml import etree
from tinycss2.ast import Declaration

from msnewsletter.errors import BadValueError
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LOGO_LIMIT: Final = 20_000  # bytes: it stands in every page
_SVG: Final = "{http://www.w3.org/2000/svg}"
_NAMESPACES: Final = {None: _SVG.strip("{}")}
_HEIGHT = 40  # CSS pixels, where no stylesheet says otherwise
_WIDEST = 12  # times its height, and as often its width
_DEEPEST = 30  # elements in each other

# SVG 2, chapters 5, 9, 10, 13 and 14: what draws, and what colours it.
_ELEMENTS: Final = frozenset(
    {"svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
    | {"linearGradient", "radialGradient", "stop", "clipPath"}
)
# The logo is not read out: the newsletter's name stands beside it.
_LEFT_OUT: Final = frozenset({"title", "desc", "metadata"})
_ATTRIBUTES: Final = frozenset(
    {"viewBox", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry"}
    | {"fx", "fy", "width", "height", "transform", "id", "offset", "pathLength"}
    | {"fill", "fill-opacity", "fill-rule", "clip-rule", "clip-path", "opacity", "color"}
    | {"stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin"}
    | {"stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "vector-effect"}
    | {"stop-color", "stop-opacity", "gradientUnits", "gradientTransform", "spreadMethod"}
    | {"clipPathUnits", "preserveAspectRatio"}
)
# Those that are properties of CSS, too.
_STYLED: Final = frozenset(
    {"fill", "fill-opacity", "fill-rule", "clip-rule", "clip-path", "opacity", "color"}
    | {"stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin"}
    | {"stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "vector-effect"}
    | {"stop-color", "stop-opacity"}
)
# Of editors, without a meaning for what is drawn.
_IDLE: Final = frozenset({"version", "role", "aria-hidden", "focusable", "baseProfile"})
_IDLE_NAMES: Final = frozenset({"{http://www.w3.org/XML/1998/namespace}space"})
# What Inkscape and others note for themselves: nothing of these is drawn, and nothing is kept.
_IDLE_SPACES: Final = frozenset(
    {
        "http://www.inkscape.org/namespaces/inkscape",
        "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://creativecommons.org/ns#",
        "http://web.resource.org/cc/",
        "http://purl.org/dc/elements/1.1/",
        "http://www.bohemiancoding.com/sketch/ns",
    }
)
# Properties of `style` that draw nothing where there is no text.
_IDLE_STYLE: Final = ("-inkscape-", "font", "text-", "line-height", "letter-spacing")
# Those that say what is so anyway.
_IDLE_VALUES: Final = frozenset(
    {("display", "inline"), ("visibility", "visible"), ("overflow", "visible")}
    | {("mix-blend-mode", "normal"), ("paint-order", "normal"), ("isolation", "auto")}
    | {("marker", "none"), ("filter", "none"), ("mask", "none")}
)
_ID: Final = re.compile(r"[A-Za-z_][\w.-]{0,63}", re.ASCII)
_REFERENCE: Final = re.compile(r"url\(\s*#([A-Za-z_][\w.-]{0,63})\s*\)", re.ASCII)
# Numbers, names, colours, functions of transforms: no quotes, no colons, no backslashes, no `@`.
_VALUE: Final = re.compile(r"[\w\s.,#%()+-]*", re.ASCII)
# SVG 2, section 8.6: four numbers, as CSS writes them, with spaces, a comma or both between them.
_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_GAP: Final = r"(?:[ \t\r\n\f]+,?[ \t\r\n\f]*|,[ \t\r\n\f]*)"
_SPACE: Final = r"[ \t\r\n\f]*"
_NUMBERS: Final = re.compile(_NUMBER)
_VIEW_BOX: Final = re.compile(
    rf"{_SPACE}{_NUMBER}{_GAP}{_NUMBER}{_GAP}({_NUMBER}){_GAP}({_NUMBER}){_SPACE}"
)
# So that none is the id of anything else on the page.
_PREFIX: Final = "logo-"
_PLAIN: Final = (
    "export it as plain SVG with letters turned into paths; in Inkscape: Path > Object to Path, "
    "then save as Optimized SVG, with CSS attributes converted to XML attributes"
)


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
    said = root.get("viewBox", "")
    if not said.strip():
        raise BadValueError("it has no viewBox, so it cannot be scaled", _PLAIN)
    found = _VIEW_BOX.fullmatch(said)
    wide, high = map(float, found.groups()) if found else (math.nan, math.nan)
    # A browser draws nothing to scale where it cannot read one of the four.
    if found is None or not all(math.isfinite(float(one)) for one in _NUMBERS.findall(said)):
        problem = f"its viewBox {quoted_value(said)} is not four numbers, so it cannot be scaled"
        raise BadValueError(problem, _PLAIN)
    if not (0 < high <= _WIDEST * wide and 0 < wide <= _WIDEST * high < float("inf")):
        problem = f"it is {wide:g} wide and {high:g} high"
        raise BadValueError(problem, f"make neither more than {_WIDEST} times the other")
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
        if attribute in _IDLE or attribute == "style" or _is_idle(attribute):
            continue
        if attribute not in _ATTRIBUTES:
            raise _refused(element, f"<{name}> has {_local(attribute)!r}, which no logo may")
        made.set(attribute, _value(element, attribute, value))
    # It comes before attributes of the same name (CSS Cascading 5, section 6.6).
    for attribute, value in _style(element):
        made.set(attribute, _value(element, attribute, value))
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        raise _refused(element, f"<{name}> holds text")
    for child in element:
        name_of_child = str(child.tag)
        if name_of_child.removeprefix(_SVG) in _LEFT_OUT or _is_idle(name_of_child):
            continue
        _made(child, made, depth=depth + 1)
    return made


def _style(element: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """What `style` says that an attribute may say as well; raises BadValueError for all else."""
    style = element.get("style", "")
    for one in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if not isinstance(one, Declaration):
            raise _refused(element, f"its style {quoted_value(style)} cannot be read")
        name, value = one.lower_name, tinycss2.serialize(one.value).strip()
        if name.startswith(_IDLE_STYLE) or (name, value) in _IDLE_VALUES:
            continue
        if name not in _STYLED:
            raise _refused(element, f"its style has {quoted_value(name)}, which no logo may")
        yield name, value


def _value(element: Any, name: str, value: str) -> str:  # noqa: ANN401
    if name == "id":
        if not _ID.fullmatch(value):
            raise _refused(element, f"the id {quoted_value(value)} is none")
        return _PREFIX + value
    plain = _REFERENCE.sub("", value)
    if not _VALUE.fullmatch(plain) or "url" in plain.casefold():
        raise _refused(element, f"{name} = {quoted_value(value)} may not be in a logo")
    return _REFERENCE.sub(rf"url(#{_PREFIX}\1)", value)


def _is_idle(name: str) -> bool:
    """Whether an element or attribute of this name is an editor's own note."""
    return name in _IDLE_NAMES or (name[:1] == "{" and name[1:].partition("}")[0] in _IDLE_SPACES)


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def _refused(element: Any, problem: str) -> BadValueError:  # noqa: ANN401
    return BadValueError(f"{problem} (line {element.sourceline})", _PLAIN)
