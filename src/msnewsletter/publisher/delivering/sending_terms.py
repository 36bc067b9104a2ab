"""The settings by which the home and all its workers send; one with others would break promises.

A worker has a copy of newsletter.toml. When the home's changes, a limit that only some of them know
is none, and mail from another envelope sender is another newsletter's. How each reaches its mail
server is its own affair.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.delivery_settings import DeliverSection
    from msnewsletter.settings import Settings

# Of [deliver]; by name as in newsletter.toml.
_OWN_AFFAIR = frozenset({"automatic", "workers", "connections", "pipelining"})


def sending_terms(settings: Settings, section: DeliverSection) -> dict[str, str]:
    """The settings that all must have in common, by name; the values are JSON."""
    about = settings.newsletter
    terms: dict[str, object] = {
        "newsletter.id": about.id,
        "newsletter.zone": about.zone,
        "mail.from_address": settings.mail.from_address,
    }
    of_section = section.model_dump(mode="json", exclude=set(_OWN_AFFAIR))
    terms |= {f"deliver.{name}": value for name, value in of_section.items()}
    return {name: json.dumps(value, sort_keys=True) for name, value in terms.items()}


def other_terms(ours: Mapping[str, str], shared: Mapping[str, str]) -> str | None:
    """What is said where a worker's settings are not the home's; None: they are.

    shared: what the home has noted; nothing: no home has yet, or an older one.
    """
    names = sorted(name for name in shared if ours.get(name) != shared[name])
    if not names:
        return None
    named = ", ".join(names)
    return f"newsletter.toml here is not as the home's in {named}; copy that of the home here"
