"""What programs that an editor names get of our environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.child_environment import child_environment

if TYPE_CHECKING:
    import pytest

NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{0,8}", fullmatch=True)


@given(named=st.sets(NAMES), told=st.dictionaries(NAMES, st.text()))
def test_nothing_is_there_that_nobody_asked_for(named: set[str], told: dict[str, str]) -> None:
    usual = {"HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER"}
    given_ = child_environment(named, told)
    others = given_.keys() - usual - named - told.keys()
    assert all(name.startswith("LC_") for name in others)
    assert told.items() <= given_.items()
    kept = {name: value for name, value in given_.items() if name not in told}
    assert kept.items() <= dict(os.environ).items()


def test_what_looks_like_a_locale_and_is_none_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("LC_SECRET_KEY", "s3cr3t")
    monkeypatch.setenv("HOMEBREW_TOKEN", "s3cr3t")
    found = child_environment((), {})
    assert found["LC_ALL"] == "C.UTF-8"
    assert "s3cr3t" not in found.values()
