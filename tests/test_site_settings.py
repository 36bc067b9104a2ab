"""`[site] push`: a place, never a credential."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from msnewsletter.site_settings import SiteSection


@pytest.mark.parametrize(
    "place",
    ["s3://news", "s3://news/folder/of it", "gs://news", "az://news/a", "file:///mnt/web"],
)
def test_a_place_is_kept_as_it_is(place: str) -> None:
    assert SiteSection(push=place).push == place
    assert SiteSection(push=f"{place}/").push == place


@pytest.mark.parametrize(
    "place",
    [
        *("", "news", "https://news.example.org", "s3:/news", "s3://", "file://host/folder"),
        *("file:///", "file:relative", "ftp://news", "s3://[news"),
    ],
)
def test_what_is_no_place_is_refused(place: str) -> None:
    with pytest.raises(ValidationError):
        SiteSection(push=place)


@pytest.mark.parametrize(
    "place", ["s3://key:secret@news", "az://news?sig=secret", "s3://news#secret"]
)
def test_a_credential_in_it_is_refused(place: str) -> None:
    with pytest.raises(ValidationError, match="credentials are read from the environment"):
        SiteSection(push=place)
