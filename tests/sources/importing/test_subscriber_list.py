"""Lists of subscribers, as other programs write them and as people spoil them."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import SourceError
from msnewsletter.sources.importing.subscriber_list import SubscriberList, read_subscriber_list
from msnewsletter.subscribers.list_formats import STANDINGS
from msnewsletter.subscribers.listed_subscriber import LineFault, ListedSubscriber, RefusedLine

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at\n"
MAILCHIMP = (
    '"Email Address","First Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,'
    "LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
BUTTONDOWN = "email_address,type,creation_date,tags,unsubscription_date,undeliverability_date\n"


def opened(
    text: str | bytes, name: str = "list.csv", *, says: str | None = None, kind: str | None = None
) -> SubscriberList:
    data = text if isinstance(text, bytes) else text.encode()
    return read_subscriber_list(
        io.BytesIO(data).readline,
        name,
        format=kind,
        standing=STANDINGS[says] if says else None,
        consent="Yes.",
        at=NOW,
    )


def read(
    text: str | bytes, name: str = "list.csv", *, says: str | None = None
) -> list[tuple[str, ...]]:
    """Address, state and reason of each line; of a refused one, what is wrong."""
    return [
        (one.fault,)
        if isinstance(one, RefusedLine)
        else (one.address.key, one.standing.state, one.standing.suppression or "")
        for one in opened(text, name, says=says).lines
    ]


def one(text: str, name: str = "list.csv", *, says: str | None = None) -> ListedSubscriber:
    [found] = opened(text, name, says=says).lines
    assert isinstance(found, ListedSubscriber)
    return found


# ── listmonk ─────────────────────────────────────────────────────────────────────────────────


def test_a_listmonk_export_is_read_where_somebody_says_who_confirmed() -> None:
    text = LISTMONK + (
        '1,a@b.org,"A, ""the first""","{""city"": ""Bonn""}",enabled,'
        "2023-05-01 10:20:30.123456 +0000 UTC,2024-01-01 00:00:00 +0000 UTC\n"
        "2,c@d.org,C,{},disabled,2023-05-01 10:20:30 +0000 UTC,2024-01-01 00:00:00 +0000 UTC\n"
        "3,e@f.org,E,{},blocklisted,,\n"
    )
    assert opened(text, says="confirmed").format.name == "listmonk"
    assert read(text, says="confirmed") == [
        ("a@b.org", "confirmed", ""),
        ("c@d.org", "unsubscribed", ""),
        ("e@f.org", "suppressed", "hand"),
    ]
    first, second, _ = opened(text, says="confirmed").lines
    assert isinstance(first, ListedSubscriber)
    assert first.at == datetime(2023, 5, 1, 10, 20, 30, 123456, UTC)
    assert isinstance(second, ListedSubscriber)
    assert second.at == datetime(2024, 1, 1, tzinfo=UTC)
    assert {row[1] for row in read(text, says="unsubscribed")} == {"unsubscribed", "suppressed"}


def test_enabled_alone_tells_nothing_of_who_left() -> None:
    with pytest.raises(SourceError, match="--as unsubscribed"):
        opened(LISTMONK + "1,a@b.org,A,{},enabled,,\n")


# ── Mailchimp ────────────────────────────────────────────────────────────────────────────────


def mailchimp(address: str = "a@b.org", *, more: str = "", cells: str = "") -> str:
    confirmed = "2015-03-16 14:40:47"
    row = f'{address},Ada,2,,,"{confirmed}",,,,,,,,,"2016-01-01 00:00:00",1,2,,"""VIP"""'
    return f"{MAILCHIMP}{more}\n{row}{cells}\n"


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("subscribed_email_audience_export_1a2b.csv", "confirmed", ""),
        ("exports/2026/unsubscribed_email_audience_export_1a2b.csv", "unsubscribed", ""),
        ("cleaned_email_audience_export_1a2b.csv", "suppressed", "bounce"),
        ("nonsubscribed_email_audience_export_1a2b.csv", "pending", ""),
        ("Subscribed_members_export.csv", "confirmed", ""),
    ],
)
def test_mailchimp_s_files_are_told_apart_by_their_names(
    name: str, state: str, reason: str
) -> None:
    assert read(mailchimp(), name) == [("a@b.org", state, reason)]


