"""Each edition's parts, from the message that goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import AT, sample_home
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.web.desk.editions import EDITIONS, part_named

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    return next_issue_preview(sample_home(tmp_path_factory.mktemp("home")), at=AT).files


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_has_markup_and_text(files: Mapping[str, bytes], edition: str) -> None:
    page, text = part_named(files, f"{edition}.html"), part_named(files, f"{edition}.txt")
    assert page is not None
    assert text is not None
    assert b"</html>" in page
    assert b"<" not in text[:20]
    assert b"Sample issue 1" in page
    assert b"Sample issue 1" in text


@pytest.mark.parametrize("name", ["digest.html", "digest-short.txt"])
def test_a_file_beside_a_message_has_the_message_s_words(
    files: Mapping[str, bytes], name: str
) -> None:
    ending = name.rpartition(".")[2]
    message = {name.replace(f".{ending}", ".eml"): files[name.replace(f".{ending}", ".eml")]}
    part = part_named(message, name)
    assert part is not None
    assert part.split() == files[name].split()


@pytest.mark.parametrize("name", ["mailmerge.pdf", "other.html", "../digest.html", ""])
def test_of_any_other_name_there_is_nothing(files: Mapping[str, bytes], name: str) -> None:
    assert part_named(files, name) is None
    assert part_named({}, "mailmerge.html") is None
