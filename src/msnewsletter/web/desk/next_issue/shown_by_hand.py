"""What frames show of the issue that "publish now" would send, which need not be the slot's.

Kept in memory for a while by its content, which its form names as well: so the frames beside a form
show what that form publishes, whatever changes meanwhile.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

# So many forms that are open at once can be looked at.
_KEPT = 5


@dataclass(slots=True)
class ShownByHand:
    """The files of issues that forms would publish, by their content: the newest few."""

    _files: OrderedDict[str, Mapping[str, bytes]] = field(default_factory=OrderedDict)

    def keep(self, made: NextIssuePreview) -> str:
        """Keep what frames show of a form; returns the address of its files."""
        self._files[made.content] = made.files
        self._files.move_to_end(made.content)
        while len(self._files) > _KEPT:
            self._files.popitem(last=False)
        return f"/publish/files/{made.content}/"

    def files(self, content: str) -> Mapping[str, bytes]:
        """The files of an issue's folder, by name; empty: they are not kept any more."""
        return self._files.get(content, {})
