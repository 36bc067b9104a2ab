"""The words in which feeds say facts of a summary, and by which their reader finds them. Pure."""

from __future__ import annotations

from msnewsletter.model import Evidence, Status, WrittenBy

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

STATUS_WORDS = {
    Status.LIVE: "",
    Status.CORRECTED: "Corrected",
    Status.CONCERN: "Expression of concern",
    Status.WITHDRAWN: "Withdrawn",
    Status.RETRACTED: "Study retracted",
    Status.TAKEN_DOWN: "Taken down",
}
WRITTEN = {
    WrittenBy.AI: "AI-written",
    WrittenBy.PEOPLE: "Written by people",
    WrittenBy.BOTH: "Written by AI and people",
}
EVIDENCE = {
    Evidence.TRIAL: "trial",
    Evidence.OBSERVATIONAL: "observational study",
    Evidence.REVIEW: "review",
    Evidence.LABORATORY: "laboratory study",
    Evidence.PEER_REVIEWED: "peer-reviewed",
    Evidence.PREPRINT: "preprint, not peer-reviewed",
}
# The whole title: a takedown leaves no headline.
TAKEN_DOWN = "This summary was taken down"

BECAME = {
    Status.LIVE: "",
    Status.CORRECTED: "We have corrected this summary.",
    Status.CONCERN: "The journal has expressed concern about the study behind this summary. "
    "Please read it with care.",
    Status.WITHDRAWN: "We have withdrawn this summary. Please do not rely on it.",
    Status.RETRACTED: "The study behind this summary was retracted. Please do not rely on it.",
    Status.TAKEN_DOWN: "We have taken this summary down. Please do not rely on it.",
}
