"""What every section of newsletter.toml is built on."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from msnewsletter.text import required_line
from msnewsletter.type_name import TypeName
from msnewsletter.validators import variable


class Section(BaseModel):
    """A section: frozen, with known names only, each of the type that TOML gave it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


# A text on one line, not blank.
Line = Annotated[str, AfterValidator(required_line), TypeName("line")]
# The name of a variable of the environment that a program may be given.
VariableName = Annotated[str, AfterValidator(variable), TypeName("name of a variable")]
