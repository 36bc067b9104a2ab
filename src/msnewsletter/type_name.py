"""What documents call the type of a setting. Read by tools/reference alone; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TypeName:
    """The name of a type, in its annotation, where Python's name for it says too little."""

    name: str
