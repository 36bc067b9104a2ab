"""What the door's pages say has become of something: plain words, about nobody. Pure data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msnewsletter import urls
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.render.door.door_pages import ASK_FOR_LINK, SIGN_UP_AGAIN, DoorMessage, PageLink
from msnewsletter.subscribers.door_rules import DoorRequestKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPAM: Final = to_say(
    "If none comes within an hour, look into your spam folder. We send at most one such mail a day "
    "to an address."
)
ASKED: Final[Mapping[DoorRequestKind, DoorMessage]] = {
    DoorRequestKind.SIGN_UP: DoorMessage(
        title=to_say("Check your mail"),
        lines=(
            to_say("If that address can be subscribed, a mail is on its way."),
            to_say("Open the link in it and confirm. Until then, nothing else is sent."),
            _SPAM,
        ),
    ),
    DoorRequestKind.LINK: DoorMessage(
        title=to_say("Check your mail"),
        lines=(
            to_say("If that address is subscribed, a mail with your link is on its way."),
            _SPAM,
        ),
    ),
}
# Neither says that there was never an issue: a site may have to be made again.
NOTHING_YET: Final = DoorMessage(
    title=to_say("Nothing is published here yet"),
    lines=(to_say("The newest issue will be on this page once it is published."),),
)
NOTHING_YET_WITH_DOOR: Final = replace(
    NOTHING_YET, links=(PageLink(path=urls.SIGN_UP, label=to_say("Get it by e-mail")),)
)
CONFIRMED: Final = DoorMessage(
    title=to_say("You are subscribed"),
    lines=(
        to_say("The next issue comes to you by e-mail."),
        to_say(
            "You can leave by a link in every mail. From its page you can also ask for a pause."
        ),
    ),
)
CONFIRM_EXPIRED: Final = DoorMessage(
    title=to_say("This link does not work any more"),
    lines=(to_say("It is good for three days. Nothing was changed; you can sign up again."),),
    links=(SIGN_UP_AGAIN,),
)
LINK_EXPIRED: Final = DoorMessage(
    title=to_say("This link does not work any more"),
    lines=(to_say("It is good for a day. Nothing was changed; you can ask for a new one."),),
    links=(ASK_FOR_LINK,),
)
NO_CHOOSER: Final = DoorMessage(
    title=to_say("You get no mail from us"),
    lines=(to_say("So there is nothing to choose. You can sign up again."),),
    links=(SIGN_UP_AGAIN,),
)
BAD_LINK: Final = DoorMessage(
    title=to_say("This link does not work"),
    lines=(
        to_say("Perhaps it was cut off, or changed by a mail program."),
        to_say("Copy the whole of it from the mail, or ask for a new one."),
    ),
    links=(ASK_FOR_LINK,),
)
LEFT: Final = DoorMessage(
    title=to_say("You are unsubscribed"),
    lines=(to_say("No more issues are sent to you."),),
)
BACK: Final = DoorMessage(
    title=to_say("You are subscribed again"),
    lines=(to_say("As if you had never left: the next issue comes to you by e-mail."),),
)
NOT_BACK: Final = DoorMessage(
    title=to_say("This link does not work any more"),
    lines=(to_say("Nothing was changed; you can sign up again."),),
    links=(SIGN_UP_AGAIN,),
)
BUTTON_ONLY: Final = DoorMessage(
    title=to_say("Nothing was changed"),
    lines=(to_say("This address answers a button alone. To open it does nothing."),),
    links=(ASK_FOR_LINK,),
)
REFUSED: Final = DoorMessage(
    title=to_say("That did not come from a page of ours"),
    lines=(
        to_say("Or it was cut off on its way. Nothing was changed."),
        to_say("Open the page again, and press its button there."),
    ),
    links=(ASK_FOR_LINK,),
)
LATER: Final = DoorMessage(
    title=to_say("That did not work just now"),
    lines=(to_say("The fault is ours. Nothing was changed. Please try again in some minutes."),),
)

QUICK: Final = to_say("That was quicker than people type. Please press the button again.")
OLD_FORM: Final = to_say("This page was open for too long. Please press the button again.")
FILLED: Final = to_say(
    "A field was filled in that has to stay empty. Please press the button again."
)
MANY: Final = to_say("Too many people ask for that just now. Please try again in an hour.")
BAD_ADDRESS: Final = to_say("This does not look like an e-mail address: %(problem)s. %(remedy)s.")
NEW_WORDS: Final = to_say(
    "The words below have changed since you opened this page. Please read them again."
)
BAD_CHOICE: Final = to_say("Please choose again: something of the form was missing.")


def left(*, back: str = "", again: bool) -> DoorMessage:
    """The page after leaving.

    Args:
        back: a token to take it back; empty: that cannot be.
        again: whether people can sign up here, so also those who left.
    """
    if not back:
        return replace(LEFT, links=(SIGN_UP_AGAIN,)) if again else LEFT
    return DoorMessage(
        title=LEFT.title,
        lines=LEFT.lines,
        button=PageLink(
            path=f"{urls.COME_BACK}/{back}", label=to_say("That was a mistake: subscribe me again")
        ),
    )
