"""`/health`: what `doctor` says of this home, and how the sources do.

Looking asks no mail server, no hub and no other host; a button does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.web.desk.health.source_health import sources_of
from msnewsletter.web.desk.responses import desk_of
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def health_screen(request: Request) -> Response:
    """All checks, what is wrong first; after POST with the answers of other hosts."""
    desk = desk_of(request)
    thorough = request.method == "POST"
    lines = await asyncio.to_thread(lambda: tuple(desk.examine(desk.live.now(), thorough)))
    values = await asyncio.to_thread(lambda: desk.common(request) | sources_of(desk))
    return page(
        "health/health.html.j2",
        values
        | {
            "wrong": [one for one in lines if not one.ok],
            "fine": [one for one in lines if one.ok],
            "thorough": thorough,
        },
    )


ROUTES = [Route("/health", health_screen, methods=["GET", "POST"])]
