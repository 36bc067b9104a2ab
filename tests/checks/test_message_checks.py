"""What the checks read from a message: its header fields, unfolded."""

from __future__ import annotations

from msnewsletter.checks.finding_kind import Severity
from msnewsletter.checks.message_checks import check_message, header_fields
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


def test_one_click_in_a_message_to_a_list_blocks(templates: dict[str, str]) -> None:
    message = render_mail(ISSUES["one"], templates).eml
    assert list(check_message(message)) == []
    promised = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nDate: "
    [found] = check_message(message.replace(b"Date: ", promised, 1))
    assert (found.name, found.severity) == ("headers", Severity.BLOCK)
    assert "one-click" in found.reason
