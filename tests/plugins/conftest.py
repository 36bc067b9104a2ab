"""A home without summaries, and a folder of plugins that are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import plugin_packages
from homes import empty_home

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    plugin_packages.install(tmp_path / "installed", monkeypatch)
    return tmp_path / "installed"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home", sandbox="false")
