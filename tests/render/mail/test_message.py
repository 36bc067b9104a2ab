"""The messages as other programs read them: the standard library's parser, and listunsub."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import json
import re
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listunsub import audit

from msnewsletter.errors import SettingsError
from msnewsletter.model import ListAddresses
from msnewsletter.render.mail import header_encoding, mailmerge
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.render.mail.message import quoted_printable
from msnewsletter.render.mail.render import Mail, render_mail, render_short
from render.mail.samples import ISSUES, MASTHEAD, SUMMARIES, issue_of

if TYPE_CHECKING:
    from email.message import EmailMessage

ONCE = (
    "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Archive",
    "Archived-At", "Precedence", "Content-Language", "MIME-Version", "Content-Type",
)  # fmt: skip
ONE_CLICK = "List-Unsubscribe-Post"
READER = {"address": "reader@example.net", "message_id": "7.x", "token": "A_b-9" * 8}
LOW_ENERGY = ListAddresses(
    list_address="short@lists.example.org",
    unsubscribe_url="https://notes.example.org/leave-short/",
    unsubscribe_address="leave-short@example.org",
)


def parse(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, policy=email.policy.default)


def filled(mail: Mail) -> bytes:
    return mailmerge.fill(mailmerge.split_merge(mail.mailmerge), **READER)


@pytest.mark.parametrize("name", ISSUES)
def test_each_field_is_there_once_and_nothing_else(name: str, mails: dict[str, Mail]) -> None:
    to_list, to_reader = mails[name].eml, filled(mails[name])
    for message, fields in ((to_list, ONCE), (to_reader, (*ONCE, ONE_CLICK))):
        parsed = parse(message)
        assert sorted(parsed.keys()) == sorted(fields)
        assert not parsed.defects
        assert all(not part.defects for part in parsed.walk())


def test_the_fields_say_who_sends_what_to_whom_and_when(eight: Mail) -> None:
    message = parse(eight.eml)
    assert message["From"].addresses[0].addr_spec == "notes@example.org"
    assert message["From"].addresses[0].display_name == "Plain Research Notes"
    assert message["To"] == "digest@lists.example.org"
    assert message["Subject"] == "Issue 7: 8 studies, 23 November 2026"
    assert message["Date"] == "Mon, 23 Nov 2026 08:00:00 +0100"
    assert message["Date"].datetime == ISSUES["eight"].cutoff
    uuid = ISSUES["eight"].id.removeprefix("urn:uuid:")
    assert message["Message-ID"] == f"<issue-7.{uuid}@example.org>"
    assert message["List-Id"] == "Plain Research Notes <digest.lists.example.org>"
    assert message["Archived-At"] == "<https://notes.example.org/issues/0007.html>"
    assert message["Content-Language"] == "en"
    assert message["Precedence"] == "bulk"


def test_one_study_is_not_one_studies(mails: dict[str, Mail]) -> None:
    assert parse(mails["one"].eml)["Subject"].startswith("Issue 7: 1 study,")


def test_the_body_is_plain_text_first_then_html_both_whole(eight: Mail) -> None:
    message = parse(eight.eml)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for part, expected in ((text, eight.text), (html, eight.html)):
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        assert part.get_content_charset() == "utf-8"
        assert part.get_payload(decode=True).replace(b"\r\n", b"\n") == expected


@pytest.mark.parametrize("name", ISSUES)
def test_unsubscribing_has_no_problem_that_listunsub_knows(
    name: str, mails: dict[str, Mail]
) -> None:
    parsed = parse(filled(mails[name]))
    assert audit(parsed["List-Unsubscribe"], parsed[ONE_CLICK]) == []


def test_one_click_is_promised_only_where_the_url_says_who_is_unsubscribed(
    templates: dict[str, str],
) -> None:
    files = render_folder(issue_of(SUMMARIES[0], low_energy=LOW_ENERGY), templates).files
    assert [name for name, data in files.items() if parse(data)[ONE_CLICK]] == [
        "mailmerge.eml",
        "mailmerge-short.eml",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<https://", "<http://"),
        ("<https:", "<mailto:a@b.example>, <ftp:"),
        ("List-Unsubscribe=One-Click", "List-Unsubscribe=Two-Clicks"),
        ("List-Unsubscribe=One-Click", ""),
    ],
)
def test_listunsub_minds_what_breaks_unsubscribing(eight: Mail, old: str, new: str) -> None:
    parsed = parse(filled(eight))
    fields = [parsed["List-Unsubscribe"], parsed[ONE_CLICK]]
    broken = [str(field).replace(old, new) for field in fields]
    assert broken != fields
    assert audit(*broken) != []


def test_the_list_message_links_to_the_general_unsubscribe_page(eight: Mail) -> None:
    assert parse(eight.eml)["List-Unsubscribe"] == (
        "<https://notes.example.org/unsubscribe/>, "
        "<mailto:unsubscribe@example.org?subject=unsubscribe>"
    )
    assert b"%%" not in eight.eml + eight.html + eight.text


@pytest.mark.parametrize("name", ISSUES)
def test_lines_are_ascii_end_with_crlf_and_stay_short(name: str, mails: dict[str, Mail]) -> None:
    for message in (mails[name].eml, filled(mails[name])):
        head, _, body = message.partition(b"\r\n\r\n")
        assert message.isascii()
        assert message.endswith(b"\r\n")
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)
        assert max(map(len, body.split(b"\r\n"))) <= 76
        assert max(map(len, head.split(b"\r\n"))) <= 998
        # Neither mailbox files nor senders have anything to change.
        assert not re.search(rb"^(?:\.|From )", body, re.MULTILINE)


@pytest.mark.parametrize("name", ISSUES)
def test_a_filled_message_holds_its_reader_once_and_the_token_in_every_unsubscribe_link(
    name: str, mails: dict[str, Mail]
) -> None:
    message = filled(mails[name])
    parsed = parse(message)
    link = MASTHEAD.unsubscribe_url + READER["token"]
    assert message.count(READER["address"].encode()) == 1
    assert parsed["To"] == READER["address"]
    assert parsed["Message-ID"] == f"<{READER['message_id']}@example.org>"
    assert parsed["List-Unsubscribe"] == (
        f"<{link}>, <mailto:unsubscribe@example.org?subject=unsubscribe%20{READER['token']}>"
    )
    text, html = (part.get_content() for part in parsed.iter_parts())
    assert text.count(link) == html.count(f'href="{link}"') == 2
    assert (text + html).count(MASTHEAD.unsubscribe_url) == 4
    assert b"%%" not in message


@pytest.mark.parametrize("name", ISSUES)
def test_the_recorded_offsets_fill_the_file_as_well(name: str, mails: dict[str, Mail]) -> None:
    mail = mails[name]
    values = {
        field: READER[field.strip("%").rpartition("-")[0].lower()].encode()
        for field in mail.merge_fields
    }
    message = mail.mailmerge
    places = sorted(
        ((offset, field) for field, offsets in mail.merge_fields.items() for offset in offsets),
        reverse=True,
    )
    for offset, field in places:
        assert message[offset:].startswith(field.encode())
        message = message[:offset] + values[field] + message[offset + len(field) :]
    assert message == filled(mail)


def test_a_text_that_looks_like_a_merge_field_stays_text(
    eight: Mail, templates: dict[str, str]
) -> None:
    fields = " ".join(eight.merge_fields)
    other = "%%ADDRESS-00000000%% %%TOKEN-00000000%%"
    summary = dataclasses.replace(SUMMARIES[0], found=f"{fields} {other}")
    # The same issue number: without care it would choose the same field names.
    mail = render_mail(issue_of(summary), templates)
    text = next(iter(parse(filled(mail)).iter_parts())).get_content()
    assert f"{fields} {other}" in " ".join(text.split())
    assert filled(mail).count(READER["address"].encode()) == 1


def test_a_file_without_merge_fields_is_refused(eight: Mail) -> None:
    with pytest.raises(ValueError, match="no merge field in To"):
        mailmerge.split_merge(eight.eml)


@pytest.mark.parametrize(
    "name",
    [
        'Research, Notes "plain" \\ & simple',
        "Notes (weekly)",
        "Ünïcode Nötes α γ",
        "研究笔记" * 30,
        "=?utf-8?q?not_encoded?=",
        "N" * 300,
        "Notes for people, families & everyone else who wants to read about new research",
    ],
)
def test_any_name_arrives_as_it_was_written(name: str, templates: dict[str, str]) -> None:
    issue = issue_of(SUMMARIES[0], from_name=name, title=name, subject="{title}: {count}")
    eml = render_mail(issue, templates).eml
    message = parse(eml)
    # The new parser keeps the spaces between encoded words ; the old one does not.
    sender = re.sub(r"\r?\n", "", email.message_from_bytes(eml)["From"])
    assert str(make_header(decode_header(parseaddr(sender)[0]))) == name
    assert message["From"].addresses[0].addr_spec == "notes@example.org"
    assert message["Subject"] == f"{name}: 1 study"
    assert message["List-Id"].endswith("<digest.lists.example.org>")
    assert "=?" not in message["List-Id"] + message["List-Unsubscribe"] + message["Message-ID"]


@pytest.mark.parametrize(
    "field", ["title", "from_name", "subject", "language", "description", "postal_address", "why"]
)
def test_a_line_break_in_a_setting_cannot_begin_a_header(
    field: str, templates: dict[str, str]
) -> None:
    issue = issue_of(SUMMARIES[0], **{field: "en\r\nBcc: everyone@example.com\n\nbody\x00\udc80"})
    message = render_mail(issue, templates).eml
    assert sorted(parse(message).keys()) == sorted(ONCE)
    assert b"\nBcc" not in message.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (field, value)
        for field in ("from_address", "reply_to", "list_address", "unsubscribe_address")
        for value in ("a@b.example\r\nBcc: c@d.example", "a b@c.example", "ü@b.example", "a@b>", "")
    ]
    + [
        (field, value)
        for field in ("unsubscribe_url", "site")
        for value in ("https://a.example/\nBcc: x", "https://a.example/> <", "x" * 2000, "/u/")
    ],
)
def test_an_address_that_could_end_its_header_is_refused_by_name(
    field: str, value: str, templates: dict[str, str]
) -> None:
    issue = issue_of(SUMMARIES[0], **{field: value})
    with pytest.raises(
        SettingsError, match=rf"newsletter\.toml: {field} = .* may not be in a mail"
    ):
        render_mail(issue, templates)


@pytest.mark.parametrize("field", ["list_address", "unsubscribe_url", "unsubscribe_address"])
def test_an_address_of_the_other_list_that_may_not_be_in_a_mail_is_refused_by_its_whole_name(
    field: str, templates: dict[str, str]
) -> None:
    bad = dataclasses.replace(LOW_ENERGY, **{field: "a@b.example> <"})
    issue = issue_of(SUMMARIES[0], low_energy=bad)
    with pytest.raises(SettingsError, match=rf"newsletter\.toml: low_energy\.{field} = "):
        render_short(issue, templates)


# ── where answers go, and two lists ──────────────────────────────────────────────────────────────


def test_answers_go_where_the_newsletter_wants_them(templates: dict[str, str]) -> None:
    issue = issue_of(SUMMARIES[0], reply_to="editors@example.org", low_energy=LOW_ENERGY)
    files = render_folder(issue, templates).files
    messages = [parse(data) for name, data in files.items() if name.endswith(".eml")]
    assert [str(message["Reply-To"]) for message in messages] == ["editors@example.org"] * 4
    assert parse(render_mail(ISSUES["one"], templates).eml)["Reply-To"] is None


@pytest.mark.parametrize("name", ["digest-short.eml", "mailmerge-short.eml"])
def test_a_list_of_its_own_is_that_of_the_low_energy_edition_alone(
    name: str, templates: dict[str, str]
) -> None:
    both = render_folder(issue_of(SUMMARIES[0], low_energy=LOW_ENERGY), templates)
    tokens = re.findall(rb"%%TOKEN-[0-9a-f]{8}%%", both.files[name])
    token = tokens[0].decode() if tokens else ""
    short, long = parse(both.files[name]), parse(both.files[name.replace("-short", "")])
    assert short["List-Id"] == (
        '"Plain Research Notes, low-energy edition" <short.lists.example.org>'
    )
    assert long["List-Id"] == "Plain Research Notes <digest.lists.example.org>"
    words = f"unsubscribe%20{token}" if token else "unsubscribe"
    assert short["List-Unsubscribe"] == (
        f"<https://notes.example.org/leave-short/{token}>, "
        f"<mailto:leave-short@example.org?subject={words}>"
    )
    assert "leave-short" not in long["List-Unsubscribe"]
    assert token or short["To"] == "short@lists.example.org"


def test_a_reader_leaves_the_list_of_the_edition_that_they_read(templates: dict[str, str]) -> None:
    files = render_folder(issue_of(SUMMARIES[0], low_energy=LOW_ENERGY), templates).files
    for name, ours, other in (
        ("digest-short", "/leave-short/", "/unsubscribe/"),
        ("digest", "/unsubscribe/", "/leave-short/"),
    ):
        for kind in ("html", "txt", "eml"):
            shown = unfolded(files[f"{name}.{kind}"])
            assert ours in shown
            assert other not in shown


def unfolded(data: bytes) -> str:
    """The text without the soft line breaks of quoted-printable."""
    return data.replace(b"=\r\n", b"").decode()


def test_without_a_list_of_its_own_the_low_energy_edition_goes_to_that_of_the_digest(
    templates: dict[str, str],
) -> None:
    short = parse(render_short(ISSUES["one"], templates).eml)
    long = parse(render_mail(ISSUES["one"], templates).eml)
    for field in ("To", "List-Id", "List-Unsubscribe"):
        assert short[field] == long[field]
    assert short["Message-ID"] != long["Message-ID"]


# ── both editions, filled ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "fields"),
    [("mailmerge.eml", "merge_fields"), ("mailmerge-short.eml", "merge_fields_short")],
)
def test_the_manifest_says_where_each_file_is_to_be_filled(
    name: str, fields: str, templates: dict[str, str]
) -> None:
    folder = render_folder(issue_of(SUMMARIES[0], low_energy=LOW_ENERGY), templates)
    message, places = folder.files[name], json.loads(folder.manifest)[fields]
    assert [field.strip("%").partition("-")[0] for field in places] == [
        "ADDRESS",
        "MESSAGE_ID",
        "TOKEN",
    ]
    for field, offsets in places.items():
        assert offsets
        assert all(message[offset:].startswith(field.encode()) for offset in offsets)
        assert message.count(field.encode()) == len(offsets)


def test_the_low_energy_edition_is_the_same_to_its_list_and_to_a_reader(
    templates: dict[str, str],
) -> None:
    issue = issue_of(SUMMARIES[0], low_energy=LOW_ENERGY)
    files, short = render_folder(issue, templates).files, render_short(issue, templates)
    for kind, made in (("eml", short.eml), ("html", short.html), ("txt", short.text)):
        assert files[f"digest-short.{kind}"] == made
    merge = mailmerge.split_merge(files["mailmerge-short.eml"])
    text, html = parse(mailmerge.fill(merge, **READER)).iter_parts()
    for part, made in ((text, short.text), (html, short.html)):
        body = part.get_payload(decode=True).replace(b"\r\n", b"\n")
        own = f"/leave-short/{READER['token']}".encode()
        assert own in body
        assert body.replace(own, b"/leave-short/") == made


def test_the_longest_values_that_the_documents_allow_keep_lines_short(eight: Mail) -> None:
    longest = {
        "address": f"{'a' * 64}@{'b' * 185}.org",
        "message_id": "i" * 64,
        "token": "t" * 64,
    }
    message = mailmerge.fill(mailmerge.split_merge(eight.mailmerge), **longest)
    head, _, body = message.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert parse(message)["Message-ID"] == f"<{'i' * 64}@example.org>"


@given(st.text())
def test_any_text_is_one_folded_field_that_reads_back_as_itself(text: str) -> None:
    field = header_encoding.unstructured("Subject", text)
    lines = field.split("\r\n")
    assert field.isascii()
    assert all(len(line) <= 76 for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])
    shown = str(make_header(decode_header("".join(lines).removeprefix("Subject:"))))
    assert shown.split() == header_encoding.unfolded(text).split()


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r")))
def test_quoted_printable_reads_back_as_itself(text: str) -> None:
    encoded = quoted_printable(text)
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
    part = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable"
    payload = email.message_from_bytes(part + b"\n\n" + encoded).get_payload(decode=True)
    assert payload == text.replace("\n", "\r\n").encode()


def test_fragile_line_starts_are_encoded() -> None:
    assert quoted_printable(".a\n.b\nFrom c\nFromage") == (
        b"=2E=\r\na\r\n=2E=\r\nb\r\n=46rom =\r\nc\r\nFromage"
    )
