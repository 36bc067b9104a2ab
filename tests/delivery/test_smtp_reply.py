"""Reading replies: within bounds, whatever comes, and with no address left in them."""

from __future__ import annotations

import socket
from threading import Timer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.delivery.smtp_reply import (
    LINES,
    ReplyReader,
    UnreadableReplyError,
    parsed,
)


def read(data: bytes, *, pieces: int = 1) -> tuple[int, list[bytes]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for start in range(0, len(data), max(1, len(data) // pieces)):
            theirs.sendall(data[start : start + max(1, len(data) // pieces)])
        theirs.shutdown(socket.SHUT_WR)
        return ReplyReader(ours).read(5)


@pytest.mark.parametrize("pieces", [1, 3, 1000])
def test_a_reply_of_several_lines_is_one_however_it_comes(pieces: int) -> None:
    data = b"550-5.1.1 first\r\n550-5.1.1\r\n550 5.1.1 last\r\n250 next\r\n"
    assert read(data, pieces=pieces) == (550, [b"5.1.1 first", b"5.1.1", b"5.1.1 last"])


def test_replies_are_read_one_by_one() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"250 one\r\n354\r\n250-two\n250 three\n")
        reader = ReplyReader(ours)
        assert [reader.read(5)[0] for _ in range(2)] == [250, 354]
        assert reader.has_more
        assert reader.read(5) == (250, [b"two", b"three"])
        assert not reader.has_more
        assert not reader.unasked()
        theirs.sendall(b"421 idle\r\n")
        assert reader.unasked()


def test_a_reply_is_waited_for_as_long_as_is_said_whatever_the_socket_s_own_timeout() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        # It ends several times before anything comes.
        ours.settimeout(0.001)
        later = Timer(0.05, theirs.sendall, [b"250 late\r\n"])
        later.start()
        assert ReplyReader(ours).read(60) == (250, [b"late"])
        later.join()
        ours.settimeout(60)
        with pytest.raises(TimeoutError):
            ReplyReader(ours).read(0.01)


def test_a_reply_that_stops_in_the_middle_is_none() -> None:
    with pytest.raises(EOFError):
        read(b"250-one\r\n250 tw")


def test_as_many_lines_as_are_allowed_are_read_and_one_more_is_not() -> None:
    assert len(read(b"250-x\r\n" * (LINES - 1) + b"250 x\r\n")[1]) == LINES
    with pytest.raises(UnreadableReplyError):
        read(b"250-x\r\n" * LINES + b"250 x\r\n")


@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_are_a_reply_or_none(data: bytes) -> None:
    try:
        code, lines = read(data)
    except (UnreadableReplyError, EOFError):
        return
    assert 200 <= code <= 599
    assert parsed(code, lines).text.isprintable()


@pytest.mark.parametrize(
    ("code", "line", "enhanced", "text"),
    [
        (250, b"2.0.0 Ok: queued as 4F2C1", "2.0.0", "Ok: queued as 4F2C1"),
        (250, b"OK", None, "OK"),
        (550, b"5.1.10", "5.1.10", ""),
        (550, b"5.1.1000 too long a number", None, "5.1.1000 too long a number"),
        (550, b"5.7.1 caf\xe9 \x1b[2J", "5.7.1", "caf\N{REPLACEMENT CHARACTER} "),
    ],
)
def test_the_enhanced_code_is_taken_from_the_text(
    code: int, line: bytes, enhanced: str | None, text: str
) -> None:
    reply = parsed(code, [line])
    assert reply.enhanced == enhanced
    assert reply.text.startswith(text)


@pytest.mark.parametrize(
    ("line", "slow"),
    [
        ("421 4.3.2 going", True),
        ("421", True),
        ("450 4.7.1 greylisted", True),
        ("451 4.3.2 not accepting", True),
        ("452 4.3.1 disk full", True),
        ("452 too many", True),
        ("452 4.2.2 mailbox full", False),
        ("450 4.2.1 mailbox busy", False),
        ("550 5.7.1 policy", False),
    ],
)
def test_some_refusals_ask_to_slow_down(line: str, slow: bool) -> None:  # noqa: FBT001
    assert parsed(int(line[:3]), [line[4:].encode()]).asks_to_slow_down is slow


@given(
    before=st.text(max_size=20),
    local=st.from_regex(r"[a-z][a-z0-9.+-]{0,20}", fullmatch=True),
    quoted=st.sampled_from(["{}@in.test", "<{}@in.test>:", "'{}@IN.TEST'", "{}%40in.test", "{}"]),
)
def test_no_text_holds_an_address(before: str, local: str, quoted: str) -> None:
    said = f"{before} {quoted.format(local)} after"
    text = parsed(550, [said.encode("utf-8", "replace")], hide=[f"{local}@in.test"]).text
    assert "@" not in text
    words = [word.strip("<>()[]{}\"'.,:;!?").casefold() for word in text.split()]
    assert local.casefold().strip(".") not in set(words) - {"address"}


def test_a_very_long_text_is_cut() -> None:
    assert len(parsed(550, [b"x " * 5000] * 100).text) == 200
