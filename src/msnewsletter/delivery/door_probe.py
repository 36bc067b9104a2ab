"""Whether the public door answers at the address that mails name: two GETs, as of a reader."""

from __future__ import annotations

import http.client
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from msnewsletter.errors import DeliveryError

_SECONDS: Final = 10
_OK: Final = range(200, 300)
_REMEDY: Final = "start 'msnewsletter serve', and let the server in front of it pass this on"


def probe_door(door: str) -> None:
    """Ask for the sign-up page and for `healthz`; raises DeliveryError where one does not answer.

    Args:
        door: the address of the door, https or http, with a final slash.
    """
    for name in ("subscribe", "healthz"):
        address = f"{door}{name}"
        try:
            status = _status(address)
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise DeliveryError(address, f"it does not answer ({why})", _REMEDY) from None
        if status not in _OK:
            raise DeliveryError(address, f"it answers {status}", _REMEDY)


def _status(address: str) -> int:
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with closing(kind(parts.hostname or "", parts.port, timeout=_SECONDS)) as connection:
        connection.request("GET", parts.path, headers={"User-Agent": "msnewsletter doctor"})
        return connection.getresponse().status
