"""What went wrong on the way to a server, in plain words."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpcore2

from msnewsletter.sources.fetch.decompression import UnreadableCodingError
from msnewsletter.sources.fetch.fetch_error import LATER, FetchError, Remedy, later_with
from msnewsletter.sources.fetch.network import ForbiddenAddressError, UnknownHostError
from msnewsletter.sources.fetch.retries import PassingFaultError

if TYPE_CHECKING:
    from msnewsletter.sources.fetch.deadline import Deadline

FAULTS = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    UnreadableCodingError,
    UnknownHostError,
    ForbiddenAddressError,
)
_OWN_ADDRESS = Remedy(
    of_source="correct the address, or set `private = true`: it is of your own network",
    once="correct the address, or add --private: it is of your own network",
)
_TOO_SLOW = Remedy(of_source=f"{LATER.of_source}; `timeout` allows more", once=LATER.once)
_PRIVATE_AUTHORITY = "trust a private authority by SSL_CERT_FILE, or have the site get another"
# By OpenSSL's X509_V_ERR_ numbers: x509_vfy.h.
_CERTIFICATES = {
    9: ("its certificate is not valid yet", "check the clock of this machine"),
    10: ("its certificate has expired", "the site must renew it"),
    18: ("its certificate is signed by itself", _PRIVATE_AUTHORITY),
    19: ("its certificate is of an authority that is not trusted", _PRIVATE_AUTHORITY),
    20: ("its certificate is of an authority that is not trusted", _PRIVATE_AUTHORITY),
    21: ("its certificate is of an authority that is not trusted", _PRIVATE_AUTHORITY),
    62: ("its certificate is of another host", "write the host that it is for"),
    64: ("its certificate is of another host", "write the host that it is for"),
}
# Of h11: headers, or the head of a chunk, that are longer than it keeps.
_TOO_LONG = 431


def fault_of(url: str, error: Exception, deadline: Deadline) -> FetchError | PassingFaultError:
    """What to raise for one of FAULTS."""
    match error:
        case ForbiddenAddressError():
            problem = f"has an address that is not public ({error})"
            if error.own:
                return FetchError(url, problem, _OWN_ADDRESS, passing=False)
            remedy = "correct the address: reserved and link-local ones are never asked"
            return FetchError(url, problem, remedy, passing=False)
        case UnknownHostError(passing=True):
            return PassingFaultError(FetchError(url, "the name server does not answer", LATER))
        case UnknownHostError():
            return FetchError(url, "there is no such host", later_with("correct the address"))
        case UnreadableCodingError():
            return PassingFaultError(FetchError(url, f"its body {error}", LATER))
    return _fault_of_http(url, error, deadline)


def _fault_of_http(
    url: str, error: Exception, deadline: Deadline
) -> FetchError | PassingFaultError:
    match error:
        case httpcore2.TimeoutException():
            return _late(url, error, deadline)
        case httpcore2.LocalProtocolError():
            return FetchError(url, "cannot be asked for", "correct the address", passing=False)
        case httpcore2.RemoteProtocolError():
            return _nonsense(url, error)
    return _broken(url, error)


def _late(url: str, error: httpcore2.TimeoutException, deadline: Deadline) -> FetchError:
    if deadline.left() <= 0:
        return FetchError(url, f"was not there after {deadline.seconds:g} seconds", _TOO_SLOW)
    if isinstance(error, httpcore2.ConnectTimeout):
        return FetchError(url, "takes no connection", LATER)
    return FetchError(url, "was silent for too long", _TOO_SLOW)


def _nonsense(url: str, error: httpcore2.RemoteProtocolError) -> FetchError | PassingFaultError:
    if getattr(_cause(error), "error_status_hint", None) == _TOO_LONG:
        problem = "sends headers of more than 100 kB"
        return FetchError(url, problem, "the site must correct it", passing=False)
    problem = f"the answer is broken ({error})"
    return PassingFaultError(FetchError(url, problem, LATER))


def _broken(url: str, error: Exception) -> FetchError | PassingFaultError:
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        said = f"its certificate is not trusted ({cause.verify_message})"
        problem, remedy = _CERTIFICATES.get(cause.verify_code, (said, _PRIVATE_AUTHORITY))
        return FetchError(url, problem, remedy)
    if isinstance(cause, ssl.SSLError):
        why = (cause.reason or "no reason").replace("_", " ").lower()
        problem = f"no encrypted connection ({why})"
        return FetchError(url, problem, later_with("check https and the port"))
    why = getattr(cause, "strerror", None) or "it ended"
    return PassingFaultError(FetchError(url, f"no connection ({why})", LATER))


def _cause(error: Exception) -> object:
    """What httpcore2 made one of its own errors of: it is their one argument."""
    return error.args[0] if error.args else None
