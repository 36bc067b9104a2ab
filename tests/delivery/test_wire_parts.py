"""Dots are stuffed once for all readers, and no value can change the lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.delivery.wire_parts import wire_parts
from msnewsletter.render.mail.mailmerge import MergeParts, fill, split_merge

TO = b"To: %%ADDRESS-1a2b3c4d%%\r\n"
VALUES = {"address": "reader@in.test", "message_id": "left", "token": "tok_en"}


def wired(message: bytes) -> bytes:
    return b"".join(wire_parts(split_merge(message)).filled(**VALUES))


@given(
    lines=st.lists(
        st.sampled_from([b".", b"..", b"", b"text", b".%%TOKEN-1a2b3c4d%%", b"%%TOKEN-1a2b3c4d%%."])
    )
)
def test_stuffing_the_parts_once_is_stuffing_each_filled_message(lines: list[bytes]) -> None:
    message = TO + b"\r\n" + b"".join(line + b"\r\n" for line in lines)
    filled = fill(split_merge(message), **VALUES)
    assert wired(message) == filled.replace(b"\r\n.", b"\r\n..")


def test_a_message_begins_and_ends_as_a_line_does() -> None:
    merge = MergeParts(parts=(b".first\r\nlast",), places=())
    assert b"".join(wire_parts(merge).filled(**VALUES)) == b"..first\r\nlast\r\n"


@pytest.mark.parametrize("end", [b"a\nb\r\n", b"a\rb\r\n", b"a\n.\r\n", b"a\r"])
def test_a_line_that_only_some_servers_see_is_refused(end: bytes) -> None:
    with pytest.raises(ValueError, match="CRLF"):
        wire_parts(split_merge(TO + end))


def test_a_field_whose_value_may_begin_with_a_dot_begins_no_line() -> None:
    with pytest.raises(ValueError, match="beginning of a line"):
        wire_parts(split_merge(TO + b"%%MESSAGE_ID-1a2b3c4d%%\r\n"))


@pytest.mark.parametrize("value", ["a\r\n.\r\nMAIL FROM:<x>", "a b", "", "é", "a\x00"])
@pytest.mark.parametrize("field", sorted(VALUES))
def test_a_value_cannot_change_the_lines(field: str, value: str) -> None:
    parts = wire_parts(split_merge(TO))
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        parts.filled(**(VALUES | {field: value}))
    assert repr(value)[1:-1] not in str(caught.value) or not value


def test_readers_share_the_texts() -> None:
    parts = wire_parts(split_merge(TO + b"\r\n" + b"text\r\n" * 1000))
    one, other = parts.filled(**VALUES), parts.filled(**(VALUES | {"token": "other"}))
    assert one[-1] is other[-1]
