"""What went wrong between us and a mail server, as a problem and a remedy. Pure.

No reason holds a mail address, though servers like to repeat them.
"""

from __future__ import annotations

import smtplib
import socket
import ssl

from msnewsletter.delivery.send_outcomes import ConnectHindrance
from msnewsletter.delivery.smtp_reply import scrubbed
from msnewsletter.settings_errors import PASSWORD

# All that smtplib raises; ValueError where an answer is no base64.
FAILURES = (smtplib.SMTPException, OSError, ValueError)

_PORTS = 'check smtp.port and smtp.security: 465 usually goes with "tls", 587 with "starttls"'
_NETWORK = "check smtp.host, and the network"
_LOGIN_NEEDED = 530  # RFC 4954, section 6

# Why there is no connection, and the remedy; the first kind that fits counts. A certificate's error
# is a ValueError too, and smtplib's errors are OSErrors.
_OPENING: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "its certificate cannot be trusted ({why})",
        "set smtp.host to the name in it, or name its authority's file in SSL_CERT_FILE",
    ),
    (ssl.SSLError, "TLS fails ({why})", _PORTS),
    (
        smtplib.SMTPAuthenticationError,
        "it refuses user and password ({why})",
        f"check smtp.user and {PASSWORD}",
    ),
    (
        smtplib.SMTPResponseException,
        "it refuses to talk to us ({why})",
        "check smtp.port, or try again later",
    ),
    (smtplib.SMTPServerDisconnected, "it closed the connection", _PORTS),
    (
        (smtplib.SMTPException, ValueError),
        "it cannot be understood ({why})",
        "check smtp.host, smtp.port",
    ),
    (socket.gaierror, "there is no such host", _NETWORK),
    (
        TimeoutError,
        "it does not answer within {timeout:g} s",
        "check smtp.host, smtp.port and smtp.security, and the network",
    ),
    (ConnectionRefusedError, "nobody listens there", "check smtp.port, and that the server runs"),
    (Exception, "the connection fails ({why})", _NETWORK),
)


def connect_hindrance(error: Exception) -> ConnectHindrance:
    """Why there is no connection, for decisions."""
    match _revealed(error):
        # A certificate's error and a broken handshake alike.
        case ssl.SSLError():
            return ConnectHindrance.TLS
        case smtplib.SMTPAuthenticationError():
            return ConnectHindrance.AUTH
        case smtplib.SMTPResponseException(smtp_code=code) if code > 0:
            return ConnectHindrance.REFUSED
        case _:
            return ConnectHindrance.UNREACHABLE


def _revealed(error: Exception) -> Exception:
    # smtplib hides a timeout behind a disconnection.
    return error.__context__ if isinstance(error.__context__, TimeoutError) else error


def opening(error: Exception, *, timeout: float) -> tuple[str, str]:
    """Why there is no connection, for people; nothing was sent."""
    error = _revealed(error)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code < 0:
        return "what answers there is no mail server", "check smtp.host and smtp.port"
    problem, remedy = next(said for kind, *said in _OPENING if isinstance(error, kind))
    return problem.format(why=_why(error), timeout=timeout), remedy


def _why(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return error.verify_message.rstrip(".")
        case ssl.SSLError():
            return (error.reason or str(error)).replace("_", " ").lower()
        case smtplib.SMTPResponseException():
            return _answer(error.smtp_code, error.smtp_error, "")
        case _:
            return getattr(error, "strerror", None) or scrubbed(str(error))


def sending(error: Exception, *, timeout: float, to: str) -> tuple[str, str]:
    """Why a message to that address was not taken, or is not known to have been."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            [(code, said)] = error.recipients.values()
            return _refused("the address", code, _answer(code, said, to), "check the address")
        case smtplib.SMTPSenderRefused():
            remedy = "check mail.from_address, and what smtp.user may send"
            words = _answer(error.smtp_code, error.smtp_error, to)
            return _refused("the sender", error.smtp_code, words, remedy)
        case smtplib.SMTPResponseException():
            remedy = "ask whoever runs the server"
            words = _answer(error.smtp_code, error.smtp_error, to)
            return _refused("the message", error.smtp_code, words, remedy)
        case _:
            late = isinstance(error.__context__, TimeoutError)
            what = f"did not answer within {timeout:g} s" if late else "closed the connection"
            # RFC 5321, section 4.5.3.2.6: without an answer to the end of the data, it is unknown.
            return (
                f"it {what} before it said that it has the message",
                "check whether it arrived before you send it again",
            )


def _refused(what: str, code: int, said: str, remedy: str) -> tuple[str, str]:
    if code == _LOGIN_NEEDED:
        remedy = f"set smtp.user and {PASSWORD}"
    # RFC 5321, section 4.2.1: 4yz may be tried again as it is.
    elif 400 <= code < 500:  # noqa: PLR2004
        remedy = "try again later"
    return f"it refuses {what} ({said})", remedy


def _answer(code: int, said: bytes | str, to: str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {scrubbed(text, [to])}".strip()
