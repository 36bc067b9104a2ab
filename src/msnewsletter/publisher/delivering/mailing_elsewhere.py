"""A mailing of which another home on the same database may have the rest: what is wrong. Pure."""

from __future__ import annotations

from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name


def folder_missing(issue: int, *, elsewhere: bool) -> RefusedError:
    """Why an issue cannot be sent; `elsewhere`: another home on the database may have it."""
    problem = "its folder is neither in outbox/new/ nor in outbox/sending/"
    remedy = "put it back into outbox/sending/"
    if elsewhere:
        problem = "its folder is not in this home, but perhaps in another one on this database"
        remedy = "run deliver there; if that home is lost, put a copy into outbox/sending/ here"
    ended = f"run 'msnewsletter resolve {issue} --delivered'"
    remedy = f"{remedy}; or, so that nobody gets it from here any more, {ended}"
    return RefusedError(f"issue {issue_name(issue)}", problem, remedy)


def unsettled_elsewhere(issue: int, number: int) -> RefusedError:
    """What is wrong where a sender of another home on the database has deliveries in hand."""
    return RefusedError(
        f"issue {issue_name(issue)}",
        f"a sender of another home on this database has {number:,} deliveries in hand, and only "
        "that home knows what became of them",
        "run deliver there; if that home is lost, decide here with 'msnewsletter resolve "
        f"{issue} --resend-in-doubt', or --drop-in-doubt",
    )
