"""Where the desk is, who may come in, and by which name. Pure.

A name in the Host header has to be one of ours, for any name may lead to any address (DNS
rebinding). Its port proves nothing: a tunnel begins at any.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msnewsletter.subscribers.door_network import is_among
from msnewsletter.validators import bracketed, is_ip, is_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
# To listen at all addresses of the machine; nobody asks for these.
EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104  (compared, not bound)
# RFC 9110, section 7.2: a name or an address, and perhaps a port.
_HOST: Final = re.compile(
    r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s:\[\]/@]+))(?::\d{1,5})?"
)
_LONGEST_NAME: Final = 100  # of an editor, as in the forms


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyLogin:
    """A proxy in front of the desk.

    Attributes:
        addresses: networks (CIDR) of the connections by which it comes; nobody else is believed.
        header: names who has logged in there, in place of the key; None: it has no login.
    """

    addresses: tuple[str, ...]
    header: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """The addresses of the desk, and the key to it.

    Attributes:
        port: where it listens.
        names: besides those of loopback: host names without a port.
        key: asked for once in a browser; None: whoever reaches loopback may come in.
        proxy: None: all come directly.
        cookie: in which a browser keeps the key.
        token: in every form of ours.
    """

    port: int
    names: Sequence[str] = ()
    key: str | None = None
    proxy: ProxyLogin | None = None
    cookie: str = "msnewsletter_desk"
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def is_here(self, host: str) -> bool:
        """Whether a Host header says a name of the desk, whatever the port.

        An address is always right where a key is needed: no name was led there.
        """
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = (found["address"] or found["name"]).lower()
        if is_loopback(name) or name in {one.lower() for one in self.names}:
            return True
        return self.key is not None and is_ip(name)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where to find it, each a whole address; of other ports a tunnel or proxy knows."""
        return tuple(address_at(name, self.port) for name in (*LOOPBACK, *self.names))

    def comes_by_proxy(self, peer: str | None) -> bool:
        """Whether the other end of a connection is the proxy."""
        return self.proxy is not None and is_among(peer, self.proxy.addresses)

    def editor(self, peer: str | None, headers: Sequence[tuple[bytes, bytes]]) -> str:
        """The name of who has logged in at the proxy; empty: nobody has, as far as we know.

        Args:
            peer: the address at the other end of the connection; None: it has none.
            headers: as they came. A header that is there twice names nobody.
        """
        if self.proxy is None or self.proxy.header is None or not self.comes_by_proxy(peer):
            return ""
        wanted = self.proxy.header.lower().encode()
        said = [value for name, value in headers if name.lower() == wanted]
        name = " ".join(_decoded(said[0]).split()) if len(said) == 1 else ""
        return name if name.isprintable() and len(name) <= _LONGEST_NAME else ""


def policy_for(
    *,
    host: str,
    port: int,
    machine: Sequence[str] = (),
    allowed: Sequence[str] = (),
    proxy: ProxyLogin | None = None,
    ask_key: bool = False,
    home: str = "",
) -> AccessPolicy:
    """Who may come in where the desk listens at `host`; a key is needed unless all is loopback.

    Args:
        host: an address or a name.
        port: the one that was opened.
        machine: names of this machine, which count where others may come.
        allowed: more names, of a proxy or in other networks.
        proxy: what is in front of the desk.
        ask_key: a key is asked for on loopback, too: any user of this machine can reach it.
        home: what tells this desk from others on the machine, e.g. the path of its home.
    """
    remote = host not in LOOPBACK
    own = [] if not remote else [*([] if host in EVERYWHERE else [host]), *machine]
    keyed = remote or bool(allowed) or proxy is not None or ask_key
    return AccessPolicy(
        port=port,
        names=tuple(dict.fromkeys((*own, *allowed))),
        key=secrets.token_urlsafe(24) if keyed else None,
        proxy=proxy,
        cookie=_cookie_of(port, home, machine),
    )


def _cookie_of(port: int, home: str, machine: Sequence[str]) -> str:
    """The name of a desk's cookie: the same after a restart, another than any other desk's.

    Browsers keep one jar for all ports of a host (RFC 6265, section 8.5), and tunnels bring desks
    of several machines to one: under one name, each desk would put the key of another out.
    """
    whole = "\0".join((str(port), home, *machine))
    return f"msnewsletter_desk_{sha256(whole.encode(errors='replace')).hexdigest()[:12]}"


def address_at(name: str, port: int) -> str:
    """The address of a host's first page: an IPv6 address in brackets, the usual port left out."""
    host = bracketed(name)
    return f"http://{host}/" if port == 80 else f"http://{host}:{port}/"  # noqa: PLR2004  (HTTP's)


def _decoded(value: bytes) -> str:
    """A header's value: UTF-8 where it is, else Latin-1 (RFC 9110, section 5.5)."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
