"""A folder on the command line: never an empty name, which would mean the current folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import os

    from click.shell_completion import CompletionItem


class Folder(click.Path):
    """A path to a folder; an unset variable of a shell, which gives "", is refused.

    `file_okay`: what is in the way is not for click to say.
    """

    def __init__(self, *, file_okay: bool = False) -> None:
        super().__init__(path_type=Path, file_okay=file_okay)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401  (click's own signature)
        """The path; fails where it is empty."""
        if value == "":
            self.fail("it is empty; name a folder, e.g. '.' for this one", param, ctx)
        return super().convert(value, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Folders alone, as the shell lists them."""
        from click.shell_completion import CompletionItem

        del ctx, param
        return [CompletionItem(incomplete, type="dir")]
