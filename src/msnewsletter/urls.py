"""The permanent URLs and file names of the public site's pages and feeds. Pure.

Once an issue is out, they never change; they are made here and nowhere else.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from msnewsletter.home import issue_name
from msnewsletter.model import Status

if TYPE_CHECKING:
    from msnewsletter.model import Entry, Masthead

# Issues on one page of the archive and in one sitemap: publishing rewrites one such piece, however
# many there are.
CHUNK = 50

FEED_NAMES = ("rss.xml", "atom.xml", "feed.json")
MAIN, FULL, ISSUES = "", "full/", "issues/"  # the folders of feeds
HOME, ABOUT, FEEDS, TOPICS, ARCHIVE, MISSING = (
    "index.html",
    "about.html",
    "feeds.html",
    "topics.html",
    "archive.html",
    "404.html",
)
LATEST_FOLDER = "latest/"
LATEST = LATEST_FOLDER + HOME
OPML, SITEMAP, ROBOTS, STYLE = "feeds.opml", "sitemap.xml", "robots.txt", "style.css"
FEED_STYLE = "feed.css"
ICON, ICON_ICO, SHARED_PICTURE = "icon.svg", "favicon.ico", "share.png"
CORRECTIONS = "corrections.html"
GLOSSARY = "glossary.html"
PAGES_SITEMAP = "sitemaps/pages.xml"

# The public door's pages, below its own address, which may be the site's. None of them is a file.
SIGN_UP, PREFERENCES = "subscribe", "preferences"
CONFIRM, UNSUBSCRIBE, COME_BACK = "confirm", "unsubscribe", "come-back"
DOOR_STYLE = "subscribe/style.css"
# Pages whose address holds a token.
TOKEN_PAGES = (CONFIRM, PREFERENCES, UNSUBSCRIBE, COME_BACK)

# Where the program makes files: below these folders, and these themselves.
_OUR_FOLDERS = frozenset(
    {"archive", "corrections", "full", "issues", "latest", "sitemaps", "summaries", "tags"}
)
_OUR_FILES = frozenset(
    {HOME, ABOUT, FEEDS, TOPICS, ARCHIVE, MISSING, OPML, SITEMAP, ROBOTS, STYLE, CORRECTIONS}
    | {GLOSSARY, FEED_STYLE, ICON, ICON_ICO, SHARED_PICTURE, *FEED_NAMES}
)

# A tag that is a page name as it is: safe in file systems and URLs, and unlike our own names with
# digits.
_PLAIN_TAG = re.compile(r"[a-z0-9](?:-?[a-z0-9]){0,39}", re.ASCII)
_DIGITS = re.compile(r"(?:.*-)?[0-9a-f]{8}")
# Microsoft, "Naming Files, Paths, and Namespaces": reserved whatever the extension.
_DEVICE = re.compile(r"con|prn|aux|nul|(?:com|lpt)\d")


def is_ours(path: str) -> bool:
    """Whether the program makes files at such a path below the site, e.g. `issues/0007.html`."""
    folder, slash, _ = path.partition("/")
    return folder in _OUR_FOLDERS if slash else folder in _OUR_FILES


def door_links(door: str) -> frozenset[str]:
    """The door's pages that the site leads to; none where `door`, its address, is empty."""
    return frozenset(door + page for page in (SIGN_UP, PREFERENCES)) if door else frozenset()


def page_name(entry: Entry) -> str:
    """The entry's page below the site."""
    return summary_page_name(entry.summary.key, entry.id)


def summary_page_name(key: str, id_: str) -> str:
    """A summary's page below the site: `summaries/<words of its key>-<8 of its id>.html`.

    The words are for people; the digits of the id keep apart keys that differ only in case or
    punctuation, and make device names (`con`) and dots harmless.
    """
    words = _words(key, limit=60)
    digits = id_.removeprefix("urn:uuid:")[:8]
    return f"summaries/{words}-{digits}.html" if words else f"summaries/{digits}.html"


def issue_page_name(number: int) -> str:
    """The issue's page below the site."""
    return f"issues/{issue_name(number)}.html"


# The pages of an issue ask for the same few tags again and again.
@lru_cache(maxsize=1024)
def tag_slug(tag: str) -> str:
    """The permanent name of a tag below `tags/`; tags that differ only in case share it.

    Like a key's, its digits (of SHA-256) keep apart what the words alone would not.
    """
    same = " ".join(unicodedata.normalize("NFC", tag).casefold().split())
    if _PLAIN_TAG.fullmatch(same) and not _DIGITS.fullmatch(same) and not _DEVICE.fullmatch(same):
        return same
    words = _words(same, limit=40)
    digits = hashlib.sha256(same.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{words}-{digits}" if words else digits


def term_anchor(name: str) -> str:
    """The permanent anchor of a term on the glossary's page; names that differ in case share it."""
    return f"term-{tag_slug(name)}"


def _words(text: str, *, limit: int) -> str:
    """The ASCII letters and digits of a text, in lower case, its words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:limit].strip("-")


def tag_page_name(slug: str) -> str:
    """The page of a tag below the site."""
    return f"tags/{slug}.html"


def tag_feed_folder(slug: str) -> str:
    """The folder of a tag's feeds below the site."""
    return f"tags/{slug}/"


def archive_folder(number: int, part: int = 1) -> str:
    """The folder of an issue's archive documents (RFC 5005, section 4), below the feed's own."""
    return f"archive/{issue_name(number)}{f'-{part}' if part > 1 else ''}/"


def chunk_of(number: int) -> int:
    """Which piece of the archive an issue is in; 1 is the first."""
    return (number - 1) // CHUNK + 1


def numbers_in(chunk: int) -> range:
    """The numbers of the issues in a piece of the archive."""
    first = (chunk - 1) * CHUNK + 1
    return range(first, first + CHUNK)


def chunk_page_name(chunk: int) -> str:
    """The page of a complete piece of the archive."""
    return f"archive/issues-{issue_name(chunk)}.html"


def icon_name(size: int) -> str:
    """The newsletter's icon as a PNG of that many pixels."""
    return f"icon-{size}.png"


def ledger_page_name(chunk: int) -> str:
    """The page of what a complete piece of the archive announced as corrections."""
    return f"corrections/issues-{issue_name(chunk)}.html"


def sitemap_name(chunk: int) -> str:
    """The sitemap of one piece of the archive."""
    return f"sitemaps/{issue_name(chunk)}.xml"


def entry_link(masthead: Masthead, entry: Entry) -> str:
    """The target of an entry's title: the page that the summary names, or else ours.

    Ours, too, once something became of the summary: corrections in mail lead there, and the page at
    its source may show the old text without a word of it.
    """
    summary = entry.summary
    there = summary.url if summary.status is Status.LIVE else None
    return there or masthead.site + page_name(entry)


def doi_link(doi: str) -> str:
    """The resolver's address (DOI Handbook, 3.8), with what URLs cannot carry percent-encoded."""
    return "https://doi.org/" + quote(doi, safe="/:;().-_")


def pubmed_link(pmid: str) -> str:
    """The study's abstract at PubMed."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
