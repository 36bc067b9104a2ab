"""The words in which feeds say facts of a summary, and by which their reader finds them. Pure.

Each in English, by which catalogues have its translation.
"""

from __future__ import annotations

from msnewsletter.catalogues.own_words import to_say
from msnewsletter.model import Evidence, Status, WrittenBy

STATUS_WORDS = {
    Status.LIVE: "",
    Status.CORRECTED: to_say("Corrected"),
    Status.CONCERN: to_say("Expression of concern"),
    Status.WITHDRAWN: to_say("Withdrawn"),
    Status.RETRACTED: to_say("Study retracted"),
    Status.TAKEN_DOWN: to_say("Taken down"),
}
WRITTEN = {
    WrittenBy.AI: to_say("AI-written"),
    WrittenBy.PEOPLE: to_say("Written by people"),
    WrittenBy.BOTH: to_say("Written by AI and people"),
}
EVIDENCE = {
    Evidence.TRIAL: to_say("trial"),
    Evidence.OBSERVATIONAL: to_say("observational study"),
    Evidence.REVIEW: to_say("review"),
    Evidence.LABORATORY: to_say("laboratory study"),
    Evidence.PEER_REVIEWED: to_say("peer-reviewed"),
    Evidence.PREPRINT: to_say("preprint, not peer-reviewed"),
}
# The whole title: a takedown leaves no headline.
TAKEN_DOWN = to_say("This summary was taken down")

BECAME = {
    Status.LIVE: "",
    Status.CORRECTED: to_say("We have corrected this summary."),
    Status.CONCERN: to_say(
        "The journal has expressed concern about the study behind this summary. "
        "Please read it with care."
    ),
    Status.WITHDRAWN: to_say("We have withdrawn this summary. Please do not rely on it."),
    Status.RETRACTED: to_say(
        "The study behind this summary was retracted. Please do not rely on it."
    ),
    Status.TAKEN_DOWN: to_say("We have taken this summary down. Please do not rely on it."),
}
