"""Validators for single values that a person types: a line, an address, a zone, a number. Pure.

Each function returns the value as the program keeps it, or raises ValueError with what is wrong.
"""

from __future__ import annotations

import re
import shlex
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from msnewsletter.errors import BadValueError
from msnewsletter.text import did_you_mean, required_line

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
# Of all variables of this program: its password, its database's address, what programs are told.
_OURS = "MSNEWSLETTER_"
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
# RFC 1035, section 2.3.4, with the underscore that some networks use.
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")


# A language with its parts, as BCP 47 writes them: `en`, `pt-BR`, `zh-Hant-TW`.
_LANGUAGE_TAG = re.compile(r"(?P<main>[A-Za-z]{2,3})(?:-[A-Za-z0-9]{2,8}){0,4}")
# The shorter code that a tag must use (RFC 5646, section 2.2.1; ISO 639-2 and -3, and old ones):
# of a wrong one nobody would know which way its texts run.
_SHORTER = {
    "ara": "ar",
    "chi": "zh",
    "deu": "de",
    "dut": "nl",
    "eng": "en",
    "fas": "fa",
    "fra": "fr",
    "fre": "fr",
    "ger": "de",
    "heb": "he",
    "hin": "hi",
    "ita": "it",
    "iw": "he",
    "ji": "yi",
    "jpn": "ja",
    "kas": "ks",
    "kor": "ko",
    "kur": "ku",
    "nld": "nl",
    "per": "fa",
    "pol": "pl",
    "por": "pt",
    "pus": "ps",
    "rus": "ru",
    "snd": "sd",
    "spa": "es",
    "swe": "sv",
    "tur": "tr",
    "uig": "ug",
    "ukr": "uk",
    "urd": "ur",
    "yid": "yi",
    "zho": "zh",
}


def language_tag(text: str) -> str:
    """A language as BCP 47 writes it, with at most four parts behind it."""
    found = _LANGUAGE_TAG.fullmatch(text)
    if found is None:
        raise BadValueError("it is no language tag", 'write its code, e.g. "en", "de" or "pt-BR"')
    if shorter := _SHORTER.get(found["main"].casefold()):
        tag = shorter + text[found.end("main") :]
        raise BadValueError("it is not the code that language tags use", f"write {tag!r}")
    return text


_DIGITS = 9  # more issues than anybody will see


