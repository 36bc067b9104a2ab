"""Who may ask the desk: the right host, the own origin, a form's token, and elsewhere a key."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import JSONResponse, Response

from msnewsletter.web.desk.access import AccessPolicy, ProxyLogin, policy_for
from msnewsletter.web.desk.guard import FORM_LIMIT, Guard
from web.desk.desk_client import HOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Receive, Scope, Send

OURS = "t0ken"
LOCAL = AccessPolicy(port=8000, token=OURS)
REMOTE = AccessPolicy(port=8000, names=("desk.example.org",), key="k3y", token=OURS)
PROXY = ProxyLogin(addresses=("10.0.0.5", "2001:db8::5"), header="X-Remote-User")
PROXIED = AccessPolicy(port=8000, names=("desk.example.org",), key="k3y", token=OURS, proxy=PROXY)
PUBLIC = ("host", "desk.example.org")
ADA = ("x-remote-user", "Ada")
FORM = ("content-type", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask_guard(
    policy: AccessPolicy,
    method: str = "GET",
    path: str = "/",
    *,
    headers: Sequence[tuple[str, str | bytes]] = (),
    body: Sequence[bytes] = (),
    peer: str | None = "127.0.0.1",
) -> Answer:
    """What comes back through the guard; behind it, an answer shows what it let in, of whom.

    `peer`: the address at the other end of the connection.
    """
    scope = _scope_of(method, path, headers) | {"client": None if peer is None else (peer, 50000)}
    return asyncio.run(_answer_of(policy, scope, body))


async def _behind(scope: Scope, receive: Receive, send: Send) -> None:
    state = scope.get("state", {})
    answer: Response = JSONResponse({"form": state.get("form"), "editor": state.get("editor")})
    if scope["path"] == "/own-policy":
        answer = Response(headers={"content-security-policy": "sandbox"})
    await answer(scope, receive, send)


def _scope_of(
    method: str, target: str, headers: Sequence[tuple[str, str | bytes]]
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (name.lower().encode(), value.encode() if isinstance(value, str) else value)
            for name, value in headers
        ],
    }


async def _answer_of(policy: AccessPolicy, scope: dict[str, Any], body: Sequence[bytes]) -> Answer:
    sent: list[Any] = []
    parts = list(body) or [b""]

    async def receive() -> Any:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    await Guard(_behind, access=policy)(scope, receive, send)
    start = sent[0]
    names = [name for name, _ in start["headers"]]
    assert len(names) == len(set(names))
    return Answer(
        status=start["status"],
        headers={name.decode(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
    )


def get(path: str = "/", *headers: tuple[str, str | bytes], host: str = HOST) -> Answer:
    return ask_guard(LOCAL, path=path, headers=[("host", host), *headers])


def post(
    *body: bytes,
    headers: Sequence[tuple[str, str | bytes]] = (("origin", f"http://{HOST}"), FORM),
) -> Answer:
    return ask_guard(LOCAL, "POST", headers=[("host", HOST), *headers], body=body)


def form(**fields: str) -> bytes:
    return urlencode({"token": OURS, **fields}).encode()


@pytest.mark.parametrize("host", [HOST, "LOCALHOST:9000", "localhost", "[::1]:1", "127.0.0.1"])
def test_the_desk_answers_at_loopback_names_wherever_a_tunnel_begins(host: str) -> None:
    assert get(host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "192.0.2.7:8000",
        f"x@{HOST}",
        f"{HOST}.",
        "[::1",
    ],
)
def test_another_host_is_told_where_the_desk_is(host: str) -> None:
    answer = get(host=host)
    assert answer.status == 421
    assert "http://127.0.0.1:8000/" in answer.text
    assert "http://[::1]:8000/" in answer.text
    assert ask_guard(LOCAL).status == 421, "and so is a request without a host"


@pytest.mark.parametrize("host", ["desk.example.org", "DESK.example.org:8443", "192.0.2.7:8000"])
def test_where_a_key_is_needed_its_own_names_and_any_address_may_be_asked(host: str) -> None:
    assert ask_guard(REMOTE, headers=[("host", host)]).status == 401
    assert "http://desk.example.org:8000/" in ask_guard(REMOTE).text


@pytest.mark.parametrize("host", ["localhost:9000", "[::1]:9000"])
def test_a_form_comes_from_the_host_that_was_asked_and_from_no_other_of_ours(host: str) -> None:
    for origin, status in ((host, 200), (HOST, 403), (host.replace("9000", "9001"), 403)):
        headers = [("host", host), ("origin", f"http://{origin}"), FORM]
        assert ask_guard(LOCAL, "POST", headers=headers, body=[form()]).status == status


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
def test_a_form_without_our_token_changes_nothing_and_keeps_its_words(token: bytes) -> None:
    answer = post(token)
    assert answer.status == 403
    assert "This form is from before the desk was restarted" in answer.text
    assert ("Copy what you wrote" in answer.text) == (b"note" in token)


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


def test_two_desks_behind_ports_of_one_host_do_not_put_one_another_out() -> None:
    jar: dict[str, str] = {}  # one for all ports of a host, as browsers have it
    desks = [policy_for(host="127.0.0.1", port=port, ask_key=True) for port in (8025, 8026)]
    for desk in desks:
        here = ("host", f"localhost:{desk.port}")
        entered = ask_guard(desk, path=f"/?key={desk.key}", headers=[here])
        name, _, value = entered.headers["set-cookie"].partition(";")[0].partition("=")
        jar[name] = value
    kept = "; ".join(f"{name}={value}" for name, value in jar.items())
    for desk in desks:
        headers = [("host", f"localhost:{desk.port}"), ("cookie", kept)]
        assert ask_guard(desk, headers=headers).status == 200


def test_a_post_needs_the_cookie_too() -> None:
    headers = [("host", HOST), ("origin", f"http://{HOST}"), FORM]
    assert ask_guard(REMOTE, "POST", "/?key=k3y", headers=headers, body=[form()]).status == 401
    headers.append(("cookie", "msnewsletter_desk=k3y"))
    assert ask_guard(REMOTE, "POST", headers=headers, body=[form()]).status == 200


@pytest.mark.parametrize("cookie", ["", "msnewsletter_desk=of before the restart"])
def test_who_has_no_key_any_more_gets_their_words_back_and_nothing_else(cookie: str) -> None:
    headers = [("host", HOST), ("origin", f"http://{HOST}"), FORM, ("cookie", cookie)]
    answer = ask_guard(REMOTE, "POST", headers=headers, body=[form(note="Two <b>days</b>")])
    assert answer.status == 401
    assert "Two &lt;b&gt;days&lt;/b&gt;</textarea>" in answer.text
    assert "the address that <code>msnewsletter preview</code> has printed" in answer.text
    assert OURS not in answer.text
    assert "k3y" not in answer.text


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example", "/\\evil.example", "/\t/e"])
def test_the_key_leads_to_a_path_of_ours_whatever_was_asked(path: str) -> None:
    answer = ask_guard(REMOTE, path=f"{path}?key=k3y", headers=[("host", HOST)])
    assert answer.status == 303
    assert re.match(r"/(?![/\\])", answer.headers["location"])


def test_a_path_with_signs_of_an_address_is_the_same_path_after_the_key() -> None:
    answer = ask_guard(REMOTE, path="/preview/a#b%é?key=k3y", headers=[("host", HOST)])
    assert answer.headers["location"] == "/preview/a%23b%25%C3%A9"


@pytest.mark.parametrize("peer", ["10.0.0.5", "2001:db8::5", "::ffff:10.0.0.5"])
def test_a_proxy_names_the_editor_in_place_of_the_key(peer: str) -> None:
    answer = ask_guard(PROXIED, headers=[PUBLIC, ADA], peer=peer)
    assert (answer.status, json.loads(answer.text)["editor"]) == (200, "Ada")


@pytest.mark.parametrize("peer", ["10.0.0.6", "127.0.0.1", "2001:db8::6", "", None])
def test_nobody_else_is_believed_who_names_an_editor(peer: str | None) -> None:
    forwarded = [("x-forwarded-for", "10.0.0.5"), ("forwarded", "for=10.0.0.5")]
    assert ask_guard(PROXIED, headers=[PUBLIC, ADA, *forwarded], peer=peer).status == 401
    entered = ask_guard(PROXIED, path="/?key=k3y", headers=[PUBLIC, ADA], peer=peer)
    cookie = entered.headers["set-cookie"].partition(";")[0]
    answer = ask_guard(PROXIED, headers=[PUBLIC, ADA, ("cookie", cookie)], peer=peer)
    assert (answer.status, json.loads(answer.text)["editor"]) == (200, "")


@pytest.mark.parametrize(
    "named", [[], [""], [" "], ["Ada", "Eve"], ["Ada", "Ada"], ["a\x07"], ["x" * 101], ["\x85"]]
)
def test_a_proxy_that_names_nobody_or_two_lets_nobody_in(named: list[str]) -> None:
    headers = [PUBLIC, *(("x-remote-user", one.encode()) for one in named)]
    assert ask_guard(PROXIED, headers=headers, peer="10.0.0.5").status == 401


@pytest.mark.parametrize("value", ["Zoë Ångström".encode(), "Zoë Ångström".encode("latin-1")])
def test_a_name_may_have_any_letters(value: bytes) -> None:
    answer = ask_guard(PROXIED, headers=[PUBLIC, ("X-Remote-User", value)], peer="10.0.0.5")
    assert json.loads(answer.text)["editor"] == "Zoë Ångström"


def test_who_has_logged_in_at_the_proxy_needs_origin_and_token_as_everybody_does() -> None:
    def status(origin: str, body: bytes) -> int:
        headers = [PUBLIC, ADA, ("origin", origin), FORM]
        return ask_guard(PROXIED, "POST", headers=headers, body=[body], peer="10.0.0.5").status

    assert status("https://desk.example.org", form()) == 200
    assert status("https://evil.example", form()) == 403
    assert status("https://desk.example.org", b"token=guessed") == 403


@pytest.mark.parametrize(
    ("peer", "scheme", "kept"),
    [
        ("10.0.0.5", "https", "; secure"),
        ("10.0.0.5", "HTTPS", "; secure"),
        ("10.0.0.5", "http", ""),
        ("10.0.0.6", "https", ""),
    ],
)
def test_a_cookie_is_for_encrypted_pages_alone_where_the_proxy_encrypts(
    peer: str, scheme: str, kept: str
) -> None:
    headers = [PUBLIC, ("x-forwarded-proto", scheme)]
    answer = ask_guard(PROXIED, path="/?key=k3y", headers=headers, peer=peer)
    assert answer.headers["set-cookie"].lower().endswith(f"samesite=lax{kept}")


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
