"""A machine that has not all that workers need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from msnewsletter.cluster import installed
from msnewsletter.cluster.installed import refuse_missing_parts
from msnewsletter.errors import SettingsError

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


def test_what_is_not_installed_is_one_line_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_missing_parts()
    found = installed.find_spec

    def without(name: str) -> ModuleSpec | None:
        return None if name == "procrastinate" else found(name)

    monkeypatch.setattr(installed, "find_spec", without)
    with pytest.raises(SettingsError) as caught:
        refuse_missing_parts()
    assert str(caught.value) == (
        "newsletter.toml: deliver.workers needs procrastinate, which is not installed; "
        "run pip install 'msnewsletter[cluster]'"
    )