def test_of_another_name_somebody_has_to_say_what_it_is() -> None:
    with pytest.raises(SourceError, match="keep the name that Mailchimp gave"):
        opened(mailchimp())
    assert read(mailchimp(), says="confirmed") == [("a@b.org", "confirmed", "")]


def test_the_strictest_of_name_word_and_signs_counts() -> None:
    left = mailchimp(more=",UNSUB_TIME,UNSUB_REASON", cells=',"2020-01-01 00:00:00",')
    assert read(left, "subscribed_x.csv") == [("a@b.org", "unsubscribed", "")]
    assert one(left, "subscribed_x.csv").at == datetime(2020, 1, 1, tzinfo=UTC)
    assert read(mailchimp(), "cleaned_x.csv", says="confirmed")[0][1] == "suppressed"


def test_mailchimp_s_time_of_confirmation_is_kept_and_repeated_columns_are_no_matter() -> None:
    found = one(mailchimp(more=",Notes2,Notes2", cells=",x,y"), "subscribed_x.csv")
    assert found.at == datetime(2015, 3, 16, 14, 40, 47, tzinfo=UTC)


# ── Buttondown ───────────────────────────────────────────────────────────────────────────────


def test_buttondown_s_types_are_known() -> None:
    text = BUTTONDOWN + (
        "a@b.org,regular,2024-02-02T10:00:00Z,,,\n"
        "c@d.org,unactivated,2024-02-02T10:00:00Z,,,\n"
        "e@f.org,unsubscribed,2024-02-02T10:00:00Z,,2025-01-01T00:00:00Z,\n"
        "g@h.org,regular,2024-02-02T10:00:00Z,,,2025-01-01T00:00:00Z\n"
        "i@j.org,complained,2024-02-02,,,\n"
        "k@l.org,brand_new_type,2024-02-02,,,\n"
    )
    assert read(text) == [
        ("a@b.org", "confirmed", ""),
        ("c@d.org", "pending", ""),
        ("e@f.org", "unsubscribed", ""),
        ("g@h.org", "suppressed", "bounce"),
        ("i@j.org", "suppressed", "complaint"),
        (LineFault.UNKNOWN_STATE,),
    ]
    assert opened("email,subscriber_type,creation_date\n").format.name == "buttondown"


# ── our own, and anybody's ───────────────────────────────────────────────────────────────────


def test_a_plain_list_of_addresses_needs_a_word() -> None:
    with pytest.raises(SourceError, match="add a column `state`"):
        opened("email\na@b.org\n")
    assert read("email\na@b.org\n", says="confirmed") == [("a@b.org", "confirmed", "")]


@pytest.mark.parametrize(
    ("column", "cells", "state", "reason"),
    [
        ("subscribed_to_emails", "false", "unsubscribed", ""),
        ("Unsubscribed", "TRUE", "unsubscribed", ""),
        ("status", "Opted-out", "unsubscribed", ""),
        ("Subscription Status", "unsubscribed", "unsubscribed", ""),
        ("unsubscribed_at", "2024-01-01", "unsubscribed", ""),
        ("status", "cleaned", "suppressed", "bounce"),
        ("state", "bounced", "suppressed", "bounce"),
        ("status", "complained", "suppressed", "complaint"),
        ("status", "blocklisted", "suppressed", "hand"),
        ("bounced", "1", "suppressed", "bounce"),
    ],
)
def test_what_a_list_says_itself_outweighs_what_is_said_of_the_whole(
    column: str, cells: str, state: str, reason: str
) -> None:
    text = f"email,name,{column}\na@b.org,A,{cells}\n"
    assert read(text, says="confirmed") == [("a@b.org", state, reason)]


def test_lines_that_say_the_same_stand_alike_and_no_other_does() -> None:
    says = ("confirmed,", "confirmed,yes", "confirmed", "unsubscribed,", "sometimes,", "confirmed,")
    lines = "".join(f"r{number}@in.test,{said}\n" for number, said in enumerate(says))
    assert [found[-2:] for found in read(f"address,state,bounced\n{lines}")] == [
        ("confirmed", ""),
        ("suppressed", "bounce"),
        ("confirmed", ""),
        ("unsubscribed", ""),
        ("unknown state",),
        ("confirmed", ""),
    ]


