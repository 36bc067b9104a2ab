"""The end of a verb's help: commands that can be typed as they stand."""

from __future__ import annotations


def examples(*commands: str, also: str = "") -> str:
    """The text below the options of a verb.

    Args:
        commands: what follows `msnewsletter`, a line each; ` # ` begins what it is for.
        also: a paragraph in front of them.
    """
    lines = [f"  msnewsletter {one.replace(' # ', '  # ')}" for one in commands]
    # Without this mark click fills the lines to one paragraph.
    shown = "\n".join(["\b", "Examples:", *lines])
    return f"{also}\n\n{shown}" if also else shown
