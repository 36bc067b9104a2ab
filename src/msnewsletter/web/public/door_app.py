"""The public door: pages to sign up, confirm, choose and leave, in front of the site's files.

GET and HEAD change nothing. What a page says depends on what was sent and on tokens, never on
whether an address is known; what is done for any address is the same. It keeps no log.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.background import BackgroundTask
from starlette.responses import Response

from msnewsletter import urls
from msnewsletter.delivery_settings import METRICS_TOKEN
from msnewsletter.errors import BadValueError, NewsletterError, SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.subscribing.confirm import confirm, look_at_confirmation
from msnewsletter.publisher.subscribing.door_guard import ask_at_door, door_request
from msnewsletter.publisher.subscribing.leave import come_back, gets_nothing, may_return
from msnewsletter.publisher.subscribing.preferences import (
    PreferenceChoice,
    choose_preferences,
    chooser,
)
from msnewsletter.render.door.door_pages import EMPTY_FORM, FormFill
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_network import is_among, is_near, network_of
from msnewsletter.subscribers.door_rules import (
    PAUSES,
    QUICKEST,
    ConfirmOutcome,
    DoorRequestKind,
    GuardVerdict,
)
from msnewsletter.subscribers.subscriber import SubscribedEdition
from msnewsletter.subscribers.tokens import BadTokenError, OpenedToken, Purpose, TokenFault
from msnewsletter.web.public import door_messages as messages
from msnewsletter.web.public.door_metrics import (
    CONTENT_TYPE,
    door_figures,
    exposition,
    may_read_metrics,
)
from msnewsletter.web.public.door_request import (
    DoorCall,
    RefusedRequestError,
    door_call,
    form_of,
    read_body,
    refuse_other_sites,
)
from msnewsletter.web.public.door_responses import page, plain, stylesheet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from starlette.types import ASGIApp, Receive, Scope, Send

    from msnewsletter.home import Home
    from msnewsletter.publisher.subscribing.door_context import DoorContext
    from msnewsletter.render.door.door_pages import DoorMessage, DoorPages
    from msnewsletter.subscribers.address import Address
    from msnewsletter.subscribers.subscriber import Subscriber
    from msnewsletter.web.public.store_thread import StoreThread

_ONE_CLICK: Final = b"One-Click"  # RFC 8058, section 3.2, however the body is encoded
_FORM_NAME: Final = "page"
_AN_HOUR: Final = {"retry-after": "3600"}
_ALLOW: Final = {"allow": "GET, HEAD, POST"}
_ALLOW_READING: Final = {"allow": "GET, HEAD"}


class _FormAgainError(Exception):
    """A form that has to be sent again: why, and with which form token, if not a new one."""

    def __init__(self, problem: str, *, form: str = "", wrong_address: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.form = form
        self.wrong_address = wrong_address


class PublicDoor:
    """An ASGI application: the door's pages, and the site for all else.

    Args:
        home: the newsletter's home.
        site: answers what is not the door's.
        context: returns that of the door as it is now.
        store: the subscribers' database.
        wake: called when a mail was asked for.
        complain: called with what is wrong that no reader can mend, however often.
        now: returns the time, aware.
    """

    def __init__(
        self,
        home: Home,
        site: ASGIApp,
        *,
        context: Callable[[], DoorContext],
        store: StoreThread,
        wake: Callable[[], None],
        complain: Callable[[NewsletterError], None],
        now: Callable[[], datetime],
    ) -> None:
        self._home, self._site, self._store = home, site, store
        self._context, self._wake, self._now = context, wake, now
        self._complain, self._unnamed = complain, False
        self._rooms: dict[str, Callable[[DoorCall, Receive], Awaitable[Response]]] = {
            urls.SIGN_UP: self._sign_up,
            urls.CONFIRM: self._confirm,
            urls.PREFERENCES: self._preferences,
            urls.UNSUBSCRIBE: self._unsubscribe,
            urls.COME_BACK: self._come_back,
            "healthz": self._health,
            "metrics": self._metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        room = self._rooms.get(scope["path"][1:].partition("/")[0])
        if room is None:
            await self._site(scope, receive, send)
            return
        call = door_call(scope)
        try:
            answer = await self._answer(room, call, receive)
        except RefusedRequestError as error:
            answer = plain(f"{error.text}\n", status=error.status, more={"connection": "close"})
        except NewsletterError as error:
            # What is wrong with the database or a template: nothing of it is for readers.
            self._complain(error)
            answer = page(self._pages.message(messages.LATER, here=call.here), status=503)
        if call.method == "HEAD":
            answer = Response(status_code=answer.status_code, headers=answer.headers)
        await answer(scope, receive, send)

    @property
    def _pages(self) -> DoorPages:
        return self._context().pages

    async def _answer(
        self,
        room: Callable[[DoorCall, Receive], Awaitable[Response]],
        call: DoorCall,
        receive: Receive,
    ) -> Response:
        if call.method not in {"GET", "HEAD", "POST"}:
            return plain("Only GET, HEAD and POST.\n", status=405, more=_ALLOW)
        return await room(call, receive)

    # ── signing up, and asking for a link ────────────────────────────────────────────────────

    async def _sign_up(self, call: DoorCall, receive: Receive) -> Response:
        match call.words[1:]:
            case () | ("",):
                return await self._asking(DoorRequestKind.SIGN_UP, call, receive)
            case ("style.css",) if call.reads:
                return stylesheet(self._pages.style())
        return self._missing(call)

    async def _asking(self, kind: DoorRequestKind, call: DoorCall, receive: Receive) -> Response:
        """A form in which somebody names an address."""
        if self._context().only_out:
            return self._missing(call)
        if call.reads:
            return self._form(kind, call)
        fields = await self._fields(call, receive)
        typed = FormFill(address=fields.get("address", ""), edition=fields.get("edition", ""))
        try:
            self._check_form(fields)
            address = _address(typed.address)
        except _FormAgainError as error:
            fill = replace(typed, problem=error.problem, wrong_address=error.wrong_address)
            return self._form(kind, call, fill, form=error.form, status=422)
        if await self._ask(kind, call, address, typed.edition) is GuardVerdict.TOO_MANY:
            fill = replace(typed, problem=messages.MANY)
            return self._form(kind, call, fill, status=429, more=_AN_HOUR)
        answer = page(self._pages.message(messages.ASKED[kind], here=call.here))
        # Once the answer is out: what becomes of the mail takes longer for some than for others.
        answer.background = BackgroundTask(self._wake_letters)
        return answer

    async def _wake_letters(self) -> None:
        self._wake()

    async def _ask(
        self, kind: DoorRequestKind, call: DoorCall, address: Address, edition: str
    ) -> GuardVerdict:
        context = self._context()
        self._look_for_proxy(call)
        network = network_of(call.peer, call.header("x-forwarded-for"), context.section.proxies)
        request = door_request(
            kind,
            address,
            SubscribedEdition.LOW_ENERGY
            if edition == SubscribedEdition.LOW_ENERGY
            else SubscribedEdition.FULL,
            network=network,
            secret=context.secret,
            at=self._now(),
        )
        return await self._store.do(partial(ask_at_door, request=request, limits=context.limits))

    def _look_for_proxy(self, call: DoorCall) -> None:
        """Complain, once, where all readers seem to come from a server in front of us."""
        proxies = self._context().section.proxies
        if self._unnamed or not call.header("x-forwarded-for"):
            return
        if is_near(call.peer) and not is_among(call.peer, proxies):
            self._unnamed = True
            problem = f"subscribe.proxies does not name {call.peer}, which passes requests on"
            remedy = "name it, or all readers behind it count as one network"
            self._complain(SettingsError(SETTINGS_NAME, problem, remedy))

    def _form(
        self,
        kind: DoorRequestKind,
        call: DoorCall,
        fill: FormFill = EMPTY_FORM,
        *,
        form: str = "",
        status: int = 200,
        more: dict[str, str] | None = None,
    ) -> Response:
        context = self._context()
        form = form or context.tokens.make(Purpose.FORM, _FORM_NAME, at=self._now())
        pages = context.pages
        shown = pages.sign_up if kind is DoorRequestKind.SIGN_UP else pages.ask_for_link
        body = shown(form=form, fill=fill, here=call.here)
        return page(body, status=status, indexed=kind is DoorRequestKind.SIGN_UP, more=more)

    def _check_form(self, fields: dict[str, str]) -> None:
        """Refuse what programs send; raises _FormAgainError."""
        now, form = self._now(), fields.get("form", "")
        try:
            opened = self._context().tokens.opened(Purpose.FORM, form, now=now)
        except BadTokenError:
            raise _FormAgainError(messages.OLD_FORM) from None
        if fields.get("website"):
            raise _FormAgainError(messages.FILLED)
        if now - opened.made < QUICKEST:
            # The same token: it grows older; a new one where the clock was set back behind it.
            grows = opened.made <= now
            raise _FormAgainError(messages.QUICK, form=form if grows else "")

    async def _fields(self, call: DoorCall, receive: Receive) -> dict[str, str]:
        refuse_other_sites(call, door=self._context().settings.door)
        return form_of(call, await read_body(call, receive))

    # ── confirming ───────────────────────────────────────────────────────────────────────────

    async def _confirm(self, call: DoorCall, receive: Receive) -> Response:
        if self._context().only_out:
            return self._missing(call)
        token = self._token(call, Purpose.CONFIRM)
        if not isinstance(token, OpenedToken):
            return token
        if call.reads:
            outcome = await self._store.do(partial(look_at_confirmation, token=token))
            return self._confirmation(call, outcome)
        fields, words = await self._fields(call, receive), self._pages.words
        if fields.get("words") != words.digest:
            outcome = await self._store.do(partial(look_at_confirmation, token=token))
            return self._confirmation(call, outcome, problem=messages.NEW_WORDS)
        return self._confirmation(
            call,
            await self._store.do(partial(confirm, token=token, words=words.text, at=self._now())),
        )

    def _confirmation(
        self, call: DoorCall, outcome: ConfirmOutcome, *, problem: str = ""
    ) -> Response:
        match outcome:
            case ConfirmOutcome.OPEN:
                body = self._pages.confirm(call.words[1], problem=problem, here=call.here)
                return page(body, status=422 if problem else 200)
            case ConfirmOutcome.DONE:
                return self._message(call, messages.CONFIRMED)
            case ConfirmOutcome.STALE:
                return self._message(call, messages.CONFIRM_EXPIRED, status=410)

    # ── choosing ─────────────────────────────────────────────────────────────────────────────

    async def _preferences(self, call: DoorCall, receive: Receive) -> Response:
        if call.words[1:] in {(), ("",)}:
            return await self._asking(DoorRequestKind.LINK, call, receive)
        token = self._token(call, Purpose.PREFERENCES)
        if not isinstance(token, OpenedToken):
            return token
        if call.reads:
            known = await self._store.do(partial(chooser, handle=token.handle))
            return self._choices(call, known)
        fields = await self._fields(call, receive)
        if fields.get("leave"):
            return await self._leave(call, token.handle)
        choice = _choice(fields)
        if choice is None:
            known = await self._store.do(partial(chooser, handle=token.handle))
            return self._choices(call, known, problem=messages.BAD_CHOICE)
        chosen = partial(choose_preferences, handle=token.handle, choice=choice, at=self._now())
        return self._choices(call, await self._store.do(chosen), saved=True)

    def _choices(
        self, call: DoorCall, known: Subscriber | None, *, saved: bool = False, problem: str = ""
    ) -> Response:
        if known is None:
            return self._message(call, messages.NO_CHOOSER, status=410)
        context, until = self._context(), known.paused_until
        body = context.pages.preferences(
            call.words[1],
            edition=known.edition,
            paused_until=until.astimezone(context.settings.zone).date()
            if until and until > self._now()
            else None,
            saved=saved,
            problem=problem,
            here=call.here,
        )
        return page(body, status=422 if problem else 200)

    # ── leaving ──────────────────────────────────────────────────────────────────────────────

    async def _unsubscribe(self, call: DoorCall, receive: Receive) -> Response:
        if call.words[1:] in {(), ("",)}:
            # The link of a mail to a list, which knows no reader.
            return await self._asking(DoorRequestKind.LINK, call, receive)
        token = self._token(call, Purpose.UNSUBSCRIBE)
        if not isinstance(token, OpenedToken):
            return token
        if call.reads:
            if await self._store.do(partial(gets_nothing, handle=token.handle)):
                return self._left(call)
            return page(self._pages.unsubscribe(call.words[1], here=call.here))
        # Whatever the form: who holds the link may leave, and no page that sends it can gain by it.
        body = await read_body(call, receive)
        if _ONE_CLICK in body:
            # RFC 8058, section 3.1: no redirect, no cookie, nothing to be asked.
            await self._store.leave(token.handle)
            return plain("Unsubscribed.\n")
        return await self._leave(call, token.handle)

    async def _leave(self, call: DoorCall, handle: str) -> Response:
        """Unsubscribe somebody; the page lets them take back what this very request has done.

        An old mail may lie with anybody, and its link works for ever: it must not bring back who
        left before, or was taken off.
        """
        if not await self._store.leave(handle):
            return self._left(call)
        now, tokens = self._now(), self._context().tokens
        back = tokens.make(Purpose.COME_BACK, handle, at=now)
        opened = tokens.opened(Purpose.COME_BACK, back, now=now)
        if not await self._store.do(partial(may_return, token=opened)):
            back = ""
        return self._left(call, back=back)

    def _left(self, call: DoorCall, *, back: str = "") -> Response:
        again = not self._context().only_out
        return self._message(call, messages.left(back=back, again=again))

    async def _come_back(self, call: DoorCall, receive: Receive) -> Response:
        if call.reads:
            return plain("Only POST.\n", status=405, more={"allow": "POST"})
        token = self._token(call, Purpose.COME_BACK)
        if not isinstance(token, OpenedToken):
            return token
        await self._fields(call, receive)
        back = await self._store.do(partial(come_back, token=token, at=self._now()))
        if back:
            return self._message(call, messages.BACK)
        return self._message(call, messages.NOT_BACK, status=410)

    # ── for those who watch the program ──────────────────────────────────────────────────────

    async def _health(self, call: DoorCall, receive: Receive) -> Response:
        """Whether the database answers, for a monitor or whoever restarts the program."""
        del receive
        if not call.reads:
            return plain("Only GET and HEAD.\n", status=405, more=_ALLOW_READING)
        try:
            await self._store.do(lambda store: store.secret())
        except NewsletterError:
            return plain("The subscribers' database does not answer.\n", status=503)
        return plain("ok\n")

    async def _metrics(self, call: DoorCall, receive: Receive) -> Response:
        del receive
        if not call.reads:
            return plain("Only GET and HEAD.\n", status=405, more=_ALLOW_READING)
        token = os.environ.get(METRICS_TOKEN)
        if not may_read_metrics(call, token):
            wanted = {"www-authenticate": "Bearer"} if token else {}
            return plain("Not for you.\n", status=401 if token else 403, more=wanted)
        figures = await self._store.do(partial(door_figures, home=self._home))
        return plain(exposition(figures, self._now()), kind=CONTENT_TYPE)

    # ── what they share ──────────────────────────────────────────────────────────────────────

    def _token(self, call: DoorCall, purpose: Purpose) -> OpenedToken | Response:
        """The token that the path ends with, or the page that says why it is not good."""
        text = call.words[1] if len(call.words) == 2 else ""  # noqa: PLR2004  (page and token)
        try:
            return self._context().tokens.opened(purpose, text, now=self._now())
        except BadTokenError as error:
            expired = error.fault is TokenFault.EXPIRED
        if not expired:
            return self._message(call, messages.BAD_LINK, status=404)
        confirming = purpose is Purpose.CONFIRM
        said = messages.CONFIRM_EXPIRED if confirming else messages.LINK_EXPIRED
        return self._message(call, said, status=410)

    def _message(self, call: DoorCall, said: DoorMessage, *, status: int = 200) -> Response:
        return page(self._pages.message(said, here=call.here), status=status)

    def _missing(self, call: DoorCall) -> Response:
        return self._message(call, messages.BAD_LINK, status=404)


def _address(typed: str) -> Address:
    """The address that was typed; what is wrong with it says nothing of who is known."""
    try:
        return parse_address(typed)
    except BadValueError as error:
        text = messages.BAD_ADDRESS.format(problem=error.problem, remedy=error.remedy.capitalize())
        raise _FormAgainError(text, wrong_address=True) from None


def _choice(fields: dict[str, str]) -> PreferenceChoice | None:
    """What a form chooses; None: it is no form of ours."""
    pause = fields.get("pause", "")
    months = {"": None, "0": 0, **{str(each): each for each in PAUSES}}
    with suppress(ValueError):
        edition = SubscribedEdition(fields.get("edition", ""))
        if pause in months:
            return PreferenceChoice(edition=edition, pause=months[pause])
    return None
