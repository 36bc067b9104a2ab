"""procrastinate's own worker: it takes jobs from the queue, and hands each to a lane that is free.

It ends when it is asked to, or when the database cannot be reached.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import DeleteJobCondition
from psycopg_pool import AsyncConnectionPool

from msnewsletter.cluster.job_queue import CHUNK_TASK, QUEUE
from msnewsletter.store.postgresql import driver_address
from msnewsletter.subscribers.delivery_state import Chunk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import URL

    from msnewsletter.cluster.lane import Lane
    from msnewsletter.cluster.lease import Periods
    from msnewsletter.store.location import DatabaseLocation

# Seconds for a connection; a database that is away is waited for elsewhere.
_CONNECT = 10.0


async def run_jobs(
    location: DatabaseLocation,
    url: URL,
    lanes: Sequence[Lane],
    periods: Periods,
    ended: asyncio.Event,
) -> None:
    """Take jobs until `ended` is set; raises whatever procrastinate ends by.

    Args:
        location: of the database.
        url: its address.
        lanes: send the chunks; each is given one at a time.
        periods: how often to look, and to give procrastinate's sign of life.
        ended: ends it; what is under way may finish.
    """
    pool = AsyncConnectionPool(
        driver_address(location, url),
        min_size=1,
        max_size=2,
        timeout=_CONNECT,
        reconnect_timeout=_CONNECT,
        open=False,
        check=AsyncConnectionPool.check_connection,
    )
    async with pool:
        await pool.wait(_CONNECT)
        app = _app(lanes)
        await app.open_async(pool)
        working = asyncio.create_task(_work(app, len(lanes), periods))
        ending = asyncio.create_task(ended.wait())
        await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if not working.done():
            # procrastinate ends in order: what is under way finishes.
            working.cancel()
        await asyncio.wait({working})
        if not working.cancelled() and (error := working.exception()):
            raise error


async def _work(app: App, lanes: int, periods: Periods) -> None:
    await app.run_worker_async(
        queues=[QUEUE],
        concurrency=lanes,
        # A job is a permit to look: what it has done is in the ledger.
        delete_jobs=DeleteJobCondition.ALWAYS,
        install_signal_handlers=False,
        fetch_job_polling_interval=periods.look,
        update_heartbeat_interval=periods.beat,
        stalled_worker_timeout=periods.silent,
        shutdown_graceful_timeout=periods.last,
    )


def _app(lanes: Sequence[Lane]) -> App:
    """The queue as procrastinate sees it, with the one kind of job that there is."""
    app = App(connector=PsycopgConnector())
    free: asyncio.Queue[Lane] = asyncio.Queue()
    for lane in lanes:
        free.put_nowait(lane)

    @app.task(name=CHUNK_TASK, queue=QUEUE)
    async def send_chunk(issue: int, first: int, last: int) -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # nobody waits any more: the loop is closed
                loop.call_soon_threadsafe(done.set)

        lane = await free.get()
        lane.send(Chunk(issue=issue, first=first, last=last), wake)
        await done.wait()
        free.put_nowait(lane)

    return app
