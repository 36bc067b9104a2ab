"""What commands print on stderr: each thing once, and of very many the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.cli.output import complain_all

if TYPE_CHECKING:
    import pytest


def test_what_is_refused_twice_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    complain_all("refused", ["a.md: no headline", "b.md: no headline", "a.md: no headline"])
    assert capsys.readouterr().err == "refused: a.md: no headline\nrefused: b.md: no headline\n"
