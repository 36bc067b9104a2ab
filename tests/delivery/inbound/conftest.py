"""Fixtures for what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import imap_servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imap_servers import Dovecot


@pytest.fixture(scope="module", params=[True, False], ids=["moves", "copies"])
def running_dovecot(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """A server that is able to move messages, and one that says it is not."""
    with imap_servers.dovecot(moves=request.param) as server:
        yield server


@pytest.fixture
def dovecot(running_dovecot: Dovecot) -> Dovecot:
    """The same, with no mail in it."""
    running_dovecot.empty()
    return running_dovecot
