"""Certificates for test servers, from an authority that lives as long as a test run."""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pytest


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


def trust(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have this process, and those it starts, trust our authority and no other."""
    file = folder / "authority.pem"
    _authority().cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def server_context(*names: str, until: datetime | None = None) -> ssl.SSLContext:
    """What a server needs to show a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(*names, not_after=until).configure_cert(context)
    return context
