"""The identifiers of a study, DOI, PubMed number and web address, as people copy them.

Owns one form for all the ways in which one identifier is written, so that it is one study. Pure.
"""

from __future__ import annotations

import html
import re
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import unquote, urlsplit

from msnewsletter.errors import BadValueError
from msnewsletter.text import quoted_value

# What a database index holds in one entry: PostgreSQL's 2,704 bytes, four a character at most.
_DOI_LIMIT = 600
# Of a DOI or PubMed number as it is copied; cleaning takes the square of the length at worst.
_COPIED_LIMIT = 4 * _DOI_LIMIT
_DOI_REMEDY = "write it as 10.1000/abc123"
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_DOI_PREFIX = re.compile(
    r"(?:doi(?!\.)[\s:=<(\[\"']*)?(?P<address>(?:https?:/+)?(?:dx\.|www\.)?doi\.org/+)?(?:doi:\s*)?",
    re.IGNORECASE,
)
# bioRxiv and medRxiv: the version, and the page of it, that their own addresses add to the DOI.
_PREPRINT = re.compile(
    r"(10\.(?:1101|64898)/(?:[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.)?[0-9]{5,})"
    r"(?:\.?v[0-9]+)?(?:\.[a-z][a-z.+-]*)?"
)
_PMID = re.compile(
    r"(?:(?:pmid|pubmed)(?!\.)[\s:=#]*)?(?P<address>(?:https?:/+)?(?:www\.)?"
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/+)?"
    r"0*(?P<number>[1-9][0-9]{0,7})(?(address)/*(?:[?#].*)?)",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Zero-width characters and the soft hyphen, which pages put in to break lines, are not seen; a
# typographic hyphen is a hyphen.
_COPIED = str.maketrans(
    dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
)
# DOI Handbook, 3.4: DOIs are compared without regard to the case of ASCII letters, and of no other.
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_QUOTES = "\"'`“”„‘’‚«»‹›"
_BEFORE = f"{_QUOTES}<([{{"
_AFTER = f"{_QUOTES}.,;:"
_CLOSING = {")": "(", "]": "[", ">": "<", "}": "{"}


def doi_of(text: str) -> str:
    """The DOI in lower case, without what surrounds it in texts; raises BadValueError."""
    doi = _copied(text, "is too long for a DOI", _DOI_REMEDY)
    prefix = _DOI_PREFIX.match(doi)
    if prefix and prefix[0]:
        doi = doi[prefix.end() :]
        if prefix["address"]:
            # DOI Handbook, 3.8: the resolver's address percent-encodes what a URL cannot carry.
            doi = unquote(re.split("[?#]", doi, maxsplit=1)[0]).translate(_COPIED)
    doi = _without_end(doi).translate(_SMALL)
    if preprint := _PREPRINT.fullmatch(doi):
        doi = preprint[1]
    if not _DOI.fullmatch(doi) or not doi.isprintable():
        raise _bad(text, "is not a valid DOI", _DOI_REMEDY)
    if len(doi) > _DOI_LIMIT:
        raise _bad(text, "is too long for a DOI", _DOI_REMEDY)
    return doi


def pmid_of(text: str) -> str:
    """The PubMed number, digits without leading zeros; raises BadValueError."""
    problem, remedy = "is not a valid PubMed number", "write 1 to 8 digits, e.g. 38012345"
    found = _PMID.fullmatch(_without_end(_copied(text, problem, remedy)))
    if found is None:
        raise _bad(text, problem, remedy)
    return found["number"]


def url_of(text: str) -> str:
    """The web address, entities of HTML read as what they mean; raises BadValueError."""
    url = _without_entities(text).strip()
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, brackets that hold no IPv6 address
        whole = False
    if not whole or any(character.isspace() for character in url):
        remedy = "write it whole, e.g. https://example.org/gut"
        raise _bad(text.strip(), "is not a valid web address", remedy)
    return url


def _copied(text: str, problem: str, remedy: str) -> str:
    """The text without what comes along when it is copied; raises BadValueError if it is long."""
    if len(text) > _COPIED_LIMIT:
        raise _bad(text, problem, remedy)
    text = _without_entities(text).translate(_COPIED).strip()
    return text.lstrip(_BEFORE).lstrip()


def _without_entities(text: str) -> str:
    """The text with entities as their characters, also where they were escaped again and again.

    Only those with a semicolon: `?a=1&copy=2` has none.
    """
    return _ENTITY.sub(lambda found: html.unescape(f"&{found[1]};"), text) if "&" in text else text


def _without_end(text: str) -> str:
    """The text without a sentence's signs at its end; brackets that are closed in it stay."""
    while text := text.rstrip().rstrip(_AFTER):
        opening = _CLOSING.get(text[-1])
        if not (text[-1].isspace() or (opening and text.count(text[-1]) > text.count(opening))):
            break
        text = text[:-1]
    return text


def _bad(text: str, problem: str, remedy: str) -> BadValueError:
    return BadValueError(f"{quoted_value(text.strip())} {problem}", remedy)