@pytest.mark.parametrize(
    ("column", "says_no_more", "unknown"),
    [("status", "active", "vip"), ("subscribed", "true", "perhaps"), ("bounced", "", "twice")],
)
def test_a_plain_word_that_nobody_knows_costs_its_line_alone(
    column: str, says_no_more: str, unknown: str
) -> None:
    text = f"email,{column}\na@b.org,{says_no_more}\nc@d.org,{unknown}\n"
    assert read(text, says="confirmed") == [
        ("a@b.org", "confirmed", ""),
        (LineFault.UNKNOWN_STATE,),
    ]


def test_listmonk_s_words_count_also_where_the_kind_is_said_to_be_our_own() -> None:
    lines = opened(LISTMONK + "1,a@b.org,A,{},blocklisted,,\n", says="confirmed", kind="own").lines
    [found] = lines
    assert isinstance(found, ListedSubscriber)
    assert found.standing == STANDINGS["suppressed"]


def test_a_time_to_come_or_one_that_cannot_be_read_is_none() -> None:
    found = one("address,state,since\na@b.org,confirmed,2999-01-01\n")
    assert (found.at, found.undated) == (None, True)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_separators_and_encodings_are_told_by_the_first_line(separator: str, encoding: str) -> None:
    text = (
        f"address{separator}name{separator}state\r\na@b.org{separator}Zoë{separator}confirmed\r\n"
    )
    kind = encoding.removesuffix("-bom")
    data = ("\ufeff" + text if encoding.endswith("-bom") else text).encode(kind)
    assert read(data) == [("a@b.org", "confirmed", "")]


def test_letters_that_nobody_can_tell_are_not_guessed() -> None:
    data = "address,state\na@b.org,confirmed\nb@bücher.example,confirmed\n".encode("latin-1")
    with pytest.raises(SourceError, match=r"list.csv:3: is not UTF-8") as refused:
        list(opened(data).lines)
    assert "b@b" not in str(refused.value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"a@b.org,confirmed\n", "its first line holds an address.*names, such as `address,state`"),
        (b"a@b.org\nb@b.org\n", "its first line holds an address.*write `address` above it"),
        (b"name,phone\nAda,1\n", "has no column of addresses"),
        (b"address,state,address\n", "names the column 'address' twice"),
        (b"<!doctype html><p>Log in", "is a web page"),
        (b"address\x00,state\n", "is binary"),
        (b"PK\x03\x04\x00\x00", "is binary"),
    ],
)
def test_what_is_no_list_is_one_line(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says) as refused:
        opened(data)
    assert "a@b.org" not in str(refused.value)


def test_a_kind_that_is_named_must_fit() -> None:
    with pytest.raises(SourceError, match="has not the columns of a list of the kind listmonk"):
        opened("address,state\n", kind="listmonk")


def test_each_bad_line_is_named_and_the_others_are_read() -> None:
    text = (
        "address,state,edition\n"
        ",confirmed,\n"
        "nobody,confirmed,\n"
        "a@b.org,perhaps,\n"
        "a@b.org,confirmed,short\n"
        "a@b.org,confirmed,full,Ada,more\n"
        '"a\n@b.org",confirmed,\n'
        "a@b.org\n"
        "c@d.org,confirmed,low-energy\n"
    )
    lines = [(each.line, getattr(each, "fault", "read")) for each in opened(text).lines]
    assert lines == [
        (2, LineFault.NO_ADDRESS),
        (3, LineFault.BAD_ADDRESS),
        (4, LineFault.UNKNOWN_STATE),
        (5, LineFault.UNKNOWN_EDITION),
        (6, LineFault.TOO_MANY_CELLS),
        (7, LineFault.BAD_ADDRESS),
        (9, LineFault.UNKNOWN_STATE),
        (10, "read"),
    ]


def test_a_header_alone_is_a_list_of_nobody() -> None:
    assert read("address,state\n") == []


@given(st.binary(max_size=400), st.sampled_from(["address,state\n", LISTMONK, BUTTONDOWN]))
def test_any_bytes_are_lines_or_one_error_without_an_address(data: bytes, head: str) -> None:
    said: list[str] = []
    try:
        lines = opened(head.encode() + data, says="confirmed").lines
        said.extend(each.why for each in lines if isinstance(each, RefusedLine))
    except SourceError as error:
        said.append(str(error))
    assert "@" not in "".join(said).replace("no @", "").replace("name@example.org", "")
