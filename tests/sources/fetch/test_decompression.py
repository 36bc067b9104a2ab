from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.fetch.decompression import (
    UnreadableCodingError,
    decompressed,
    is_readable,
)


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


CODED = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "": bytes}


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.binary(max_size=300_000), st.integers(1, 70_000), st.sampled_from(sorted(CODED)))
def test_a_body_is_what_it_was_however_it_comes(data: bytes, size: int, coding: str) -> None:
    coded = CODED[coding](data)
    pieces = cut(coded, max(size, len(coded) // 1000 or 1))
    assert b"".join(decompressed(pieces, coding)) == data


@given(st.binary(min_size=1, max_size=3000), st.integers(1, 5))
def test_deflate_without_its_head_is_read_as_well(data: bytes, size: int) -> None:
    assert b"".join(decompressed(cut(bare(data), size), "deflate")) == data


@given(st.binary(min_size=1, max_size=3000), st.integers(1, 50))
def test_a_body_of_several_members_is_read_to_its_end(data: bytes, size: int) -> None:
    twice = gzip.compress(data) + gzip.compress(b"") + gzip.compress(data) + bytes(20)
    assert b"".join(decompressed(cut(twice, size), "gzip")) == data + data


@given(st.binary(min_size=1, max_size=3000), st.data())
def test_a_body_that_ends_in_the_middle_is_not_taken_for_whole(
    data: bytes, draw: st.DataObject
) -> None:
    coded = gzip.compress(data)
    end = draw.draw(st.integers(1, len(coded) - 1))
    with pytest.raises(UnreadableCodingError, match="ends in the middle"):
        list(decompressed([coded[:end]], "gzip"))


def test_a_body_that_is_not_coded_as_it_says_is_an_error() -> None:
    with pytest.raises(UnreadableCodingError, match="is not gzip, though it says so"):
        list(decompressed([b"<html>"], "gzip"))


def test_an_empty_body_is_empty_whatever_it_says() -> None:
    assert b"".join(decompressed([], "gzip")) == b""


def test_a_bomb_comes_in_small_pieces() -> None:
    packed = gzip.compress(bytes(20_000_000))
    assert max(map(len, decompressed([packed], "gzip"))) == 65_536


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_codings_that_cannot_be_bounded_are_not_read(coding: str) -> None:
    assert not is_readable(coding)
