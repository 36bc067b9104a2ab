"""Addresses on the desk itself: what a redirect may lead to. Pure."""

from __future__ import annotations

import re

# What browsers leave out of an address (the URL standard, "basic URL parser").
_LEFT_OUT = re.compile(r"[\t\n\r]")
# What they leave out before it, and what they read as a slash: two slashes begin another host.
_BEFORE_THE_PATH = re.compile(r"[\x00-\x20/\\]*")


def own_address(address: str) -> str:
    """The address as one on this desk, whatever it says: its path begins with one slash."""
    return "/" + _BEFORE_THE_PATH.sub("", _LEFT_OUT.sub("", address), count=1)
