"""The addresses of each edition's list. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.model import ListAddresses

if TYPE_CHECKING:
    from msnewsletter.model import Masthead


def list_addresses(masthead: Masthead, *, short: bool, token: str = "") -> ListAddresses:
    """The list of the low-energy edition (`short`), or of the digest; its URL ends with `token`."""
    addresses = masthead.low_energy if short else None
    if addresses is None:
        addresses = ListAddresses(
            list_address=masthead.list_address,
            unsubscribe_url=masthead.unsubscribe_url,
            unsubscribe_address=masthead.unsubscribe_address,
        )
    return replace(addresses, unsubscribe_url=addresses.unsubscribe_url + token)


def masthead_of(masthead: Masthead, *, short: bool) -> Masthead:
    """The masthead with the addresses of one edition in place of the digest's."""
    own = list_addresses(masthead, short=short)
    return replace(
        masthead,
        list_address=own.list_address,
        unsubscribe_url=own.unsubscribe_url,
        unsubscribe_address=own.unsubscribe_address,
    )
