"""What becomes of an issue's mail, in sentences: before it is published, and after. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.publisher.delivering.release_forecast import MailFate
from msnewsletter.subscribers.subscriber import SubscribedEdition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from msnewsletter.publisher.delivering.release_forecast import ReleaseForecast

_EDITIONS: Final = {
    SubscribedEdition.FULL: "the full edition",
    SubscribedEdition.LOW_ENERGY: "the low-energy edition",
}


def forecast_lines(forecast: ReleaseForecast, *, folder: str) -> Iterator[str]:
    """What happens to the mail once the issue is out, a sentence each.

    Args:
        forecast: of its mail.
        folder: where its mail lies, with a slash at the end.
    """
    whom = "its readers" if forecast.fault else _readers(forecast.total)
    match forecast.fate:
        case MailFate.ELSEWHERE:
            yield f"Its mail lies in {folder} until your mail system takes it."
            return
        case MailFate.KEPT_IN:
            yield f"Its mail lies in {folder}: no mail leaves a sandbox."
            return
        case MailFate.UNDECIDED:
            yield (
                f"Its mail lies in {folder}: this home was restored from a backup, and sends "
                "nothing until 'msnewsletter resolve --restored'."
            )
            return
        case _ if not (forecast.total or forecast.fault):
            yield (
                f"Its mail lies in {folder}: there is no confirmed subscriber who wants mail now."
            )
            return
        case MailFate.BY_HAND:
            yield f"Its mail lies in {folder} until 'msnewsletter deliver' sends it to {whom}."
        case MailFate.AT_ONCE if forecast.begins:
            when = _moment(forecast.begins)
            yield f"Its mail goes to {whom} from {when} on: deliver.hours lets none go before."
        case MailFate.AT_ONCE:
            yield f"Its mail goes at once to {whom}: 'msnewsletter run' sends it."
    if forecast.fault:
        yield f"How many they are is not known: {forecast.fault}."
        return
    yield from _who(forecast)
    yield from _pace(forecast)


def _who(forecast: ReleaseForecast) -> Iterator[str]:
    """How many get which edition, where there are two."""
    parts = [
        f"{forecast.readers[one]:,} {'gets' if forecast.readers[one] == 1 else 'get'} {name}"
        for one, name in _EDITIONS.items()
        if forecast.readers.get(one)
    ]
    if len(parts) > 1:
        yield f"{' and '.join(parts)}."


def _pace(forecast: ReleaseForecast) -> Iterator[str]:
    """What delays some of it."""
    if forecast.most_a_day:
        why = (
            "The warm-up of a new sender lets"
            if forecast.warming_up
            else "The limits of [deliver] let"
        )
        yield f"{why} at most {forecast.most_a_day:,} go within 24 hours; the rest follows later."
    if forecast.most_an_hour:
        yield f"The limits of [deliver] let at most {forecast.most_an_hour:,} go within an hour."


def _readers(number: int) -> str:
    return "1 reader" if number == 1 else f"{number:,} readers"


def _moment(when: datetime) -> str:
    return f"{ENGLISH.day(when.date())}, {when:%H:%M}"