def issue_number(text: str) -> int:
    """The number of an issue."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise ValueError("is no number")
    if not int(text):
        raise ValueError("is no issue: they are counted from 1")
    return int(text)


def identity(text: str) -> str:
    """What a permanent id is made from: a tag:, https:, http: or urn: URI."""
    text = required_line(text)
    if not re.match(r"(tag|https?|urn):\S+$", text):
        raise BadValueError("it is not a valid permanent id", "write tag:YOUR.DOMAIN,2026:NAME")
    return text


_zones = cache(available_timezones)  # it walks through all of the system's files: 15 ms


def zone_name(text: str) -> str:
    """The name of an IANA time zone that this system knows."""
    if text not in _zones():
        hint = did_you_mean(text, _zones(), otherwise="see the IANA list, e.g. 'Europe/Berlin'")
        raise BadValueError("it is not a valid time zone", hint)
    return text


# What is an address beyond doubt. The last label is none of those for special use (RFC 6761).
_PLAIN_MAILBOX = re.compile(
    r"(?=.{1,64}@)\w+(?:[.+-]\w+)*@(?:(?=[a-z0-9-]{1,63}\.)[a-z0-9]+(?:-[a-z0-9]+)*\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion|test)\Z)[a-z]{2,63}",
    re.ASCII,
)
_PLAIN_LENGTH = 200


def is_plain_mailbox(text: str) -> bool:
    """Whether it is a mail address beyond doubt, written as mail carries it.

    Of any other, only `mailbox` can tell.
    """
    return len(text) <= _PLAIN_LENGTH and _PLAIN_MAILBOX.fullmatch(text) is not None


def mailbox(text: str) -> str:
    """A mail address in ASCII."""
    if is_plain_mailbox(text):
        return text  # the library takes as long to import as all settings to be checked
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  (slow import)

    try:
        # The domain as mail carries it: IDNA (RFC 5891). Local parts stay ASCII: no SMTPUTF8.
        # Strict: at most 64 bytes before the @ (RFC 5321, section 4.5.3.1.1).
        found = validate_email(
            required_line(text), check_deliverability=False, test_environment=True, strict=True
        )
    except EmailNotValidError as error:
        raise ValueError(f"it is not a valid e-mail address: {error}") from None
    if found.ascii_email is None:
        raise ValueError("it has letters outside ASCII before the @; not every server takes it")
    return found.ascii_email


def url(text: str, schemes: tuple[str, ...]) -> str:
    """An absolute URL of one of these schemes, in ASCII."""
    text = required_line(text)
    kind = " or ".join(schemes)
    if " " in text:
        raise BadValueError(f"it is not a valid {kind} address: it holds a space", "take it out")
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname:
        remedy = f"write it whole, e.g. {schemes[0]}://notes.example.org/"
        raise BadValueError(f"it is not a valid {kind} address", remedy)
    if not text.isascii():
        problem = f"it is not a valid {kind} address: it has letters outside ASCII"
        raise BadValueError(problem, "write them encoded, e.g. %C3%BC; a host's as xn--...")
    return text


def site_address(text: str) -> str:
    """The address of a site: http or https, its host, perhaps a port and a path; ends with `/`."""
    text = url(text, ("https", "http"))
    parts = urlsplit(text)
    try:
        has_port = parts.port != 0
    except ValueError:
        has_port = False
    host((parts.hostname or "").rstrip("."))
    if "@" in parts.netloc or parts.query or parts.fragment or not has_port:
        raise BadValueError(
            "it holds a login, a query, a fragment or no valid port",
            "write the host and the folder alone, e.g. https://example.org/news/",
        )
    return text.rstrip("/") + "/"


_FOR_FEW = (".localhost", ".local", ".internal", ".home.arpa")


def host(text: str) -> str:
    """A host's name, or its IP address without brackets."""
    text = required_line(text)
    if not _HOST.fullmatch(text) and not is_ip(text):
        raise BadValueError("it is not a valid host", "write its name alone, e.g. mail.example.org")
    return text


def is_loopback(host: str) -> bool:
    """Whether what is sent to this host never leaves the machine."""
    return ip_address(host).is_loopback if is_ip(host) else host.lower() == "localhost"


def is_for_few(host: str) -> bool:
    """Whether only this machine or its own network can reach a host: nobody on the internet can.

    Names: RFC 6761 (localhost), RFC 6762 (.local), RFC 8375 (home.arpa), and .internal, which ICANN
    set aside in 2024; and a name without a dot.
    """
    name = host.lower().rstrip(".")
    if is_ip(name):
        return ip_address(name).is_private
    return "." not in name or name.endswith(_FOR_FEW)


def is_at_loopback(url: str) -> bool:
    """Whether an address of the web is on this machine, so that nothing of it leaves it."""
    return is_loopback(urlsplit(url).hostname or "")


def bracketed(host: str) -> str:
    """A host as URLs write it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def is_ip(text: str) -> bool:
    """Whether it is an address, of IPv4 or IPv6."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def variable(text: str) -> str:
    """A variable of the environment that a source or a program may have; none of our own."""
    if not _VARIABLE.fullmatch(text):
        problem = "it is not the name of a variable"
        raise BadValueError(problem, "name the variable that holds it, never the secret itself")
    if text.startswith(_OURS):
        problem = "it is a variable of this program, and its secrets are for no other"
        raise BadValueError(problem, f"name another one, without {_OURS}")
    return text


def command_line(text: str) -> str:
    """A command on one line, as a shell would part it into words; it names a program."""
    try:
        words = shlex.split(required_line(text))
    except ValueError as error:
        raise ValueError(f"it is not a valid command ({error})") from None
    if not any(words):
        raise ValueError("it is not a valid command (it names no program)")
    return text
