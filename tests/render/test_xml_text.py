from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from msnewsletter.model import Status
from msnewsletter.render.xml_text import cleaned, legal
from render.site.sample import ENTRIES

ALLOWED = "a\tb\nc \u00a0 α γ — “x” & < ]]> 🧠 שלום \u2028 \u200f\u0301"


def test_what_xml_can_carry_stays_as_it_is() -> None:
    assert legal(ALLOWED) == ALLOWED


def test_line_ends_become_line_feeds() -> None:
    assert legal("a\r\nb\rc\n") == "a\nb\nc\n"


@given(st.text(st.characters()))
def test_any_text_made_legal_goes_through_xml_and_back(text: str) -> None:
    element = etree.Element("t")
    element.text = legal(text)
    back = etree.fromstring(etree.tostring(element, encoding="utf-8"))
    assert (back.text or "") == legal(text)
    assert legal(legal(text)) == legal(text)


def test_a_thing_is_cleaned_at_every_depth_but_for_its_key() -> None:
    entry = ENTRIES[0]
    summary = replace(
        entry.summary, key="k\x01", headline="h\x01", tags=("t\x02",), status=Status.CORRECTED
    )
    card = replace(summary.related[0], teaser="c\x03")
    clean = cleaned(replace(entry, summary=replace(summary, related=(card,)), teaser="x\x04"))
    assert (clean.teaser, clean.summary.headline, clean.summary.tags) == ("x", "h", ("t",))
    assert clean.summary.related[0].teaser == "c"
    assert clean.summary.status is Status.CORRECTED
    assert clean.summary.key == "k\x01"


def test_a_clean_thing_is_equal_to_what_it_was() -> None:
    assert cleaned(ENTRIES) == ENTRIES
