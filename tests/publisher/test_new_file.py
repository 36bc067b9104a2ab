"""The file that overrides what was fetched: where it comes to be, and that it replaces none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fetching import page_source
from homes import empty_home, name_sources
from msnewsletter.disk.save import remove, version_of
from msnewsletter.errors import RefusedError, StaleError
from msnewsletter.publisher.new_file import TakenFileError, free_path_of_key, path_of_key, write_new
from msnewsletter.settings import load_settings
from msnewsletter.sources.folder import is_passed_over

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

KEYS = (
    "gut",
    "Gut",
    "readme",
    "readme-2",
    "index",
    "example.org/gut",
    "example.org/gut/",
    "example.org/Gut",
    "é",
    "/",
    "x" * 200,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path / "home")
    name_sources(home, page_source())
    return home


def place_of(home: Home, key: str) -> str:
    return home.display_path(path_of_key(home, load_settings(home.settings), key))


def test_each_key_has_a_file_of_its_own_that_a_folder_lists(home: Home) -> None:
    places = [place_of(home, key) for key in KEYS]
    assert len({place.casefold() for place in places}) == len(KEYS)
    assert places[0] == "summaries/gut.md"
    for place in places:
        assert not is_passed_over(place.removeprefix("summaries/"))
        assert len(place) < 120


def test_it_is_in_the_first_folder_that_reads_markdown(home: Home) -> None:
    for folder in ("pages", "texts", "more"):
        (home.root / folder).mkdir()
    (home.root / "one.md").write_text("# One\n")
    settings = home.settings.read_text()
    for table in (
        'path = "one.md"',
        'path = "pages"\nformat = "page"',
        'path = "texts"\nformat = "markdown"',
        'path = "more"',
    ):
        settings += f"\n[[sources]]\n{table}\n"
    home.settings.write_text(settings)
    assert place_of(home, "gut") == "texts/gut.md"


def test_where_no_folder_reads_markdown_the_settings_are_named(home: Home) -> None:
    text = home.settings.read_text()
    home.settings.write_text(f'{text}\n[[sources]]\npath = "pages"\nformat = "page"\n')
    with pytest.raises(RefusedError, match=r"newsletter\.toml: no source is a folder of Markdown"):
        place_of(home, "gut")


def test_a_file_is_never_written_over(home: Home) -> None:
    settings = load_settings(home.settings)
    path = path_of_key(home, settings, "gut")
    assert write_new(home, path, "# Mine\n") == "summaries/gut.md"
    assert write_new(home, path, "# Mine\n") == "summaries/gut.md"  # sent twice
    with pytest.raises(TakenFileError, match="is there already"):
        write_new(home, path, "# Another\n")
    assert path.read_text() == "# Mine\n"


def test_a_file_that_is_written_again_finds_a_free_name(home: Home) -> None:
    settings = load_settings(home.settings)
    names = []
    for text in ("# One\n", "# Two\n", "# Three\n"):
        path = free_path_of_key(home, settings, "gut")
        names.append(path.name)
        write_new(home, path, text)
    assert names == ["gut.md", "gut-2.md", "gut-3.md"]


def test_a_folder_that_is_missing_is_made(home: Home) -> None:
    (home.root / "summaries").rmdir()
    write_new(home, path_of_key(home, load_settings(home.settings), "gut"), "# Mine\n")
    assert (home.root / "summaries" / "gut.md").is_file()


def test_only_the_version_that_was_seen_is_removed(home: Home) -> None:
    path = home.root / "summaries" / "gut.md"
    path.write_text("# Newer\n")
    with pytest.raises(StaleError):
        remove(home, path, version=version_of(b"# Seen\n"), display="gut.md")
    assert path.exists()
    remove(home, path, version=version_of(b"# Newer\n"), display="gut.md")
    assert not path.exists()
    with pytest.raises(StaleError):
        remove(home, path, version=version_of(b"# Newer\n"), display="gut.md")


def test_a_link_is_not_removed(home: Home) -> None:
    path = home.root / "summaries" / "gut.md"
    elsewhere = home.root / "elsewhere.md"
    elsewhere.write_text("# Text\n")
    path.symlink_to(elsewhere)
    with pytest.raises(RefusedError):
        remove(home, path, version=version_of(b"# Text\n"), display="gut.md")
    assert path.is_symlink()
    assert elsewhere.exists()
