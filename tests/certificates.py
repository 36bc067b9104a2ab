"""Certificates for test servers, from an authority that lives as long as a test run."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class CertificateFiles:
    """A server's certificate with its chain, and its private key, as PEM."""

    certificate: Path
    key: Path


def write_certificate(folder: Path, *names: str, until: datetime | None = None) -> CertificateFiles:
    """Issue a certificate for these names, for a server that reads files."""
    issued = _authority().issue_cert(*names, not_after=until)
    files = CertificateFiles(certificate=folder / "certificate.pem", key=folder / "key.pem")
    issued.private_key_pem.write_to_path(files.key)
    files.certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    return files


def client_context() -> ssl.SSLContext:
    """What a client needs to trust our authority and no other."""
    context = ssl.create_default_context()
    _authority().configure_trust(context)
    return context


def server_context(*names: str, until: datetime | None = None) -> ssl.SSLContext:
    """What a server needs to show a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(*names, not_after=until).configure_cert(context)
    return context
