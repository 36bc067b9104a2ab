"""What a server answered to one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A server's answer; `data` is its decompressed body where it is a document (200, 203)."""

    url: httpx2.URL
    status: int
    headers: httpx2.Headers
    data: bytes
