"""Who comes in by the door, and out: by plain HTTP on the real server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from databases import on_both
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.subscriber import (
    ConsentWay,
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)
from msnewsletter.subscribers.tokens import Purpose
from web.doors import FORM, OpenedDoor, field_of, form_token, opened_door

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADA = "Ada@example.org"
LEAVING = b"List-Unsubscribe=One-Click"
PARTS = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
)


@pytest.fixture
def door(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenedDoor]:
    if "database" in request.fixturenames:
        request.getfixturevalue("database")  # before the home, whose settings name it
    with opened_door(tmp_path, more="most_an_hour_for_a_network = 100") as opened:
        yield opened


# ── signing up ───────────────────────────────────────────────────────────────────────────────────


def test_somebody_signs_up_confirms_and_leaves(door: OpenedDoor) -> None:
    form = door.get("/subscribe")
    assert form.status == 200
    assert "multiple sclerosis" in form.text
    asked = door.sign_up(ADA, edition="low-energy")
    assert (asked.status, "a mail is on its way" in asked.text) == (200, True)

    letter = door.letter()
    assert letter.to == ADA
    assert "Auto-Submitted: auto-generated" in letter.raw
    assert letter.path in letter.html
    assert ADA.lower() not in letter.path.lower()
    assert door.person(ADA).state is SubscriberState.PENDING

    shown = door.get(letter.path)
    assert (shown.status, "Yes, send it to me" in shown.text) == (200, True)
    assert door.person(ADA).state is SubscriberState.PENDING, "a scanner's GET confirms nothing"
    door.wait(minutes=5)
    assert "You are subscribed" in door.confirm(letter.path).text
    ada = door.person(ADA)
    assert (ada.state, ada.edition, ada.since) == (
        SubscriberState.CONFIRMED,
        SubscribedEdition.LOW_ENERGY,
        door.now,
    )
    [consent] = door.store.consents(ada.id)
    assert (consent.at, consent.way) == (door.now, ConsentWay.FORM)
    assert consent.words in shown.text

    leaving = door.token(Purpose.UNSUBSCRIBE, ada)
    gone = door.ask("POST", f"/unsubscribe/{leaving}", LEAVING, FORM)
    assert (gone.status, gone.text) == (200, "Unsubscribed.\n")
    assert "set-cookie" not in gone.headers
    assert door.person(ADA).state is SubscriberState.UNSUBSCRIBED


@on_both
def test_the_door_is_the_same_on_both_databases(door: OpenedDoor) -> None:
    door.sign_up(ADA)
    door.confirm(door.letter().path)
    ada = door.person(ADA)
    assert ada.state is SubscriberState.CONFIRMED
    assert door.get("/metrics").status == 200
    token = door.token(Purpose.UNSUBSCRIBE, ada)
    assert door.ask("POST", f"/unsubscribe/{token}", LEAVING, FORM).status == 200
    assert door.person(ADA).state is SubscriberState.UNSUBSCRIBED


def test_confirming_twice_is_the_same_as_once(door: OpenedDoor) -> None:
    ada = door.put(ADA, SubscriberState.PENDING, agreed=False)
    path = f"/confirm/{door.token(Purpose.CONFIRM, ada)}"
    words = field_of(door.get(path), "words")
    first, again = door.post(path, words=words), door.post(path, words=words)
    assert (first.status, again.status) == (200, 200)
    assert first.text == again.text == door.get(path).text
    assert len(door.store.consents(ada.id)) == 1


def test_a_link_that_has_expired_offers_to_sign_up_again(door: OpenedDoor) -> None:
    ada = door.put(ADA, SubscriberState.PENDING, agreed=False)
    path = f"/confirm/{door.token(Purpose.CONFIRM, ada)}"
    door.wait(days=3, seconds=1)
    shown = door.get(path)
    assert shown.status == 410
    assert 'href="../subscribe"' in shown.text
    assert door.post(path, words="").status == 410
    assert door.person(ADA).state is SubscriberState.PENDING


def test_words_that_changed_meanwhile_are_shown_again(door: OpenedDoor) -> None:
    ada = door.put(ADA, SubscriberState.PENDING, agreed=False)
    path = f"/confirm/{door.token(Purpose.CONFIRM, ada)}"
    seen = door.get(path)
    settings = door.home.settings
    settings.write_text(settings.read_text() + '\nconsent = "Send me {title}."\n')
    again = door.post(path, words=field_of(seen, "words"))
    assert again.status == 422
    assert "Send me Plain Research Notes." in again.text
    assert door.person(ADA).state is SubscriberState.PENDING
    assert door.confirm(path).status == 200
    assert door.store.consents(ada.id)[0].words == "Send me Plain Research Notes."


@pytest.mark.parametrize("state", ["unsubscribed", "forgotten", "bounced"])
def test_who_left_comes_back_by_a_sign_up_that_they_confirm(door: OpenedDoor, state: str) -> None:
    ada = door.put(ADA)
    match state:
        case "unsubscribed":
            door.store.change_state(ada.id, SubscriberState.UNSUBSCRIBED, at=door.now)
        case "forgotten":
            door.store.forget(ada.address, secret=door.store.secret(), at=door.now)
        case "bounced":
            suppressed, why = SubscriberState.SUPPRESSED, SuppressionReason.BOUNCE
            door.store.change_state(ada.id, suppressed, at=door.now, suppression=why)
    door.wait(hours=1)
    door.sign_up(ADA)
    letter = door.letter()
    assert door.person(ADA).state is not SubscriberState.CONFIRMED
    assert door.confirm(letter.path).status == 200
    back = door.person(ADA)
    assert (back.state, back.suppression) == (SubscriberState.CONFIRMED, None)
    assert not door.store.forgotten_among([back.address], secret=door.store.secret())


def test_an_old_confirmation_does_not_take_back_that_somebody_left(door: OpenedDoor) -> None:
    ada = door.put(ADA, SubscriberState.PENDING, agreed=False)
    path = f"/confirm/{door.token(Purpose.CONFIRM, ada)}"
    door.confirm(path)
    door.wait(hours=1)
    door.post(f"/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, ada)}", page="yes")
    assert door.get(path).status == 410
    assert door.post(path, words="").status in {410, 422}
    assert door.person(ADA).state is SubscriberState.UNSUBSCRIBED


@pytest.mark.parametrize("why", [SuppressionReason.COMPLAINT, SuppressionReason.HAND])
def test_who_complained_or_was_suppressed_by_hand_gets_no_mail(
    door: OpenedDoor, why: SuppressionReason
) -> None:
    ada = door.put(ADA)
    suppressed = SubscriberState.SUPPRESSED
    door.store.change_state(ada.id, suppressed, at=door.now, suppression=why)
    door.sign_up(ADA)
    door.sign_up("bo@example.org")
    assert door.letter().to == "bo@example.org", "mails go out in the order of requests"
    assert door.person(ADA).suppression is why


def test_who_is_subscribed_already_gets_the_link_to_their_preferences(door: OpenedDoor) -> None:
    door.put(ADA)
    door.sign_up(ADA, edition="low-energy")
    letter = door.letter()
    assert "already" in letter.subject
    assert door.get(letter.path).status == 200
    assert door.person(ADA).edition is SubscribedEdition.FULL, "nobody else chooses for them"


# ── the same to the outside ──────────────────────────────────────────────────────────────────────


def test_the_answer_says_nothing_of_who_is_known(door: OpenedDoor) -> None:
    ada = door.put("known@example.org")
    left = door.put("left@example.org", SubscriberState.UNSUBSCRIBED)
    gone = door.put("gone@example.org")
    door.store.forget(gone.address, secret=door.store.secret(), at=door.now)
    hand = door.put("hand@example.org")
    suppressed, why = SubscriberState.SUPPRESSED, SuppressionReason.HAND
    door.store.change_state(hand.id, suppressed, at=door.now, suppression=why)
    addresses = [
        *(ada.address.typed, left.address.typed, "gone@example.org", "hand@example.org"),
        *("new@example.org", "nowhere@no-such-domain.example.org", "known@example.org"),
    ]
    for path in ("/subscribe", "/preferences"):
        got = [door.sign_up(address, path) for address in addresses]
        seen = {
            (one.status, one.text, tuple(sorted((one.headers | {"date": ""}).items())))
            for one in got
        }
        assert len(seen) == 1
        assert got[0].status == 200


def test_no_token_and_no_address_tells_one_dead_link_from_another(door: OpenedDoor) -> None:
    paths = [
        f"/unsubscribe/{token}"
        for token in (
            "x",
            "a" * 5000,
            door.tokens.make(Purpose.CONFIRM, "nobody", at=door.now),
            door.token(Purpose.UNSUBSCRIBE, door.put(ADA))[:-1],
        )
    ]
    assert {door.get(path).status for path in paths} == {404}
    assert len({door.get(path).text for path in paths}) == 1
    assert {door.ask("POST", path, LEAVING, FORM).status for path in paths} == {404}


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("clings", [".", ",", ")", "%3E", "%22", ").", "%E2%80%9D"])
def test_a_link_works_with_what_clings_to_it_in_a_text(door: OpenedDoor, clings: str) -> None:
    who = door.put("ada@example.org")
    path = f"/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, who)}"
    asked = door.get(path + clings)
    assert asked.status == 200
    assert f'action="..{path}"' in asked.text
    assert door.post(path + clings, page="yes").status == 200
    assert door.person("ada@example.org").state is SubscriberState.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", LEAVING),
        ("multipart/form-data; boundary=b", PARTS),
    ],
)
def test_one_click_leaves_at_once_whoever_it_is(door: OpenedDoor, kind: str, body: bytes) -> None:
    paused, forgotten = door.put(ADA), door.put("bo@example.org")
    pending = door.put("eve@example.org", SubscriberState.PENDING)
    door.store.pause(paused.id, until=door.now + timedelta(days=9))
    tokens = [door.token(Purpose.UNSUBSCRIBE, one) for one in (paused, forgotten, pending)]
    door.store.forget(forgotten.address, secret=door.store.secret(), at=door.now)
    door.wait(days=4000)
    for _ in range(2):
        for token in tokens:
            gone = door.ask("POST", f"/unsubscribe/{token}", body, {"Content-Type": kind})
            assert (gone.status, gone.text) == (200, "Unsubscribed.\n")
            assert not {"set-cookie", "location"} & gone.headers.keys()
    assert door.person(ADA).state is SubscriberState.UNSUBSCRIBED
    assert door.person(ADA).paused_until is None
    assert door.store.subscriber(forgotten.id) is None


@pytest.mark.parametrize("forgotten", [False, True])
def test_who_has_left_is_told_so_and_may_sign_up_again(
    door: OpenedDoor, *, forgotten: bool
) -> None:
    ada = door.put(ADA)
    path = f"/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, ada)}"
    door.ask("POST", path, LEAVING, FORM)
    if forgotten:
        door.store.forget(ada.address, secret=door.store.secret(), at=door.now)
    page = door.get(path)
    assert page.status == 200
    assert "You are unsubscribed" in page.text
    assert "Do you want to leave" not in page.text
    assert 'href="../subscribe"' in page.text
    assert "come-back" not in page.text, "an old mail may lie with anybody"
    # Who comes back can leave again.
    if not forgotten:
        confirmed = SubscriberState.CONFIRMED
        door.store.change_state(ada.id, confirmed, at=door.now)
        assert "Do you want to leave" in door.get(path).text


def test_the_masthead_links_to_the_site_once_it_is_there(door: OpenedDoor) -> None:
    (door.home.site / "index.html").unlink()
    assert '<p class="name"><span' in door.get("/subscribe").text
    assert '<p class="name"><a' not in door.get("/subscribe").text
    (door.home.site / "index.html").write_text("The site.")
    assert '<p class="name"><a' in door.get("/subscribe").text


def test_leaving_keeps_a_suppression(door: OpenedDoor) -> None:
    ada = door.put(ADA)
    suppressed, why = SubscriberState.SUPPRESSED, SuppressionReason.COMPLAINT
    door.store.change_state(ada.id, suppressed, at=door.now, suppression=why)
    door.ask("POST", f"/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, ada)}", LEAVING, FORM)
    assert (door.person(ADA).state, door.person(ADA).suppression) == (suppressed, why)


def test_leaving_by_the_page_can_be_taken_back(door: OpenedDoor) -> None:
    ada = door.put(ADA)
    path = f"/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, ada)}"
    page = door.get(path)
    assert "Do you want to leave" in page.text
    assert door.person(ADA).state is SubscriberState.CONFIRMED, "a scanner's GET changes nothing"
    gone = door.post(path, page="yes")
    assert "You are unsubscribed" in gone.text
    assert door.person(ADA).state is SubscriberState.UNSUBSCRIBED
    back = gone.text.split('action="../')[1].split('"')[0]
    assert door.get(f"/{back}").status == 405
    for _ in range(2):
        assert "subscribed again" in door.post(f"/{back}").text
    assert door.person(ADA).state is SubscriberState.CONFIRMED
    # Who leaves again has left: the old button is no way around that.
    door.wait(minutes=1)
    door.ask("POST", path, LEAVING, FORM)
    assert door.post(f"/{back}").status == 410


@pytest.mark.parametrize("how", ["by themselves", "by an operator"])
def test_an_old_link_brings_back_nobody_who_had_left_before(door: OpenedDoor, how: str) -> None:
    ada = door.put(ADA)
    path = f"/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, ada)}"
    if how == "by themselves":
        assert "come-back" in door.post(path, page="yes").text
    else:
        door.store.change_state(ada.id, SubscriberState.UNSUBSCRIBED, at=door.now)
    door.wait(days=365)
    again = door.post(path, page="yes")
    assert ("You are unsubscribed" in again.text, "come-back" in again.text) == (True, False)


def test_who_never_confirmed_cannot_come_back_by_leaving(door: OpenedDoor) -> None:
    eve = door.put("eve@example.org", SubscriberState.PENDING, agreed=False)
    gone = door.post(f"/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, eve)}", page="yes")
    assert "come-back" not in gone.text
    token = door.token(Purpose.COME_BACK, eve)
    assert door.post(f"/come-back/{token}").status == 410


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────


def test_somebody_without_an_old_mail_asks_for_a_link_and_chooses(door: OpenedDoor) -> None:
    ada = door.put(ADA)
    door.sign_up(ADA, "/preferences")
    path = door.letter().path
    assert "What do you want to get?" in door.get(path).text
    saved = door.post(path, edition="low-energy", pause="3")
    assert "Saved." in saved.text
    chosen = door.person(ADA)
    assert chosen.edition is SubscribedEdition.LOW_ENERGY
    assert chosen.paused_until == door.now.replace(year=2027, month=2)
    assert "23 February 2027" in door.get(path).text
    assert not chosen.gets_mail(door.now)
    door.post(path, edition="full", pause="")
    assert door.person(ADA).paused_until == chosen.paused_until, "it stays where nobody touches it"
    door.post(path, edition="full", pause="0")
    assert door.person(ADA).paused_until is None
    gone = door.post(path, leave="yes")
    assert "You are unsubscribed" in gone.text
    assert door.person(ADA).state is SubscriberState.UNSUBSCRIBED
    assert door.get(path).status == 410
    door.wait(days=1, seconds=1)
    assert 'href="../preferences"' in door.get(path).text
    del ada


@pytest.mark.parametrize("fields", [{}, {"edition": "x"}, {"edition": "full", "pause": "99"}])
def test_a_choice_that_is_none_changes_nothing(door: OpenedDoor, fields: dict[str, str]) -> None:
    ada = door.put(ADA)
    token = door.token(Purpose.PREFERENCES, ada)
    answer = door.post(f"/preferences/{token}", **fields)
    assert answer.status == 422
    assert door.person(ADA) == ada


def test_the_bare_unsubscribe_link_of_a_list_leads_to_a_link_by_mail(door: OpenedDoor) -> None:
    assert 'action="../preferences"' in door.get("/unsubscribe/").text
    assert 'action="preferences"' in door.get("/unsubscribe").text


# ── the guard ────────────────────────────────────────────────────────────────────────────────────


def test_an_address_gets_one_mail_a_day_however_often_it_is_asked_for(door: OpenedDoor) -> None:
    for typed in (ADA, ADA.upper(), f" {ADA} "):
        assert door.sign_up(typed).status == 200
    door.sign_up("bo@example.org")
    assert [door.letter().to for _ in range(2)] == [ADA, "bo@example.org"]
    door.wait(days=1)
    door.sign_up(ADA)
    assert door.letter().to == ADA


def test_a_network_and_all_together_have_their_limits(tmp_path: Path) -> None:
    limits = "most_an_hour_for_a_network = 2\nmost_an_hour = 3\nproxies = ['127.0.0.1']\n"
    with opened_door(tmp_path, more=limits) as door:

        def asked_from(address: str, who: str) -> int:
            form = form_token(door.get("/subscribe"))
            door.wait(seconds=5)
            body = f"form={form}&address={who}%40example.org".encode()
            return door.ask("POST", "/subscribe", body, {**FORM, "X-Forwarded-For": address}).status

        assert [asked_from("192.0.2.1, 203.0.113.7", f"a{n}") for n in range(3)] == [200, 200, 429]
        assert asked_from("203.0.113.200", "b") == 429, "the same /24"
        assert [asked_from("2001:db8:1:1::7", "c"), asked_from("198.51.100.1", "d")] == [200, 429]
        again = door.sign_up("e@example.org")
        assert (again.status, again.headers["retry-after"]) == (429, "3600")
        assert "Too many people" in again.text
        door.wait(hours=1)
        assert door.sign_up("e@example.org").status == 200


def test_who_is_no_proxy_of_ours_cannot_choose_its_network(tmp_path: Path) -> None:
    with opened_door(tmp_path, more="most_an_hour_for_a_network = 1\n") as door:
        assert door.sign_up("a@example.org").status == 200
        form = form_token(door.get("/subscribe"))
        door.wait(seconds=5)
        body = f"form={form}&address=b%40example.org".encode()
        faked = {**FORM, "X-Forwarded-For": "203.0.113.7"}
        assert door.ask("POST", "/subscribe", body, faked).status == 429


def test_a_server_in_front_that_nobody_named_is_said_once(door: OpenedDoor) -> None:
    form = form_token(door.get("/subscribe"))
    door.wait(seconds=5)
    for name in ("a", "b"):
        body = f"form={form}&address={name}%40example.org".encode()
        door.ask("POST", "/subscribe", body, {**FORM, "X-Forwarded-For": "203.0.113.7"})
    [said] = door.complaints
    assert "subscribe.proxies does not name 127.0.0.1" in str(said)


def test_programs_are_asked_to_press_the_button_again(door: OpenedDoor) -> None:
    form = form_token(door.get("/subscribe"))
    quick = door.post("/subscribe", form=form, address=ADA)
    assert (quick.status, "quicker than people" in quick.text) == (422, True)
    assert (form_token(quick), ADA in quick.text) == (form, True)
    assert "aria-invalid" not in quick.text
    door.wait(seconds=3)
    filled = door.post("/subscribe", form=form, address=ADA, website="x")
    assert (filled.status, "has to stay empty" in filled.text) == (422, True)
    door.wait(days=1)
    for old in (form, "", "x", door.tokens.make(Purpose.CONFIRM, "page", at=door.now)):
        late = door.post("/subscribe", form=old, address=ADA)
        assert (late.status, "open for too long" in late.text) == (422, True)
    door.wait(seconds=3)
    assert door.post("/subscribe", form=form_token(late), address=ADA).status == 200


def test_a_form_from_before_the_clock_was_set_back_counts_as_made_now(door: OpenedDoor) -> None:
    form = form_token(door.get("/subscribe"))
    door.wait(minutes=-4)
    quick = door.post("/subscribe", form=form, address=ADA)
    assert "quicker than people" in quick.text
    door.wait(seconds=10)
    assert door.post("/subscribe", form=form_token(quick), address=ADA, website="").status == 200


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "ada@exa mple.org", "a\r\nBcc: x@example.org", "<b>@x", "x" * 300]
)
def test_what_is_no_address_comes_back_with_a_reason(door: OpenedDoor, typed: str) -> None:
    answer = door.sign_up(typed)
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert "aria-invalid" in answer.text
    assert "<b>@x" not in answer.text
    assert door.store.waiting_letters().count == 0


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b'{"address": "ada@example.org"}', 415),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b--", 415),
        ({}, b"address=a%40example.org", 415),
        (FORM, b"address=" + b"a" * 17_000, 413),
        (FORM, b"a=\xff", 400),
        (FORM, b"&".join([b"a=1"] * 30), 400),
        ({**FORM, "Origin": "https://evil.example"}, b"address=a", 403),
        ({**FORM, "Origin": "http://["}, b"address=a", 403),
        ({**FORM, "Origin": "http://[notes.example.org"}, b"address=a", 403),
        ({**FORM, "Sec-Fetch-Site": "cross-site"}, b"address=a", 403),
        ({**FORM, "Origin": "null", "Sec-Fetch-Site": "same-origin"}, b"address=a", 422),
        ({**FORM, "Origin": "https://notes.example.org"}, b"address=a", 422),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(
    door: OpenedDoor, headers: dict[str, str], body: bytes, status: int
) -> None:
    assert door.ask("POST", "/subscribe", body, headers).status == status


def test_every_page_says_who_asks(door: OpenedDoor) -> None:
    ada = door.put(ADA)
    tokens = {
        "confirm": door.token(Purpose.CONFIRM, door.put("bo@example.org", SubscriberState.PENDING)),
        "preferences": door.token(Purpose.PREFERENCES, ada),
        "unsubscribe": door.token(Purpose.UNSUBSCRIBE, ada),
    }
    address = load_settings(door.home.settings).mail.postal_address
    for path in ("subscribe", "preferences", *(f"{page}/{one}" for page, one in tokens.items())):
        shown = door.get(f"/{path}")
        assert (shown.status, shown.text.count(address)) == (200, 1), path


BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/come-back/any", {}, 405),
        ("PUT", "/subscribe", {}, 405),
        ("POST", "/subscribe", {"Content-Type": "text/plain"}, 415),
        ("POST", "/preferences", {**FORM, "Origin": "https://evil.example"}, 403),
    ],
)
def test_a_refusal_is_a_page_for_people_and_a_line_for_programs(
    door: OpenedDoor, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    settings = door.home.settings
    settings.write_text(settings.read_text().replace('language = "en"', 'language = "de"', 1))
    shown = door.ask(method, path, b"a=1", headers | BROWSER)
    assert (shown.status, shown.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert '<html lang="de"' in shown.text
    assert "Es wurde nichts geändert" in shown.text
    line = door.ask(method, path, b"a=1", headers)
    assert (line.status, line.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert shown.headers.get("allow") == line.headers.get("allow")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(door: OpenedDoor, method: str) -> None:
    answer = door.ask(method, "/subscribe")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_pages_keep_tokens_to_themselves(door: OpenedDoor) -> None:
    ada = door.put(ADA)
    paths = [
        "/subscribe",
        f"/confirm/{door.token(Purpose.CONFIRM, ada)}",
        f"/preferences/{door.token(Purpose.PREFERENCES, ada)}",
        f"/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, ada)}",
    ]
    for path in paths:
        answer, head = door.get(path), door.ask("HEAD", path)
        assert (head.status, head.text) == (answer.status, "")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        policy = answer.headers["content-security-policy"]
        assert "form-action 'self'" in policy
        assert "script-src" not in policy
        assert policy.startswith("default-src 'none'")
        assert ("x-robots-tag" in answer.headers) is (path != "/subscribe")
        assert "<script" not in answer.text
        assert "example.org/unsubscribe" not in answer.text


def test_the_site_is_served_beside_the_door(door: OpenedDoor) -> None:
    assert door.get("/").text == "The site."
    assert door.get("/subscribed").status == 404
    style = door.get("/subscribe/style.css")
    assert (style.status, style.headers["content-type"]) == (200, "text/css; charset=utf-8")


def test_a_database_that_is_lost_is_no_error_of_the_reader(door: OpenedDoor) -> None:
    ada = door.put(ADA)
    token = door.token(Purpose.UNSUBSCRIBE, ada)
    with door.store._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE subscribers RENAME TO elsewhere")
        connection.exec_driver_sql("ALTER TABLE door_requests RENAME TO elsewhere2")
    gone = door.ask("POST", f"/unsubscribe/{token}", LEAVING, FORM)
    assert (gone.status, "try again" in gone.text) == (503, True)
    assert door.sign_up(ADA).status == 503
    # Whoever runs the server hears of it, once an hour, and of no address.
    assert len(door.complaints) == 1
    assert "subscribers" in str(door.complaints[0])
    assert "@" not in str(door.complaints[0])
    door.wait(hours=1)
    door.ask("POST", f"/unsubscribe/{token}", LEAVING, FORM)
    assert len(door.complaints) == 2
