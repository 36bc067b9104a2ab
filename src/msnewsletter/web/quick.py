"""Answers for files of the site straight from the connection, without a task for each request.

Owns how such an answer is written. Never decides what the answer is: `Site.shown` does, for both
ways. Reading requests, time-outs, pipelines, back-pressure and shutdown stay uvicorn's, and so does
every request that is not for a file, or that is not alone.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from msnewsletter.web.public.app import Site
    from msnewsletter.web.public.files import Answer


# Bytes of headers that may have come without their end: more than any browser sends.
_HEAD = 64 * 1024
# Seconds at most. With a thousand connections and more that ask at once, libuv takes what came
# meanwhile too before it runs what was called for soon.
_TOGETHER = 0.01


def quick(site: Site) -> type[HttpToolsProtocol]:
    """The protocol for an application that shows this site, to be given to uvicorn as `http`."""
    return type("QuickProtocol", (_QuickProtocol,), {"site": site, "asked": _Asked()})


class _Asked:
    """Which files the disk was asked about for requests that came together, on all connections.

    They may see the same state. Asking for each of them took a sixth of a 304's time.
    """

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._since = 0.0

    def together(self, loop: AbstractEventLoop) -> set[str]:
        """The names until now, to be added to."""
        now = monotonic()
        if not self._names:
            # It runs before the loop waits again: all that it lets through has come by now.
            loop.call_soon(self._names.clear)
            self._since = now
        elif now - self._since > _TOGETHER:
            self._names.clear()
            self._since = now
        return self._names


class _QuickProtocol(HttpToolsProtocol):
    # This stands on what uvicorn does not document: `_start_asgi_task`, the fields of a cycle, and
    # how `RequestResponseCycle.send` writes. So pyproject.toml names the one minor version of
    # uvicorn for which tests/web/test_quick.py has compared both ways, byte for byte.

    site: Site
    asked: _Asked

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (uvicorn's own)
        super().__init__(*args, **kwargs)
        self._head = 0
        self._reading = False
        self._begun: tuple[RequestResponseCycle, Any] | None = None

    def data_received(self, data: bytes) -> None:
        """Read; then answer the request that began, or let the application do so."""
        self._reading = True
        before: Any = self.scope  # None before the first request
        super().data_received(data)
        self._reading = False
        # The scope gets its method with the end of the headers.
        after: Any = self.scope
        if after is before and after is not None and "method" not in after:
            self._refuse_endless(len(data))
        else:
            self._head = 0
        if self._begun is not None:
            cycle, app = self._begun
            self._begun = None
            answer = self._answer(cycle, app)
            if answer is None:
                super()._start_asgi_task(cycle, app)
            else:
                self._write(cycle, answer)

    def _refuse_endless(self, more: int) -> None:
        # httptools keeps all of a header until it ends.
        self._head += more
        if self._head > _HEAD and not self.transport.is_closing():
            self.send_400_response("The request's headers are too long.")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401  (as above)
        # Not before all that came is read: what is malformed behind a request is answered first,
        # as it is where a task answers. What waited in the pipeline has been read long ago.
        if self._reading:
            self._begun = (cycle, app)
        else:
            super()._start_asgi_task(cycle, app)

    def _answer(self, cycle: RequestResponseCycle, app: Any) -> Answer | None:  # noqa: ANN401
        if (
            app is not self.app  # it is uvicorn that refuses, for too many connections
            or self.config.access_log  # uvicorn would write it
            or self.flow.write_paused  # the client is slow: wait, in a task
            or self.transport.is_closing()
        ):
            return None
        scope, known = cycle.scope, self.asked.together(self.loop)
        try:
            return self.site.shown(scope["method"], scope["path"], scope["headers"], known)
        except Exception:  # noqa: BLE001  (it fails again in the application, which says so: 500)
            return None

    def _write(self, cycle: RequestResponseCycle, answer: Answer) -> None:
        lines = [STATUS_LINE[answer.status]]
        lines += [b"%b: %b\r\n" % header for header in cycle.default_headers]
        lines.append(answer.lines)
        lines.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        # Together in one system call (uvloop), and the body is not copied.
        self.transport.writelines((b"".join(lines), answer.body))
        cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()
