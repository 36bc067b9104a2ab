"""What the checks read from a message: its header fields, unfolded."""

from __future__ import annotations

from msnewsletter.checks.message_checks import header_fields
from msnewsletter.render.mail.render import render_mail
from render.mail.samples import ISSUES


def test_header_fields_are_unfolded_and_the_body_is_left_out() -> None:
    message = (
        b"To: a\r\nSubject: one\r\n two\r\n\tthree\r\nX: \xff: y\r\n\r\nBody: not a header\r\n"
    )
    fields = dict(header_fields(message))
    assert fields.keys() == {"To", "Subject", "X"}
    assert fields["Subject"].split() == ["one", "two", "three"]
    assert fields["X"].endswith(": y")


def test_header_fields_are_those_of_the_message_itself(templates: dict[str, str]) -> None:
    names = [name for name, _ in header_fields(render_mail(ISSUES["eight"], templates).eml)]
    assert {"From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"} <= set(names)
    assert len(names) == len(set(names))
