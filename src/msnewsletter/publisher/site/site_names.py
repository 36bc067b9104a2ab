"""Names of files that the site has besides those of an issue, and of the one that proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.publisher.site.gather import slugs_of
from msnewsletter.render.site.icons import ICON_FILES

if TYPE_CHECKING:
    from msnewsletter.glossary import Glossary
    from msnewsletter.home import Home
    from msnewsletter.model import Issue

# Parsed at every publish. A test parses those of tags and the archive documents: they come from the
# same functions.
CHECKED_FEEDS = tuple(
    folder + name for folder in (urls.MAIN, urls.FULL, urls.ISSUES) for name in urls.FEED_NAMES
)


def archive_marker(number: int) -> str:
    """The archive document of an issue that is written last: it proves the others."""
    return urls.archive_folder(number) + urls.FEED_NAMES[-1]


def is_archived(home: Home, number: int) -> bool:
    """Whether the site has the archive documents of an issue."""
    return (home.site / archive_marker(number)).is_file()


def names_beside(issue: Issue, glossary: Glossary) -> set[str]:
    """What an issue's pages and feeds may link to besides each other."""
    slugs = {slug for entry in issue.entries for slug in slugs_of(entry)}
    return {
        *(urls.HOME, urls.ABOUT, urls.FEEDS, urls.TOPICS, urls.ARCHIVE, urls.STYLE),
        urls.CORRECTIONS,
        *([urls.GLOSSARY] if glossary.terms else []),
        *(urls.tag_page_name(slug) for slug in slugs),
        *CHECKED_FEEDS,
        *ICON_FILES,
        urls.FEED_STYLE,
    }
