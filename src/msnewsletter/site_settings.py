"""Settings of the site's second place: `[site]`, an object store or a folder elsewhere."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from msnewsletter.errors import BadValueError
from msnewsletter.settings_section import Section
from msnewsletter.text import required_line
from msnewsletter.type_name import TypeName

_STORES = ("s3", "gs", "az")
_REMEDY = (
    "write s3://BUCKET, gs://BUCKET or az://CONTAINER, perhaps with /FOLDER, or file:///FOLDER"
)


def _place(text: str) -> str:
    text = required_line(text)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise BadValueError("it is no address", _REMEDY) from None
    if "@" in parts.netloc or parts.query or parts.fragment:
        # Without the text: what is refused here may be a password.
        raise BadValueError(
            "it holds a user, a password or a token",
            "name the place alone; credentials are read from the environment",
        )
    folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
    if not folder and not (parts.scheme in _STORES and parts.netloc):
        raise BadValueError("it is no place that the site can be pushed to", _REMEDY)
    if parts.path.strip("/") == "" and folder:
        raise BadValueError("it is the root of the file system", _REMEDY)
    return text.rstrip("/")


class SiteSection(Section):
    """`[site]`: where else the site's files go."""

    push: Annotated[str, AfterValidator(_place), TypeName("address")] | None = None
    """Where the site goes besides `outbox/site/`: `s3://BUCKET`, `gs://BUCKET` or `az://CONTAINER`,
    each perhaps with `/FOLDER`, or `file:///FOLDER`, a folder that is there. Needs the extra `s3`.
    Credentials come from the environment alone; a sandbox pushes nothing. See
    [hosting](../guides/hosting.md#host-the-site-on-s3-or-r2).
    """
