"""What a source that is fetched is found to say, kept as the program keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.publisher.fetched_summaries import Keeper
from msnewsletter.publisher.source_memory import (
    SourceHealth,
    SourceMemory,
    read_memory,
    write_health,
    write_index,
)
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.fetch.finds import Find, Read, Unread
from msnewsletter.sources.fetched_file import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home

SITE, FEED = "site", "news"
LAYOUT = Problem(says="no cautions found", remedy="look whether its layout changed")
GONE = Problem(says="its page answers 404", remedy="remove it from the index")


def page_source(name: str = SITE, **more: str) -> str:
    """The settings of a source of pages; keywords as TOML has them."""
    given = "".join(f"{key} = {value}\n" for key, value in more.items())
    return (
        f'name = "{name}"\nkind = "page"\nsitemap = "https://{name}.example/sitemap.xml"\n{given}'
    )


def fields_of(about: str, **fields: str) -> dict[str, str | tuple[str, ...]]:
    """The fields of a whole summary about something; "" leaves one out."""
    given = {
        "headline": f"What we know of {about}.",
        "found": f"Something was found about {about} in a group of people, and it was large.",
        "why_it_matters": f"Knowing more about {about} may help many people with MS one day.",
        "cautions": f"The study of {about} was small, and nobody was blinded.",
    }
    return {name: value for name, value in (given | fields).items() if value}


def read_at(address: str, fields: dict[str, str | tuple[str, ...]], *ids: str) -> Read:
    """A find: the summary at an address, which may have ids as well."""
    return Read(identities=(*ids, identity_of(address)), address=address, fields=fields)


def unread_at(address: str, problem: Problem = LAYOUT) -> Unread:
    """A find: what is at an address cannot be read."""
    identities = (identity_of(address),)
    return Unread(identities=identities, address=address, problem=problem, passing=False)


def keep(
    home: Home, source: str, *finds: Find, at: datetime, running: bool = True, first: bool = False
) -> None:
    """Keep the finds of a look at a source; `running`: the newsletter had an issue at the first."""
    memory = read_memory(home, source)
    memory = memory or SourceMemory(health=SourceHealth(added=at, running=running))
    keeper = Keeper(home, source, memory, at=at, first_look=first)
    for find in finds:
        keeper.keep(find)
    write_health(home, source, keeper.memory.health)
    write_index(home, source, keeper.memory)
