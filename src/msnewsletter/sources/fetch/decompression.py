"""Bodies as they were before the server compressed them, in small pieces. Pure.

Not httpx2's decoders: those take a body that ends in the middle for whole, and an unknown coding
for none.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What is asked for, and can be read within bounds without a further library.
ACCEPTED = "gzip, deflate"
_PIECE = 65_536
_GZIP, _ZLIB, _BARE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
# RFC 1950, section 2.2: compression method 8, and two bytes that are a multiple of 31.
_HEAD, _METHOD, _CHECK = 2, 8, 31


class UnreadableCodingError(Exception):
    """A body is not coded as its header says, or it ends early."""


def is_readable(coding: str) -> bool:
    """Whether a Content-Encoding can be decompressed."""
    return coding in {"", "identity", "gzip", "x-gzip", "deflate"}


def decompressed(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """A body's bytes, in pieces of at most 64 kB where it was compressed, however much it hides.

    An empty piece comes for each piece that brings nothing, so that the caller can count and stop.
    Raises UnreadableCodingError.

    Args:
        pieces: as they come.
        coding: one that is readable, in small letters.
    """
    if coding in {"", "identity"}:
        yield from pieces
        return
    try:
        yield from _inflated(iter(pieces), coding)
    except zlib.error:
        raise UnreadableCodingError(f"is not {coding}, though it says so") from None


def _inflated(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    inflater, began = None, False
    for piece in _long_enough(pieces):
        left = piece
        while left:
            if inflater is None:
                # RFC 1952, section 2.2: members one after the other; what follows the last of them
                # and is none (padding) says nothing.
                if began and (coding == "deflate" or not left.startswith(b"\x1f")):
                    break
                inflater, began = zlib.decompressobj(_window(left, coding)), True
            yield inflater.decompress(left, _PIECE)
            left = inflater.unconsumed_tail
            if inflater.eof:
                left, inflater = inflater.unused_data, None
        yield b""
    if inflater is None:
        return
    while rest := inflater.decompress(b"", _PIECE):
        yield rest
    if not inflater.eof:
        raise UnreadableCodingError("ends in the middle")


def _long_enough(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, the first of them with the two bytes that tell how it is coded."""
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= _HEAD:
            yield start
            break
    else:
        yield start
        return
    yield from pieces


def _window(start: bytes, coding: str) -> int:
    if coding != "deflate":
        return _GZIP
    # Half of the servers that say "deflate" leave out zlib's head, which the RFC asks for.
    is_zlib = start[0] & 0x0F == _METHOD and int.from_bytes(start[:_HEAD]) % _CHECK == 0
    return _ZLIB if is_zlib else _BARE
