"""A logo in SVG is made anew of what may stand in a page, or refused with its line."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from msnewsletter.errors import BadValueError
from msnewsletter.theme.logo import LOGO_LIMIT, safe_logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"{}>{}</svg>'


def svg(inside: str = "", more: str = "") -> bytes:
    return SVG.format(more, inside).encode()


def test_what_draws_is_kept_and_what_is_read_out_is_left_to_the_name_beside_it() -> None:
    drawn = '<title>T</title><desc>D</desc><g fill="#123456"><path d="M0 0L9 9" stroke="red"/></g>'
    assert safe_logo(b"<?xml version='1.0'?><!-- by hand -->" + svg(drawn)) == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" width="80" height="40" '
        'focusable="false"><g fill="#123456"><path d="M0 0L9 9" stroke="red"/></g></svg>'
    )


@pytest.mark.parametrize("said", [b"0,0,20,10", b" -1e0 .5 , +20 10.0\n", b"0 0 2E1 10"])
def test_a_view_box_is_read_as_a_browser_reads_it(said: bytes) -> None:
    assert 'width="80" height="40"' in safe_logo(svg().replace(b"0 0 20 10", said))


def test_its_own_ids_are_those_of_no_other_element_of_the_page() -> None:
    drawn = (
        '<defs><linearGradient id="main"><stop offset="0" stop-color="#fff"/></linearGradient>'
        '</defs><rect x="1" y="1" width="2" height="2" fill="url(#main)"/>'
    )
    made = safe_logo(svg(drawn))
    assert 'id="logo-main"' in made
    assert 'fill="url(#logo-main)"' in made


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (svg("<script>alert(1)</script>"), "it holds <script>"),
        (svg("<foreignObject><p/></foreignObject>"), "it holds <foreignObject>"),
        (svg('<image href="https://a.example/b.png"/>'), "it holds <image>"),
        (svg('<use href="#a"/>'), "it holds <use>"),
        (svg('<a href="https://a.example/"><path d="M0 0"/></a>'), "it holds <a>"),
        (svg("<style>@import 'https://a.example/b.css'</style>"), "it holds <style>"),
        (svg('<animate attributeName="href"/>'), "it holds <animate>"),
        (svg("<text>MS</text>"), "it holds <text>"),
        (svg("<svg/>"), "it holds <svg>"),
        (svg('<h:p xmlns:h="http://www.w3.org/1999/xhtml">x</h:p>'), "it holds <p>"),
        (svg("loose words"), "<svg> holds text"),
        (svg("<g/>loose words"), "<svg> holds text"),
        (svg('<path onclick="alert(1)" d="M0 0"/>'), "<path> has 'onclick'"),
        (svg('<path style="fill:url(https://a.example)" d=""/>'), "fill = 'url(https"),
        (svg('<path style="background:url(//a)" d=""/>'), "its style has 'background'"),
        (svg('<path style="display:none" d=""/>'), "its style has 'display'"),
        (svg('<path style="fill:red;@import" d=""/>'), "its style 'fill:red;@import' cannot be"),
        (svg('<path style="fill:\\75rl(//a)" d=""/>'), "fill = "),
        (svg('<path style="d:path()" d=""/>'), "its style has 'd'"),
        (svg('<x:g xmlns:x="https://a.example/ns"/>'), "it holds <g>"),
        (svg('<g xmlns:x="https://a.example/ns" x:label="a"/>'), "<g> has 'label'"),
        (svg('<g inkscape:label="a"/>'), "it is not XML (Namespace prefix inkscape for label"),
        (svg('<path class="masthead" d=""/>'), "<path> has 'class'"),
        (svg("", ' onload="alert(1)"'), "<svg> has 'onload'"),
        (
            svg('<g xmlns:x="http://www.w3.org/1999/xlink" x:href="https://a.example"/>'),
            "<g> has 'href'",
        ),
        (svg('<path fill="url(https://a.example/#b)" d=""/>'), "fill = 'url(https"),
        (svg("<path fill=\"url('#b')\" d=''/>"), 'fill = "url('),
        (svg('<path fill="\\75rl(#b)" d=""/>'), "fill = "),
        (svg('<path fill="url(//a)" d=""/>'), "fill = "),
        (svg('<g id="a b"/>'), "the id 'a b' is none"),
        (svg("<g>" * 40 + "</g>" * 40), "more than 30 deep"),
        (b"<!DOCTYPE svg [<!ENTITY a 'x'>]>" + svg("&a;"), "it has a document type"),
        (b'<!DOCTYPE svg PUBLIC "x" "https://a.example/">' + svg(), "it has a document type"),
        (b"<html><body/></html>", "it is no SVG picture"),
        (b"<svg viewBox='0 0 1 1'/>", "it is no SVG picture"),
        (b"\x89PNG\r\n", "it is not XML"),
        (b"", "it is not XML"),
        (b"\xff\xfe", "it is not XML"),
        (svg().replace(b' viewBox="0 0 20 10"', b""), "it has no viewBox"),
        (svg().replace(b"0 0 20 10", b"0 0 nan 10"), "its viewBox '0 0 nan 10' is not"),
        (svg().replace(b"0 0 20 10", b"0_0 1_0 1 1"), "its viewBox '0_0 1_0 1 1' is not"),
        (svg().replace(b"0 0 20 10", b"inf nan 1 1"), "its viewBox 'inf nan 1 1' is not"),
        (svg().replace(b"0 0 20 10", b"1e999 0 1 1"), "its viewBox '1e999 0 1 1' is not"),
        (svg().replace(b"0 0 20 10", b"0 0 1"), "its viewBox '0 0 1' is not four numbers"),
        (svg().replace(b"0 0 20 10", b"0 0,,1 1"), "its viewBox '0 0,,1 1' is not four"),
        (svg().replace(b"0 0 20 10", "0 0 ١ 1".encode()), "its viewBox '0 0 ١ 1' is not"),
        (svg().replace(b"0 0 20 10", b"0 0 0 10"), "it is 0 wide"),
        (svg().replace(b"0 0 20 10", b"0 0 500 10"), "it is 500 wide and 10 high"),
        (svg(f'<path d="{"M0 0" * LOGO_LIMIT}"/>'), "bytes, and each page would carry them"),
    ],
)
def test_anything_else_is_refused_as_a_whole(data: bytes, problem: str) -> None:
    with pytest.raises(BadValueError) as refused:
        safe_logo(data)
    assert problem in refused.value.problem
    assert refused.value.remedy


def test_a_style_is_read_as_css_is() -> None:
    style = "font-family:'a;b';/* c:d */ FILL : red ; ;"
    assert b'fill="red"' in safe_logo(svg(f'<path style="{style}" d=""/>')).encode()


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(BadValueError, match=r"\(line 3\)"):
        safe_logo(svg("\n\n<script/>\n"))


def test_entities_of_another_file_are_never_read() -> None:
    data = b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("<g>&a;</g>")
    with pytest.raises(BadValueError, match="document type"):
        safe_logo(data)


def test_what_is_made_is_one_element_of_svg_alone() -> None:
    made = etree.fromstring(safe_logo(svg('<g><circle cx="1" cy="1" r="1"/></g>')))
    assert {one.tag for one in made.iter()} <= {
        f"{{http://www.w3.org/2000/svg}}{name}" for name in ("svg", "g", "circle")
    }


INKSCAPE = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<svg width="20mm" height="10mm" viewBox="0 0 20 10" version="1.1" id="svg1"
   inkscape:version="1.3.2" sodipodi:docname="logo.svg"
   xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
   xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
   xmlns="http://www.w3.org/2000/svg" xmlns:svg="http://www.w3.org/2000/svg">
  <sodipodi:namedview id="view" pagecolor="#ffffff" inkscape:zoom="4">
    <inkscape:page x="0" y="0" width="20" height="10" id="page"/>
  </sodipodi:namedview>
  <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">text</rdf:RDF></metadata>
  <defs id="defs1"/>
  <g inkscape:label="Layer 1" inkscape:groupmode="layer" id="layer1" style="display:inline">
    <path style="fill:#123456;stroke:none;stroke-width:0.26;-inkscape-stroke:none;font-size:3px"
       fill="red" d="M 0,0 9,9 Z" sodipodi:nodetypes="ccc"/>
  </g>
</svg>"""


def test_what_inkscape_notes_for_itself_is_left_out_and_the_drawing_stays() -> None:
    made = safe_logo(INKSCAPE.encode())
    assert not re.search("inkscape|sodipodi|style|rdf|metadata|text", made)
    drawn = '<path d="M 0,0 9,9 Z" fill="#123456" stroke="none" stroke-width="0.26"/>'
    assert drawn in made.replace('fill="#123456" d="M 0,0 9,9 Z"', 'd="M 0,0 9,9 Z" fill="#123456"')
