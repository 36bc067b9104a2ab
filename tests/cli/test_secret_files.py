"""Secrets from a folder of files, as containers, Kubernetes and systemd give them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home
from msnewsletter.cli.secret_files import FOLDER, take_secrets
from msnewsletter.delivery_settings import IMAP_PASSWORD
from msnewsletter.errors import SettingsError
from msnewsletter.settings_errors import PASSWORD
from msnewsletter.store.location import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.sqlite("it sets the address of the database")


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder, empty; what is taken from it is forgotten afterwards."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    before = dict(os.environ)
    monkeypatch.setenv(FOLDER, str(folder))
    yield folder
    for name in os.environ.keys() - before.keys():
        del os.environ[name]


def test_a_file_is_the_variable_of_its_name_without_the_end_of_its_line(secrets: Path) -> None:
    (secrets / PASSWORD).write_text("pêche \n")
    (secrets / IMAP_PASSWORD).write_bytes(b"plum\r\n")
    take_secrets()
    assert (os.environ[PASSWORD], os.environ[IMAP_PASSWORD]) == ("pêche ", "plum")


def test_the_environment_comes_first(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "of the environment")
    (secrets / PASSWORD).write_text("of the file")
    take_secrets()
    assert os.environ[PASSWORD] == "of the environment"


def test_what_kubernetes_keeps_beside_its_secrets_is_none(secrets: Path) -> None:
    (secrets / "..2026_11_28").mkdir()
    (secrets / "..2026_11_28" / PASSWORD).write_text("plum")
    (secrets / "..data").symlink_to("..2026_11_28")
    (secrets / PASSWORD).symlink_to(f"..data/{PASSWORD}")
    before = set(os.environ)
    take_secrets()
    assert os.environ[PASSWORD] == "plum"
    assert set(os.environ) - before == {PASSWORD}


def test_an_empty_folder_is_no_secret(secrets: Path) -> None:
    before = dict(os.environ)
    assert [*secrets.iterdir()] == []
    take_secrets()
    assert dict(os.environ) == before


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b", b"x" * 70_000])
def test_what_is_no_secret_is_refused_without_being_repeated(secrets: Path, content: bytes) -> None:
    (secrets / PASSWORD).write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        take_secrets()
    assert str(refused.value).startswith(f"{secrets / PASSWORD}: ")
    assert "xxx" not in str(refused.value)


def test_the_program_uses_them_and_says_in_one_line_what_it_cannot_read(
    secrets: Path, tmp_path: Path
) -> None:
    home = empty_home(tmp_path / "home")
    text = home.settings.read_text()
    home.settings.write_text(
        text.replace("[newsletter]\n", '[newsletter]\ndatabase = "postgresql"\n')
    )
    assert f"{ADDRESS} is not set" in command(home, "collect").stderr
    (secrets / ADDRESS).write_text("postgresql://news:plum@127.0.0.1:1/news\n")
    said = command(home, "collect").stderr
    assert "127.0.0.1" in said
    assert "plum" not in said
    (secrets / ADDRESS).unlink()
    secrets.rmdir()
    said = command(home, "status").stderr
    assert said == (
        f"msnewsletter: {FOLDER}: {secrets} cannot be read (No such file or directory); "
        "name a folder that this user may read\n"
    )


@pytest.mark.parametrize(
    ("size", "says"),
    [
        (64_001, "is too large (64,001 bytes); it may have at most 64 kB: shorten it"),
        (80_500, "is too large (80.5 kB); it may have at most 64 kB"),
        (2_000_000, "is too large (2 MB); it may have at most 64 kB"),
    ],
)
def test_one_that_is_too_large_says_how_much_it_may_have(
    secrets: Path, size: int, says: str
) -> None:
    (secrets / PASSWORD).write_bytes(b"x" * size)
    with pytest.raises(SettingsError) as refused:
        take_secrets()
    assert says in str(refused.value)
