from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import AT, sample_home
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from msnewsletter.home import Home


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The samples, published; tests leave it as it is."""
    home = sample_home(tmp_path_factory.mktemp("published"))
    publish(home, at=AT)
    return home
