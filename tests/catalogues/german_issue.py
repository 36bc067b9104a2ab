"""A German newsletter whose issue has every kind of thing that the newsletter says something of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from msnewsletter.glossary import Glossary, Term
from msnewsletter.model import (
    AnnouncedCorrection,
    ArchivedIssue,
    Card,
    Correction,
    Entry,
    Evidence,
    Issue,
    ListAddresses,
    Masthead,
    Status,
    Summary,
    WrittenBy,
)
from msnewsletter.partial_date import PartialDate

CUTOFF = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
EARLIER = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)

MASTHEAD = Masthead(
    id="tag:ms-notizen.example,2026:de",
    title="MS-Notizen",
    description="Neue Studien zu Multipler Sklerose, verständlich erzählt.",
    site="https://ms-notizen.example/",
    language="de",
    words="de",
    zone="Europe/Berlin",
    from_name="MS-Notizen",
    from_address="redaktion@ms-notizen.example",
    list_address="liste@ms-notizen.example",
    unsubscribe_url="https://ms-notizen.example/unsubscribe/",
    unsubscribe_address="abmelden@ms-notizen.example",
    postal_address="MS-Notizen, Beispielstraße 1, 10115 Berlin",
    disclaimer="Von einer KI geschrieben, nur zur Information. Keine medizinische Beratung.",
    subject="Ausgabe {number}: {count}, {date}",
    why="Sie bekommen diese Mail, weil Sie sie bestellt haben.",
    teaser_limit=160,
    question="Passt diese Behandlung zu mir?",
    contents=True,
    low_energy=ListAddresses(
        list_address="kurz@ms-notizen.example",
        unsubscribe_url="https://ms-notizen.example/unsubscribe-kurz/",
        unsubscribe_address="abmelden-kurz@ms-notizen.example",
    ),
    door="https://ms-notizen.example/",
)

_WALKS = Summary(
    key="gehen",
    headline="Wer jeden Abend langsam spazieren ging, war nach zwölf Wochen weniger erschöpft.",
    title="Spaziergänge gegen Erschöpfung",
    found="Achtundvierzig Menschen mit MS schrieben auf, wie erschöpft sie waren. Die Hälfte ging "
    "jeden Abend zwanzig Minuten spazieren.\n\n- Ihre Erschöpfung nahm um 1,5 Punkte ab.\n"
    "- Bei den anderen blieb sie gleich.",
    why_it_matters="Erschöpfung belastet viele Menschen mit MS am stärksten.",
    cautions="Die Studie war klein. Alle wussten, wer spazieren ging. Deshalb zeigt sie nicht, ob "
    "das Gehen der Grund war. Niemand weiß, ob die Wirkung anhält.",
    key_messages=("Kurze Wege taten gut.", "Der Grund bleibt offen."),
    journal="Müdigkeit heute",
    published=PartialDate(text="2026-11-19"),
    cover_date=PartialDate(text="2027-01"),
    doi="10.5555/gehen.2026.1",
    pmid="38012345",
    url="https://quelle.example/gehen",
    studied_in="Menschen mit MS",
    tags=("Bewegung", "Erschöpfung"),
    related=(Card(date=date(2026, 3, 2), teaser="Ein Bad am Morgen half beim Aufstehen."),),
    reviewed_by="Dr. Ada Muster",
    reviewed_on=date(2026, 11, 18),
    evidence=(Evidence.TRIAL, Evidence.PEER_REVIEWED),
    participants="48",
    population="Erwachsene mit schubförmiger MS",
    paper_title="Gehen und Erschöpfung",
    authors=("Muster, A.", "Beispiel, B.", "Probe, C.", "Vier, D.", "Fünf, E.", "Sechs, F.", "G."),
    funding="Eine Stiftung",
    interests="Keine",
)
_MICE = Summary(
    key="darm",
    headline="Bei Mäusen milderte eine Diät eine Krankheit, die der MS ähnelt.",
    found="Zwanzig Mäuse bekamen anderes Futter. Ihre Krankheit verlief milder.",
    why_it_matters="Das hilft, neue Behandlungen zu planen.",
    cautions="- Mäuse sind keine Menschen.\n- Die Diät ist für Menschen nicht erprobt.\n"
    "- Die Studie war kurz, und weitere Versuche fehlen noch, bevor jemand daraus etwas für die "
    "eigene Ernährung ableiten kann.",
    caution="Mäuse sind keine Menschen.",
    studied_in="Mäuse",
    tags=("Ernährung",),
    first_seen=datetime(2026, 11, 20, 9, tzinfo=UTC),
    written_by=WrittenBy.PEOPLE,
    evidence=(Evidence.LABORATORY, Evidence.PREPRINT),
    disclaimer="Nur zur Information.",
)
_REVIEW = Summary(
    key="schlaf",
    headline="Zwölf Studien zusammen zeigen: Guter Schlaf und Gedächtnis hängen zusammen.",
    found="Der Zusammenhang war klein, aber in allen Studien zu sehen.",
    why_it_matters="Schlaf lässt sich oft verbessern.",
    cautions="Was Ursache ist und was Folge, bleibt offen.",
    published=PartialDate(text="2026-10"),
    tags=("Schlaf",),
    written_by=WrittenBy.BOTH,
    reviewed_by="Dr. Ada Muster",
    reviewed_on=date(2026, 11, 2),
    changed_on=date(2026, 11, 9),
    evidence=(Evidence.REVIEW,),
)
_OBSERVED = replace(
    _REVIEW,
    key="sonne",
    headline="Wer mehr in der Sonne war, hatte seltener Schübe.",
    published=PartialDate(text="2025"),
    reviewed_on=date(2026, 11, 9),
    evidence=(Evidence.OBSERVATIONAL,),
)
_CHANGED = tuple(
    replace(
        _REVIEW,
        key=f"anders-{status.value.replace(' ', '-')}",
        headline=f"Überschrift Nummer {number} von vielen.",
        status=status,
        note="Wir hatten Zahlen vertauscht.",
        reviewed_by=None,
        reviewed_on=None,
        changed_on=None,
        written_by=None,
    )
    for number, status in enumerate(Status, 1)
    if status not in {Status.LIVE, Status.TAKEN_DOWN}
)


def entry_of(summary: Summary, position: int = 1, *, late: bool = False) -> Entry:
    """The summary as an issue carries it."""
    return Entry(
        position=position,
        id=MASTHEAD.public_id(summary.key).urn,
        summary=summary,
        teaser=summary.teaser or "Ein kurzer Text dazu.",
        dated=datetime(2026, 11, 20, 9, tzinfo=UTC) - position * timedelta(days=1),
        feed_date=datetime(2026, 11, 20, 9, tzinfo=UTC) - position * timedelta(days=1),
        late=late,
        why="neu",
    )


def _correction(status: Status, **fields: object) -> Correction:
    one = Correction(
        key=f"alt-{status.value.replace(' ', '-')}",
        id=MASTHEAD.public_id(f"alt-{status.value}").urn,
        issue=3,
        headline="" if status is Status.TAKEN_DOWN else f"Alte Überschrift zu {len(status.value)}.",
        status=status,
        carried=EARLIER,
    )
    return replace(one, **fields)  # type: ignore[arg-type]


CORRECTIONS = (
    _correction(Status.CORRECTED),
    _correction(Status.CORRECTED, key="mit-grund", note="Es waren zwölf.", carried=None),
    _correction(
        Status.CORRECTED, key="neu-benannt", after=replace(_REVIEW, headline="Neue Überschrift.")
    ),
    _correction(Status.CORRECTED, key="seitdem-weg", headline=""),
    *map(_correction, (one for one in Status if one is not Status.CORRECTED)),
)

# What a page shows of it alone: no issue begins with one.
GONE = replace(
    _CHANGED[0], key="entfernt", headline="", status=Status.TAKEN_DOWN, note="Auf Wunsch."
)
SUMMARIES = (_WALKS, _MICE, _REVIEW, _OBSERVED, *_CHANGED)
ISSUE = Issue(
    number=7,
    masthead=MASTHEAD,
    slot="2026-11-23T08:00@Europe/Berlin",
    cutoff=CUTOFF,
    entries=tuple(
        entry_of(one, number, late=one is _OBSERVED) for number, one in enumerate(SUMMARIES, 1)
    ),
    corrections=CORRECTIONS,
    note="Willkommen. Lesen Sie **in Ruhe**.",
)
# Without corrections, and without a study.
FIRST = replace(ISSUE, number=6, entries=ISSUE.entries[:1], corrections=(), note=None)
ONLY_CORRECTIONS = replace(ISSUE, number=5, entries=(), corrections=CORRECTIONS[:1], note=None)
LARGE = replace(
    ISSUE,
    number=8,
    entries=tuple(
        entry_of(replace(_WALKS, key=f"viele-{number}", headline=f"Überschrift {number}."), 1)
        for number in range(260)
    ),
)
ANNOUNCED = tuple(
    AnnouncedCorrection(number=7, cutoff=CUTOFF, correction=one) for one in CORRECTIONS
)
ARCHIVED = tuple(
    ArchivedIssue(number=one.number, cutoff=one.cutoff, count=len(one.entries))
    for one in (ISSUE, FIRST, ONLY_CORRECTIONS)
)
GLOSSARY = Glossary(
    terms=(Term(forms=("Schub", "Schübe", "Rückfall"), explanation="Neue Beschwerden."),)
)


def in_words(issue: Issue, words: str) -> Issue:
    """The issue with the newsletter's own words from another catalogue."""
    return replace(issue, masthead=replace(issue.masthead, words=words))
