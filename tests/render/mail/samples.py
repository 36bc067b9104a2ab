"""Issues to render: invented studies in our own words, with the awkward cases among them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msnewsletter.issue.teaser import teaser_of
from msnewsletter.model import Correction, Entry, Issue, Masthead, Status, Summary
from msnewsletter.partial_date import PartialDate

CUTOFF = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)

MASTHEAD = Masthead(
    id="tag:example.org,2026:plain-research-notes",
    title="Plain Research Notes",
    description="New studies in plain language, with what they do not show.",
    site="https://notes.example.org/",
    language="en",
    zone="Europe/Berlin",
    from_name="Plain Research Notes",
    from_address="notes@example.org",
    list_address="digest@lists.example.org",
    unsubscribe_url="https://notes.example.org/unsubscribe/",
    unsubscribe_address="unsubscribe@example.org",
    postal_address="Plain Research Notes, 1 Example Street, 10115 Berlin, Germany",
    disclaimer="AI-generated summary, for information only. It is not medical advice.",
    subject="Issue {number}: {count}, {date}",
    why="You get this mail because you subscribed to Plain Research Notes.",
    teaser_limit=160,
)

SUMMARIES = (
    Summary(
        key="evening-walks",
        headline=(
            "People who took a slow walk every evening felt less worn out after twelve weeks, "
            "but the study could not tell whether the walking was the reason."
        ),
        found=(
            "Forty-eight people with relapsing MS kept a diary of their fatigue. Half of them "
            "walked for twenty minutes each evening; the others went on as before.\n\n"
            "After twelve weeks the walkers rated their fatigue 1.5 points lower on a scale of "
            "ten. The others had not changed."
        ),
        why_it_matters="Fatigue is what many people with MS find hardest to live with.",
        cautions=(
            "The study was small, and everybody knew who walked, e.g. the people who asked about "
            "fatigue. Those who can walk for twenty minutes are not typical of everybody with MS."
        ),
        journal="Journal of Everyday Neurology",
        published=PartialDate(text="2026-11-20"),
        doi="10.5555/everyday.2026.017",
        pmid="99000017",
        studied_in="48 people",
        reviewed_by="Dr. Ada Example",
        reviewed_on=date(2026, 11, 19),
    ),
    Summary(
        key="gamma-signal",
        headline="An immune signal called IFN-γ rose & TNF-α fell where p < 0.05 in mice.",
        found=(
            "In mice with an MS-like illness, the signal IFN-γ rose to 12 µg/l & stayed there; "
            'the team calls it "a switch" — others say it’s a dimmer.'
        ),
        why_it_matters="It shows where a future drug could act.",
        cautions="Mice are not people. Nobody knows yet whether the signal matters in MS.",
        journal="Brain & Cell <Letters> : an international journal of experimental neurobiology, "
        "neuroimmunology and the neighbouring sciences of the developing nervous system",
        teaser="A switch in the immune system of mice: where a future drug could act.",
        published=PartialDate(text="2026-11-20"),
        cover_date=PartialDate(text="2026-12"),
        doi="10.5555/brain-cell.7<1::aid>3",
        studied_in="mice",
    ),
    Summary(
        key="vision-charts",
        headline="Low-contrast letter charts found weak sight that ordinary charts had missed.",
        found="Of 210 people, one in four read the grey letters worse than the black ones.",
        why_it_matters="Weak sight that is known can be helped with light and larger type.",
        cautions="One clinic took part, and the charts were read only once by each person.",
        disclaimer="Written for information. Please talk to your own doctor about your eyes.",
        published=None,
        first_seen=datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
        studied_in="210 people",
        url="https://charts.example.org/sehschärfe?a=1&b=2",
    ),
    Summary(
        key="arabic",
        headline="ركّزت دراسة صغيرة على النوم لدى المصابين بالتصلب المتعدد.",
        found="نام المشاركون ساعة أطول في الليل بعد ثمانية أسابيع (n = 16).",
        why_it_matters="النوم الجيد يخفف التعب.",
        cautions="الدراسة صغيرة جدا. لا يمكن تعميم النتيجة.",
        journal="مجلة النوم",
        published=PartialDate(text="2026-11-18T09:30:00+01:00"),
        studied_in="16 people",
    ),
    Summary(
        key="cooling-vests",
        headline="Cooling vests 🧊 kept people steady on hot days, for an hour or so 👩‍🔬.",
        found="With a vest on, 22 people walked further before their legs felt heavy.",
        why_it_matters="Heat makes many symptoms worse for a while.",
        cautions="The makers of the vest paid for the study! It ran on two days only.",
        journal="Heat & Health",
        published=PartialDate(text="2026-11-17"),
        pmid="99000018",
        studied_in="22 people",
    ),
    Summary(
        key="braces",
        headline="A model called {{ mood }} guessed <b>low mood</b> from typing speed.",
        found='Its makers write {% raw %} "x > y" {% endraw %} and <script>alert(1)</script>.',
        why_it_matters="Low mood is common and can be treated.",
        cautions="It guessed wrongly for 3 in 10 people, et al. are named as authors. Be careful.",
        published=PartialDate(text="2026-11-16"),
    ),
    Summary(
        key="late-letter",
        headline="Letters from a nurse helped people to remember their check-ups.",
        found="Eight in ten came to their check-up, against six in ten without a letter.",
        why_it_matters="Check-ups find new problems early.",
        cautions="Only one town took part.",
        journal="Rural Nursing",
        published=PartialDate(text="2026-10-02"),
        studied_in="130 people",
    ),
    Summary(
        key="中文",
        headline="一项小型研究发现规律作息可以减轻疲劳。",
        found="三十名患者记录了八周的睡眠和疲劳。",
        why_it_matters="疲劳是最常见的症状之一。",
        cautions="样本很小。结果需要进一步证实。",
        journal="睡眠研究",
        published=PartialDate(text="2026-10-01"),
        studied_in="cells",
    ),
)


def entry_of(summary: Summary, position: int, masthead: Masthead = MASTHEAD) -> Entry:
    return Entry(
        position=position,
        id=masthead.public_id(summary.key).urn,
        summary=summary,
        teaser=teaser_of(summary, limit=masthead.teaser_limit),
        dated=summary.first_seen or CUTOFF - timedelta(days=position),
        feed_date=CUTOFF - timedelta(days=position),
        late=summary.key == "late-letter",
        why="it is an example",
    )


def issue_of(*summaries: Summary, **masthead: Any) -> Issue:
    head = dataclasses.replace(MASTHEAD, **masthead)
    return Issue(
        number=7,
        slot="2026-11-23T08:00 Europe/Berlin",
        cutoff=CUTOFF,
        masthead=head,
        entries=tuple(entry_of(each, place, head) for place, each in enumerate(summaries, start=1)),
    )


def many(count: int) -> tuple[Summary, ...]:
    return tuple(
        dataclasses.replace(
            SUMMARIES[number % len(SUMMARIES)],
            key=f"{SUMMARIES[number % len(SUMMARIES)].key}-{number}",
            doi=f"10.5555/example.{number}",
            pmid=None,
        )
        for number in range(count)
    )


def correction_of(key: str, headline: str, status: Status, note: str, issue: int = 6) -> Correction:
    return Correction(
        key=key,
        id=MASTHEAD.public_id(key).urn,
        issue=issue,
        headline=headline,
        status=status,
        note=note,
    )


CORRECTIONS = (
    correction_of(
        "sleep-tracker",
        "People who wore a sleep tracker had half as many relapses in one year.",
        Status.RETRACTED,
        "The journal took the study back on 9 November because its data could not be checked.",
        issue=2,
    ),
    correction_of(
        "balance-boards",
        "Balance boards helped 140 people with MS to stand more steadily.",
        Status.CORRECTED,
        "We wrote that 140 people took part. There were 14.",
    ),
    correction_of(
        "arabic-diet",
        "ركّزت دراسة صغيرة على التغذية لدى المصابين بالتصلب المتعدد.",
        Status.WITHDRAWN,
        "We mixed up <b>two</b> studies & wrote of the wrong one {{ here }}.",
    ),
)


def corrected(issue: Issue, *corrections: Correction) -> Issue:
    return dataclasses.replace(issue, corrections=corrections or CORRECTIONS)


ISSUES = {
    "one": issue_of(SUMMARIES[0]),
    "eight": issue_of(*SUMMARIES),
    "eighty": issue_of(*many(80)),
    "corrections": corrected(issue_of(*SUMMARIES[:2])),
}

# An Arabic newsletter: its own words stay English, and some summaries are in other languages.
ARABIC = dataclasses.replace(
    corrected(
        issue_of(
            dataclasses.replace(
                SUMMARIES[3],
                doi="10.5555/sleep.2026.4",
                studied_in="16 شخصا",
                key_messages=("نام المشاركون أكثر.", "الدراسة صغيرة."),
            ),
            dataclasses.replace(SUMMARIES[0], language="en"),
            Summary(
                key="hebrew",
                headline="הליכה קצרה בערב הקלה מעט על העייפות.",
                found="ארבעים אנשים הלכו בכל ערב. לאחר שלושה חודשים הם היו עייפים פחות (n = 40).",
                why_it_matters="עייפות קשה לרבים.",
                cautions="- המחקר קטן\n- לא הייתה קבוצת ביקורת",
                journal="Fatigue",
                published=PartialDate(text="2026-11-14"),
                studied_in="40 אנשים",
                language="he",
                disclaimer="למידע בלבד.",
            ),
            title="ملاحظات بحثية",
            language="ar",
            disclaimer="للعلم فقط، وليس نصيحة طبية.",
            why="تصلك هذه الرسالة لأنك اشتركت.",
            question="هل تخصني هذه الدراسة؟",
            postal_address="شارع المثال 1، برلين",
            contents=True,
        ),
        dataclasses.replace(CORRECTIONS[2], note="خلطنا بين دراستين."),
    ),
    note="مرحبا بكم. اقرؤوا **ببطء**.",
)
