"""Whatever comes back: no error, no address that shows, and nothing changes without our hash."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from inbound_corpus import CORPUS, DELIVERY, VERP, read
from msnewsletter.delivery.inbound.diagnostic import scrubbed
from msnewsletter.delivery.inbound.inbound_kinds import Bounce, Complaint, StatusNotice

BYTES = [path.read_bytes() for path in CORPUS.values()]
LINES = sorted({line for text in BYTES for line in text.splitlines(keepends=True)})
OURS = VERP.make(DELIVERY).encode()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A message of the corpus, cut, with something put in or taken out, lines of others between."""
    text = draw(st.sampled_from(BYTES))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        until = draw(st.integers(at, min(len(text), at + 200)))
        text = text[:at] + draw(st.binary(max_size=8) | st.sampled_from(LINES)) + text[until:]
    return text


MESSAGES = st.binary() | damaged() | st.lists(st.sampled_from(LINES)).map(b"".join)


@settings(max_examples=examples(400))
@given(MESSAGES, st.text(max_size=20))
def test_nothing_raises_and_no_address_shows(message: bytes, envelope_to: str) -> None:
    found = read(message, envelope_to=envelope_to)
    shown = f"{found!r} {found}"
    assert "@" not in shown
    assert shown.isprintable()


@settings(max_examples=examples(200))
@given(MESSAGES)
def test_nobody_is_suppressed_by_a_report_without_our_hash(message: bytes) -> None:
    without = re.sub(
        re.escape(OURS), b"bounces+4711.aaaaaaaaaaaaaaaa@news.example", message, flags=re.IGNORECASE
    )
    found = read(without)
    assert not isinstance(found, Bounce | StatusNotice)
    # A complaint may have a token, which is for others to verify.
    assert not isinstance(found, Complaint) or found.delivery is None


@given(st.text(), st.emails(), st.text())
def test_no_address_is_left_in_what_a_server_said(before: str, address: str, after: str) -> None:
    shown = scrubbed(f"{before} <{address}> {after}", recipients={address})
    assert address not in shown
    assert "@" not in shown
    assert len(shown) <= 300
    assert shown.isprintable()


def test_the_name_before_the_at_goes_too() -> None:
    said = "550 no user erika.mustermann (Mustermann, Erika) here"
    shown = scrubbed(said, recipients={"erika.mustermann@uni.example"})
    assert shown == "550 no user (address) ((address), (address)) here"


def test_an_at_in_disguise_goes_too() -> None:
    for text in ("a=40b.example", "a%40b", "a&#64;b", "a＠b.example", "a(at)b", "a[AT]b"):
        assert scrubbed(f"x {text} y", recipients=()) == "x (address) y"
