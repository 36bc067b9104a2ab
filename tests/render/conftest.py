from __future__ import annotations

import pytest

from msnewsletter.model import Issue
from render.site.sample import CUTOFF, ENTRIES, MASTHEAD


@pytest.fixture
def issue() -> Issue:
    return Issue(
        number=7,
        slot="2026-05-04T09:00+02:00",
        cutoff=CUTOFF,
        masthead=MASTHEAD,
        entries=ENTRIES,
    )
