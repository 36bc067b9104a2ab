"""An e-mail address: parsed once, kept as typed, compared by its normal form. Pure."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, field

from msnewsletter.catalogues.own_words import to_say
from msnewsletter.errors import BadValueError
from msnewsletter.validators import is_plain_mailbox, mailbox

# RFC 5321, section 4.5.3.1.3, less the brackets around it; the merge fields of a mail hold no more.
_LONGEST = 254
# What is wrong, and the remedy, are marked for the catalogues: the door says them to readers.
_REMEDY = to_say("write it as name@example.org")
_TOO_LONG = to_say("it has more than 254 characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An e-mail address; equal to another where the two reach the same mailbox.

    Attributes:
        typed: as it was typed, without blanks around it.
        mailbox: as mail carries it: ASCII, the domain in IDNA's form (RFC 5891), the local part
            with its capital letters.
        key: what is unique: `mailbox` in lower case. By RFC 5321, section 2.4, a server may tell
            local parts apart by case; none that people use does.
    """

    typed: str = field(repr=False, compare=False)
    mailbox: str = field(repr=False, compare=False)
    key: str = field(repr=False)

    @property
    def domain(self) -> str:
        """Its domain, in ASCII and lower case."""
        return self.key.rpartition("@")[2]

    def forgotten_as(self, secret: bytes) -> str:
        """The keyed hash that is left of somebody who is forgotten: 64 hexadecimal digits."""
        return hmac.new(secret, f"forgotten {self.key}".encode(), hashlib.sha256).hexdigest()


def parse_address(text: str) -> Address:
    """The address that somebody typed.

    Raises BadValueError, whose words never repeat the address.
    """
    typed = unicodedata.normalize("NFC", text.strip())
    if is_plain_mailbox(typed):
        # Nearly all are, and none of them is refused below.
        return Address(typed=typed, mailbox=typed, key=typed.lower())
    if "@" not in typed:
        raise BadValueError(to_say("it has no @"), _REMEDY)
    if len(typed) > _LONGEST:
        raise BadValueError(_TOO_LONG, _REMEDY)
    if not typed.isprintable() or any(sign in typed for sign in "<>,;"):
        raise BadValueError(to_say("it holds a character that no address has"), _REMEDY)
    local = typed.rpartition("@")[0]
    if not local.isascii():
        raise BadValueError(
            to_say("it has letters outside ASCII before the @, which not every mail server takes"),
            to_say("use another address of yours"),
        )
    try:
        ascii_form = mailbox(typed)
    except ValueError:
        # Its words may repeat the address.
        raise BadValueError(to_say("it is not a valid e-mail address"), _REMEDY) from None
    if len(ascii_form) > _LONGEST:
        raise BadValueError(_TOO_LONG, _REMEDY)
    return Address(typed=typed, mailbox=ascii_form, key=ascii_form.lower())
