"""Who may ask the desk: the right host, the own origin, a form's token, and elsewhere a key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.web.desk.guard import FORM_LIMIT, AccessPolicy
from web.desk.asked import HOST, Answer, ask_guard

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS = "t0ken"
LOCAL = AccessPolicy(hosts=frozenset({HOST, "localhost:8000"}), token=OURS)
REMOTE = AccessPolicy(hosts=frozenset({HOST}), key="k3y", token=OURS)
FORM = ("content-type", "application/x-www-form-urlencoded")


def get(path: str = "/", *headers: tuple[str, str | bytes], host: str = HOST) -> Answer:
    return ask_guard(LOCAL, path=path, headers=[("host", host), *headers])


def post(
    *body: bytes,
    headers: Sequence[tuple[str, str | bytes]] = (("origin", f"http://{HOST}"), FORM),
) -> Answer:
    return ask_guard(LOCAL, "POST", headers=[("host", HOST), *headers], body=body)


def form(**fields: str) -> bytes:
    return urlencode({"token": OURS, **fields}).encode()


@pytest.mark.parametrize("host", [HOST, "localhost:8000", "LOCALHOST:8000"])
def test_the_desk_answers_at_its_own_addresses(host: str) -> None:
    assert get(host=host).status == 200


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1", "127.0.0.1:80", f"{HOST}."])
def test_another_host_is_misdirected(host: str) -> None:
    assert get(host=host).status == 421
    assert ask_guard(LOCAL).status == 421, "and so is a request without a host"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "post"])
def test_other_methods_are_refused_with_those_that_are_taken(method: str) -> None:
    answer = ask_guard(LOCAL, method, headers=[("host", HOST)])
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_another_site_may_link_to_the_desk_and_do_nothing_else(site: str) -> None:
    asked = ("sec-fetch-site", site)
    assert get("/", asked, ("sec-fetch-mode", "navigate")).status == 200
    for mode in ("no-cors", "cors", "websocket"):
        assert get("/", asked, ("sec-fetch-mode", mode)).status == 403
    with_mode = [asked, ("sec-fetch-mode", "navigate"), ("origin", f"http://{HOST}"), FORM]
    assert post(form(), headers=with_mode).status == 403


def test_a_form_of_ours_comes_in_with_its_fields() -> None:
    answer = post(form(note="One\r\ntwo", by="Ada")[:20], form(note="One\r\ntwo", by="Ada")[20:])
    assert answer.status == 200
    fields = json.loads(answer.text)["form"]
    assert fields == {"token": OURS, "note": "One\ntwo", "by": "Ada"}


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", f"http://{HOST}.evil.example", f"ftp://{HOST}"]
)
def test_a_form_from_another_origin_changes_nothing(origin: str | None) -> None:
    headers = [FORM, *([("origin", origin)] if origin else [])]
    assert post(form(), headers=headers).status == 403


@pytest.mark.parametrize("token", [b"", b"token=", b"token=t0keN", b"note=x", b"token=%C3%A9"])
def test_a_form_without_our_token_is_told_how_to_keep_its_words(token: bytes) -> None:
    answer = post(token)
    assert answer.status == 403
    assert "copy what you wrote" in answer.text


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("multipart/form-data; boundary=x", form(), 415),
        ("application/json", b"{}", 415),
        ("", form(), 415),
        ("application/x-www-form-urlencoded; charset=utf-8", form(), 200),
        (FORM[1], b"\xff\xfe", 400),
        (FORM[1], b"not a valid form", 400),
        (FORM[1], b"&".join(b"a=%d" % number for number in range(101)), 400),
        (FORM[1], b"a" * (FORM_LIMIT + 1), 413),
    ],
)
def test_what_is_no_plain_form_is_refused(kind: str, body: bytes, status: int) -> None:
    origin = ("origin", f"http://{HOST}")
    assert post(body, headers=[origin, ("content-type", kind)]).status == status


def test_a_key_in_the_address_becomes_a_cookie_and_leaves_the_address() -> None:
    host = ("host", HOST)
    assert ask_guard(REMOTE, headers=[host]).status == 401
    assert ask_guard(REMOTE, path="/?key=wrong", headers=[host]).status == 401
    entered = ask_guard(REMOTE, path="/?view=text&key=k3y", headers=[host])
    assert (entered.status, entered.headers["location"]) == (303, "/?view=text")
    cookie = entered.headers["set-cookie"].partition(";")[0]
    assert ask_guard(REMOTE, headers=[host, ("cookie", cookie)]).status == 200
    for wrong in ("msnewsletter_desk=k3", "msnewsletter_desk=", "other=k3y", b"\xff=\xff"):
        assert ask_guard(REMOTE, headers=[host, ("cookie", wrong)]).status == 401


def test_a_post_needs_the_cookie_too() -> None:
    headers = [("host", HOST), ("origin", f"http://{HOST}"), FORM]
    assert ask_guard(REMOTE, "POST", "/?key=k3y", headers=headers, body=[form()]).status == 401
    headers.append(("cookie", "msnewsletter_desk=k3y"))
    assert ask_guard(REMOTE, "POST", headers=headers, body=[form()]).status == 200


@pytest.mark.parametrize("host", [HOST, "evil.example"])
def test_every_answer_forbids_frames_sniffing_and_keeping(host: str) -> None:
    headers = get(host=host).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_an_answer_keeps_a_policy_of_its_own() -> None:
    assert get("/own-policy").headers["content-security-policy"] == "sandbox"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["host", "origin", "cookie", "sec-fetch-site", "content-type"]),
            st.binary(max_size=20),
        ),
        unique_by=lambda header: header[0],
    ),
    st.binary(max_size=50),
)
def test_whatever_bytes_come_a_form_without_the_token_stays_outside(
    headers: list[tuple[str, bytes]], body: bytes
) -> None:
    answer = ask_guard(REMOTE, "POST", headers=headers, body=[body])
    assert answer.status in {400, 401, 403, 413, 415, 421}
