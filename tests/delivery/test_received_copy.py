"""A received copy, compared with what was frozen: a line for each change, none for encodings."""

from __future__ import annotations

import re
from contextlib import suppress
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.delivery.dkim_check import dkim_signatures
from msnewsletter.delivery.received_copy import compare_copy
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.render.mail.mailmerge import fill, split_merge
from render.mail.samples import SUMMARIES, issue_of

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "mU4WnZ0hQ7yKc1RtX2bV9gmU4WnZ0hQ7yKc1RtX2bV9g"  # noqa: S105  (of no reader)
READER = "reader.of.mail@example.net"


@pytest.fixture(scope="module")
def frozen(root: Path) -> bytes:
    templates = {
        path.relative_to(root / "templates").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((root / "templates").rglob("*.j2"))
    }
    return render_folder(issue_of(*SUMMARIES[:3]), templates).files["mailmerge.eml"]


@pytest.fixture(scope="module")
def copy(frozen: bytes) -> bytes:
    """What a reader gets."""
    return fill(split_merge(frozen), address=READER, message_id="0f8fad5bd9cb469f", token=TOKEN)


def rewritten(copy: bytes, kind: str, old: str, new: str) -> bytes:
    """A copy in which a provider has changed one part, and encoded it anew."""
    # Headers stay as they are: folding List-Unsubscribe anew would break it.
    message = message_from_bytes(copy, policy=policy.SMTP.clone(refold_source="none"))
    for part in message.walk():
        if part.get_content_type() == f"text/{kind}":
            text = part.get_content()
            assert re.search(old, text), old
            part.set_content(re.sub(old, new, text), subtype=kind, cte="base64")
    return message.as_bytes()


def wrong(frozen: bytes, received: bytes) -> list[str]:
    found = compare_copy(frozen, received)
    assert all(TOKEN not in one.says and READER not in one.says for one in found)
    assert all(one.says.isprintable() for one in found)
    return [one.says for one in found if not one.ok]


def test_what_arrived_as_it_was_sent_has_no_line(frozen: bytes, copy: bytes) -> None:
    assert wrong(frozen, copy) == []
    [line] = compare_copy(frozen, copy)
    assert line.says == "it says what was sent, and leads where that led"


def test_another_encoding_and_more_headers_are_no_difference(frozen: bytes, copy: bytes) -> None:
    received = b"Received: from a by b; now\n" + rewritten(copy, "html", r"\Z", "")
    assert wrong(frozen, received.replace(b"\r\n", b"\n")) == []


# By what the line about it says: the part, what is there, and what a provider makes of it.
CHANGES = {
    "in the HTML, an image was added (https://open.provider.example/…): it tells who reads": (
        "html",
        "</body>",
        '<img src="https://open.provider.example/o/c2VjcmV0" width="1"></body>',
    ),
    "links lead elsewhere, e.g. to https://click.provider.example/…": (
        "html",
        r'href="https://notes[^"]*"',
        'href="https://click.provider.example/ls/c2VjcmV0"',
    ),
    "in the HTML, the text was changed, from here on: 'Sent by Provider": (
        "html",
        "</body>",
        "<p>Sent by Provider</p></body>",
    ),
    "in the HTML, a link was added, e.g. to https://p.example/…": (
        "html",
        "</body>",
        '<a href="https://p.example/c2VjcmV0"></a></body>',
    ),
    "in the plain text, the text was changed, from here on: 'Sent with": (
        "plain",
        r"\Z",
        "\nSent with Provider, free of charge\n",
    ),
    "links lead elsewhere, e.g. to https://t.example/…": (
        "plain",
        r"https://notes\S*",
        "https://t.example/c2VjcmV0",
    ),
}


@pytest.mark.parametrize("line", CHANGES)
def test_each_change_of_a_part_is_one_line(frozen: bytes, copy: bytes, line: str) -> None:
    [says] = wrong(frozen, rewritten(copy, *CHANGES[line]))
    assert line in says
    assert "c2VjcmV0" not in says


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            rb"\r\nList-Unsubscribe-Post: [^\r]*",
            b"",
            "the header List-Unsubscribe-Post was removed",
        ),
        (rb"\r\nList-Id: [^\r]*", b"\r\nList-Id: <x.example>", "the header List-Id was changed"),
        (rb"\r\nPrecedence: bulk", b"", "the header Precedence was removed"),
        (
            rb"\r\nSubject: ",
            b"\r\nSubject: [EXTERN] ",
            "the header Subject was changed: '[EXTERN] ",
        ),
        (rb"\r\nDate: ", b"\r\nReply-To: a@b.example\r\nDate: ", "the header Reply-To was added"),
    ],
)
def test_each_change_of_a_header_is_one_line(
    frozen: bytes, copy: bytes, old: bytes, new: bytes, line: str
) -> None:
    changed = re.sub(old, lambda _: new, copy, count=1)
    assert changed != copy
    [says] = wrong(frozen, changed)
    assert says.startswith(line)


def test_a_part_that_was_removed_and_one_that_was_added_have_a_line(
    frozen: bytes, copy: bytes
) -> None:
    received = copy.replace(b"Content-Type: text/html", b"Content-Type: text/calendar")
    assert wrong(frozen, received) == [
        "the HTML was removed",
        "a part was added, of the type text/calendar",
    ]


def test_a_message_id_of_the_provider_s_is_said_and_is_well(frozen: bytes, copy: bytes) -> None:
    received = re.sub(rb"\r\nMessage-ID: [^\r]*", b"\r\nMessage-ID: <1@amazonses.example>", copy)
    assert wrong(frozen, received) == []
    assert "Message-ID was replaced" in compare_copy(frozen, received)[-1].says


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 1000,
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 10_000,
        b"DKIM-Signature: " + b"a=" * 100_000 + b"\r\n\r\nx",
        b"DKIM-Signature: v=1;d=;s=;h=\r\n" * 5_000 + b"\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a href='http://[x'>" * 1_000,
        b"List-Unsubscribe: " + b"https://" * 10_000,
    ],
)
def test_whatever_the_file_holds_it_ends_soon(frozen: bytes, hostile: bytes) -> None:
    with suppress(ValueError):  # it is no mail at all
        assert wrong(frozen, hostile)
    assert all(one.valid is not True for one in dkim_signatures(hostile, key=b"v=DKIM1; p="))


@given(st.binary(max_size=2000))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(ValueError):
        compare_copy(data, data)
    dkim_signatures(data, key=b"")
