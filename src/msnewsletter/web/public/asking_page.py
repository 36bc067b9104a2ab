"""The forms in which somebody names an address: to sign up, or to be sent their link."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.background import BackgroundTask

from msnewsletter.errors import BadValueError, SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.subscribing.door_guard import ask_at_door, door_request
from msnewsletter.render.door.door_pages import EMPTY_FORM, FormFill
from msnewsletter.render.sentences import capital
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_network import is_among, is_near, network_of
from msnewsletter.subscribers.door_rules import QUICKEST, DoorRequestKind, GuardVerdict
from msnewsletter.subscribers.subscriber import SubscribedEdition
from msnewsletter.subscribers.tokens import BadTokenError, Purpose
from msnewsletter.web.public import door_messages as messages
from msnewsletter.web.public.door_responses import page, stylesheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import Receive

    from msnewsletter.errors import NewsletterError
    from msnewsletter.subscribers.address import Address
    from msnewsletter.web.public.door_answers import DoorAnswers
    from msnewsletter.web.public.door_request import DoorCall
    from msnewsletter.web.public.store_thread import StoreThread

_FORM_NAME: Final = "page"
_AN_HOUR: Final = {"retry-after": "3600"}


class _FormAgainError(Exception):
    """A form that has to be sent again: why, and with which form token, if not a new one."""

    def __init__(self, problem: str, *, form: str = "", wrong_address: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.form = form
        self.wrong_address = wrong_address


class AskingPage:
    """The page to sign up, and the one to ask for a link.

    Args:
        answers: what all pages of the door answer with.
        store: the subscribers' database.
        wake: called when a mail was asked for.
        complain: called with what is wrong that no reader can correct, however often.
    """

    def __init__(
        self,
        answers: DoorAnswers,
        store: StoreThread,
        *,
        wake: Callable[[], None],
        complain: Callable[[NewsletterError], None],
    ) -> None:
        self._answers, self._store = answers, store
        self._wake, self._complain = wake, complain
        self._unnamed = False

    async def sign_up(self, call: DoorCall, receive: Receive) -> Response:
        """The form to sign up, and the stylesheet of all pages."""
        match call.words[1:]:
            case () | ("",):
                return await self.asking(DoorRequestKind.SIGN_UP, call, receive)
            case ("style.css",) if call.reads:
                return stylesheet(self._answers.pages.style())
        return self._answers.missing(call)

    async def asking(self, kind: DoorRequestKind, call: DoorCall, receive: Receive) -> Response:
        """A form in which somebody names an address."""
        if self._answers.context().only_out:
            return self._answers.missing(call)
        if call.reads:
            return self._form(kind, call)
        fields = await self._answers.fields(call, receive)
        typed = FormFill(address=fields.get("address", ""), edition=fields.get("edition", ""))
        try:
            self._check_form(fields)
            address = self._address(typed.address)
        except _FormAgainError as error:
            fill = replace(typed, problem=error.problem, wrong_address=error.wrong_address)
            return self._form(kind, call, fill, form=error.form, status=422)
        if await self._ask(kind, call, address, typed.edition) is GuardVerdict.TOO_MANY:
            fill = replace(typed, problem=messages.MANY)
            return self._form(kind, call, fill, status=429, more=_AN_HOUR)
        answer = page(self._answers.pages.message(messages.ASKED[kind], here=call.here))
        # Once the answer is out: what becomes of the mail takes longer for some than for others.
        answer.background = BackgroundTask(self._wake_letters)
        return answer

    async def _wake_letters(self) -> None:
        self._wake()

    async def _ask(
        self, kind: DoorRequestKind, call: DoorCall, address: Address, edition: str
    ) -> GuardVerdict:
        context = self._answers.context()
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
            at=self._answers.now(),
        )
        return await self._store.do(partial(ask_at_door, request=request, limits=context.limits))

    def _look_for_proxy(self, call: DoorCall) -> None:
        """Complain, once, where all readers seem to come from a server in front of us."""
        proxies = self._answers.context().section.proxies
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
        context = self._answers.context()
        form = form or context.tokens.make(Purpose.FORM, _FORM_NAME, at=self._answers.now())
        pages = context.pages
        shown = pages.sign_up if kind is DoorRequestKind.SIGN_UP else pages.ask_for_link
        body = shown(form=form, fill=fill, here=call.here)
        return page(body, status=status, indexed=kind is DoorRequestKind.SIGN_UP, more=more)

    def _check_form(self, fields: dict[str, str]) -> None:
        """Refuse what programs send; raises _FormAgainError."""
        now, form = self._answers.now(), fields.get("form", "")
        try:
            opened = self._answers.context().tokens.opened(Purpose.FORM, form, now=now)
        except BadTokenError:
            raise _FormAgainError(messages.OLD_FORM) from None
        if fields.get("website"):
            raise _FormAgainError(messages.FILLED)
        if now - opened.made < QUICKEST:
            # The same token: it grows older; a new one where the clock was set back behind it.
            grows = opened.made <= now
            raise _FormAgainError(messages.QUICK, form=form if grows else "")

    def _address(self, typed: str) -> Address:
        """The address that was typed; what is wrong with it says nothing of who is known."""
        try:
            return parse_address(typed)
        except BadValueError as error:
            say = self._answers.pages.say
            remedy = capital(say(error.remedy))
            text = say(messages.BAD_ADDRESS, problem=say(error.problem), remedy=remedy)
            raise _FormAgainError(text, wrong_address=True) from None
