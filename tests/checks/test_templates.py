"""Each rule of a digest is seen to fail when a template breaks it, and to hold when none does."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from msnewsletter.catalogues.catalogue_files import languages
from msnewsletter.checks import Finding, Pair, RenderedIssue, Severity, inspect
from msnewsletter.model import Status
from msnewsletter.publisher.readiness import findings_in
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.theme.palette import LIGHT
from render.mail.samples import CORRECTIONS, ISSUES, SUMMARIES, corrected, issue_of, many
from render.mail.test_judged import HOSTILE, real

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.model import Issue

ONE = issue_of(SUMMARIES[0])
MASTHEAD, ENTRIES = "digest/masthead.mjml.j2", "digest/entries.mjml.j2"
TOP, END, MAIL, PLAIN = (
    "digest/inbox_line.mjml.j2",
    "digest/footer.mjml.j2",
    "digest.mjml.j2",
    "digest.txt.j2",
)
PLAIN_END = "digest/footer.txt.j2"


def found(issue: Issue, templates: Mapping[str, str]) -> tuple[Finding, ...]:
    files = render_folder(issue, templates).files
    return findings_in(issue, files)


def mutated(templates: Mapping[str, str], name: str, old: str, new: str) -> dict[str, str]:
    assert old in templates[name], f"{name} has no {old!r} any more"
    return {**templates, name: templates[name].replace(old, new)}


def added(templates: Mapping[str, str], html: str, name: str = MASTHEAD) -> dict[str, str]:
    return {**templates, name: templates[name] + html + "\n"}


LINK = '<p><a href="{}" style="text-decoration:underline">{}</a></p>'

# What is added below the masthead, the finding it must make, and whether it blocks.
ADDED = {
    "a picture without alt text": ('<img src="cid:x" />', "no-alt-text", True),
    "a link without words": (LINK.format("https://a.example/", " "), "empty-link-text", True),
    "a bare read more": (LINK.format("https://a.example/", "Read more"), "vague-link-text", False),
    "the words of another link": (
        LINK.format("https://a.example/", "RSS feed"),
        "duplicate-link-text",
        True,
    ),
    "a relative link": (LINK.format("/issues/7.html", "Seven"), "relative-link", True),
    "a link without encryption": (LINK.format("http://a.example/", "A"), "insecure-link", False),
    "a link to this machine": (LINK.format("http://localhost:3000/", "A"), "private-link", False),
    "a link into an own network": (LINK.format("https://10.1.2.3/", "A"), "private-link", False),
    "a link to a bare name": (LINK.format("http://intranet/", "A"), "private-link", False),
    "a link to a .local name": (LINK.format("https://nas.Local./", "A"), "private-link", False),
    "a link without a host": (LINK.format("https://", "Nowhere"), "malformed-link", True),
    "a link with a space": (LINK.format("https://a.example/a b", "A b"), "malformed-link", True),
    "a broken IPv6 address": (LINK.format("https://[::1/", "Six"), "malformed-link", True),
    "a script as a link": (LINK.format("javascript:x()", "Run"), "malformed-link", True),
    "a link known by its colour alone": (
        '<p><a href="https://a.example/" style="text-decoration:none">A</a></p>',
        "link-not-underlined",
        False,
    ),
    "a tracking pixel": ('<img src="https://a.example/p.gif" alt="x" />', "remote-resource", True),
    "a remote background": (
        "<p style=\"background:url('https://a.example/b.png')\">x</p>",
        "remote-resource",
        True,
    ),
    "small print": ('<p style="font-size:12px">Small print</p>', "small-type", True),
    "pale text": ('<p style="color:#888888">Pale</p>', "low-contrast", True),
    "text that is AA only": ('<p style="color:#6b6b6b">Almost</p>', "low-contrast", False),
    "crowded lines": ('<p style="line-height:1.2">Close</p>', "tight-lines", False),
    "lines crowded by pixels": ('<p style="line-height:20px">Close</p>', "tight-lines", False),
    "hidden text": ('<p style="display:none">Hidden</p>', "hidden-text", True),
    "justified text": ('<p style="text-align:justify">Wide</p>', "not-left-aligned", False),
    "a second title": ("<h1>Another title</h1>", "headings", False),
    "a link in one part only": (
        LINK.format("https://only.example/", "Only here"),
        "parts-differ",
        True,
    ),
    "a heading in one part only": ("<h3>Only in HTML</h3>", "parts-differ", True),
}


@pytest.mark.parametrize("case", ADDED)
def test_a_template_that_adds_what_it_must_not_is_found_out(
    case: str, templates: dict[str, str]
) -> None:
    html, name, blocks = ADDED[case]
    severity = Severity.BLOCK if blocks else Severity.WARN
    kinds = {(each.name, each.severity) for each in found(ONE, added(templates, html))}
    assert (name, severity) in kinds


# What is taken out of a template or changed in it, and the finding it must make.
CHANGED = {
    "no caution in HTML": (
        "digest/caution.mjml.j2",
        "{{ caution.text }}</span>",
        "</span>",
        "no-caution",
    ),
    "no caution in text": (
        "digest/caution.txt.j2",
        "{{ caution.text | isolated(digest.own_direction) }}",
        "",
        "no-caution",
    ),
    "no disclaimer in HTML": (MASTHEAD, "{{ digest.masthead.disclaimer }}", "", "no-disclaimer"),
    "no disclaimer in text": (
        PLAIN,
        "{{ digest.masthead.disclaimer | wrap }}",
        "",
        "no-disclaimer",
    ),
    "no address in HTML": (END, "{{ digest.masthead.postal_address }}", "", "no-postal-address"),
    "no address in text": (
        PLAIN_END,
        "{{ digest.masthead.postal_address | wrap }}",
        "",
        "no-postal-address",
    ),
    "no reason in HTML": (END, "{{ digest.masthead.why }}", "", "no-why"),
    "no reason in text": (PLAIN_END, "digest.masthead.why ~", "", "no-why"),
    "unsubscribing at the end only": (
        MASTHEAD,
        '<a href="{{ digest.unsubscribe_url }}"',
        '<a href="{{ digest.web.url }}"',
        "unsubscribe-far-down",
    ),
    "a long first line": (TOP, "{{ digest.first_line }}", "words " * 20, "first-line-long"),
    "no language": (
        MAIL,
        ' lang="{{ digest.masthead.language }}"',
        ' lang=""',
        "no-language-or-title",
    ),
    "no direction": (MAIL, ' dir="{{ digest.direction }}"', ' dir=""', "no-language-or-title"),
    "no title": (
        MAIL,
        "{{ digest.masthead.title }}, {{ digest.issue_name }}</mj-title>",
        "</mj-title>",
        "no-language-or-title",
    ),
    "no studies in text": (PLAIN, "{% for study in entry.studies %}", "{% for study in [] %}",
                           "parts-differ"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGED)
def test_a_template_that_lacks_what_it_must_say_is_found_out(
    case: str, templates: dict[str, str]
) -> None:
    name, old, new, kind = CHANGED[case]
    assert kind not in {each.name for each in found(ONE, templates)}
    assert kind in {each.name for each in found(ONE, mutated(templates, name, old, new))}


@pytest.mark.parametrize("part", ["mjml", "txt"])
@pytest.mark.parametrize("said", ["Balance boards", "We wrote that", "Balancing"])
def test_a_part_that_leaves_out_a_correction_blocks_in_both_editions(
    part: str, said: str, templates: dict[str, str]
) -> None:
    after = dataclasses.replace(SUMMARIES[0], headline="Balancing helped 14 people.")
    issue = corrected(issue_of(), dataclasses.replace(CORRECTIONS[1], after=after))
    assert "no-correction" not in {each.name for each in found(issue, templates)}
    name = f"digest/corrections.{part}.j2"
    lacking = mutated(
        templates,
        name,
        "in correction.runs %}",
        "in correction.runs if not run.text.startswith(said) %}",
    )
    lacking[name] = f'{{% set said = "{said}" %}}\n{lacking[name]}'
    places = {each.place for each in found(issue, lacking) if each.name == "no-correction"}
    kind = "html" if part == "mjml" else part
    assert places == {f"digest.{kind}", f"digest-short.{kind}"}


def test_a_part_that_leaves_out_a_takedown_blocks(templates: dict[str, str]) -> None:
    one = dataclasses.replace(
        CORRECTIONS[1], headline="", note=None, status=Status.TAKEN_DOWN, issue=4321
    )
    issue = corrected(issue_of(), one)
    assert "no-correction" not in {each.name for each in found(issue, templates)}
    name = "digest/corrections.txt.j2"
    lacking = mutated(templates, name, "in correction.runs %}", "in [] %}")
    (reason,) = {each.reason for each in found(issue, lacking) if each.name == "no-correction"}
    assert reason == "it does not say what became of 'balance-boards'"


def test_a_link_that_is_wrong_in_both_editions_is_said_once(templates: dict[str, str]) -> None:
    note = dataclasses.replace(ONE, note="See [our site](http://a.example/).")
    place = [one.place for one in found(note, templates) if one.name == "insecure-link"]
    assert place == ["issues/next.md"]
    study = dataclasses.replace(ONE.entries[0].summary, url="http://a.example/study")
    entry = dataclasses.replace(ONE.entries[0], summary=study)
    both = found(dataclasses.replace(ONE, entries=(entry,)), templates)
    assert [one.place for one in both if one.name == "insecure-link"] == ["evening-walks"]


def test_an_issue_of_corrections_alone_needs_its_disclaimer_too(
    templates: dict[str, str],
) -> None:
    # Such a mail ends with it.
    footer = "digest/footer.mjml.j2"
    lacking = mutated(templates, footer, "{{ digest.masthead.disclaimer }}", "")
    kinds = {each.name for each in found(corrected(issue_of(), CORRECTIONS[1]), lacking)}
    assert "no-disclaimer" in kinds


def test_corrections_that_only_the_web_page_has_must_be_counted(templates: dict[str, str]) -> None:
    many = (
        dataclasses.replace(CORRECTIONS[1], key=f"c-{one}", headline=f"{one} boards helped.")
        for one in range(60)
    )
    issue = corrected(issue_of(), *many)
    assert "no-correction" not in {each.name for each in found(issue, templates)}
    name = "digest/corrections.txt.j2"
    uncounted = mutated(templates, name, "digest.more_corrections.text", "'More on the web'")
    assert "no-correction" in {each.name for each in found(issue, uncounted)}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("count", [1, 60])
@pytest.mark.parametrize("status", [one for one in Status if one is not Status.TAKEN_DOWN])
def test_corrections_are_found_in_every_language_of_own_words(
    status: Status, count: int, language: str, templates: dict[str, str]
) -> None:
    masthead = dataclasses.replace(ONE.masthead, language=language, words=language)
    corrections = (
        dataclasses.replace(
            CORRECTIONS[1], key=f"c-{one}", headline=f"{one} boards helped.", status=status
        )
        for one in range(count)
    )
    issue = corrected(dataclasses.replace(ONE, masthead=masthead), *corrections)
    assert "no-correction" not in {each.name for each in found(issue, templates)}


def test_corrections_that_say_the_same_as_another_are_counted_all_the_same(
    templates: dict[str, str],
) -> None:
    same = "People with MS who took the tablet walked further"
    twins = [
        dataclasses.replace(CORRECTIONS[1], key=f"c-{one}", headline=f"{same} by {one} metres.")
        for one in range(5)
    ]
    gone = [
        dataclasses.replace(one, headline="", note=None, status=Status.TAKEN_DOWN)
        for one in twins[:4]
    ]
    for corrections in ([*twins, CORRECTIONS[0]], [*gone, CORRECTIONS[0]]):
        issue = corrected(ONE, *corrections)
        assert "no-correction" not in {each.name for each in found(issue, templates)}


@pytest.mark.parametrize("part", ["mjml", "txt"])
def test_a_part_that_does_not_name_the_corrected_issue_blocks(
    part: str, templates: dict[str, str]
) -> None:
    lacking = mutated(templates, f"digest/corrections.{part}.j2", "correction.label", "'Sorry'")
    kind = "html" if part == "mjml" else part
    findings = found(corrected(ONE, *CORRECTIONS[:2]), lacking)
    places = {each.place for each in findings if each.name == "no-correction"}
    assert places == {f"digest.{kind}", f"digest-short.{kind}"}
    # One alone has its label as the heading above it.
    lacking = mutated(
        templates,
        f"digest/corrections.{part}.j2",
        "{{ digest.corrections_title"
        if part == "txt"
        else "{{ digest.own }}>{{ digest.corrections_title",
        "{{ 'Sorry'" if part == "txt" else "{{ digest.own }}>{{ 'Sorry'",
    )
    findings = found(corrected(ONE, CORRECTIONS[1]), lacking)
    assert places == {each.place for each in findings if each.name == "no-correction"}


@pytest.mark.parametrize("part", ["html", "text"])
def test_a_part_without_a_link_to_unsubscribe_blocks(part: str, templates: dict[str, str]) -> None:
    files = render_folder(ONE, templates).files
    name = {"html": "digest.html", "text": "digest.txt"}[part]
    url = ONE.masthead.unsubscribe_url.encode()
    files[name] = files[name].replace(url, b"https://notes.example.org/other/")
    assert ("no-unsubscribe", name) in {(one.name, one.place) for one in findings_in(ONE, files)}


def test_a_verbose_template_is_told_how_many_bytes_are_left(templates: dict[str, str]) -> None:
    padding = f"<p>{'long ' * 100}</p>"
    for times, name in ((150, "size-near-limit"), (190, "size-over-limit")):
        findings = found(ONE, added(templates, padding * times))
        sizes = [finding for finding in findings if finding.name.startswith("size")]
        assert [finding.name for finding in sizes] == [name]
        assert "bytes" in sizes[0].reason


def test_every_named_pair_of_colours_is_measured_in_light_and_dark(
    templates: dict[str, str],
) -> None:
    files = render_folder(ONE, templates).files
    rendered = RenderedIssue(
        html=files["digest.html"],
        text=files["digest.txt"],
        message=files["digest.eml"],
        corrections=(),
        counted=str,
        pairs=(
            Pair(name="good", ink=LIGHT["text"], ground=LIGHT["sheet"]),
            Pair(name="pale on white", ink="#999", ground="white"),
            Pair(name="unknown", ink="papayawhip", ground="rgb(0,0,0)"),
        ),
    )
    reasons = [one.reason for one in inspect(ONE, rendered) if one.name == "low-contrast"]
    assert len(reasons) == 2
    assert any("pale on white" in reason and "2.8 to 1" in reason for reason in reasons)
    assert any("cannot be measured" in reason for reason in reasons)


HEADERS = {
    "no date": (rb"\r\nDate: [^\r]*", b"", "Date"),
    "two subjects": (rb"\r\n(Subject: [^\r]*)", rb"\r\n\1\r\n\1", "Subject"),
    "one-click": (rb"\r\nDate: ", rb"\r\nList-Unsubscribe-Post: x\r\nDate: ", "one-click"),
    "an encoded word in List-Id": (rb"\r\nList-Id: ", rb"\r\nList-Id: =?utf-8?q?x?= ", "encoded"),
    "no mailto": (rb"<mailto:", b"<https:", "List-Unsubscribe"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_that_is_missing_doubled_or_encoded_blocks(
    case: str, templates: dict[str, str]
) -> None:
    old, new, reason = HEADERS[case]
    files = render_folder(ONE, templates).files
    files["digest.eml"], count = re.subn(old, new, files["digest.eml"], count=1)
    assert count
    findings = [each for each in findings_in(ONE, files) if each.name == "headers"]
    assert any(reason in each.reason for each in findings)
    assert all(each.severity is Severity.BLOCK for each in findings)


def test_a_line_of_a_thousand_bytes_blocks(templates: dict[str, str]) -> None:
    files = render_folder(ONE, templates).files
    files["digest.eml"] += b"x" * 999 + b"\r\n"
    assert "line-too-long" in {each.name for each in findings_in(ONE, files)}


@pytest.mark.parametrize("name", ISSUES)
def test_nothing_blocks_the_sample_issues_but_the_placeholder_planted_in_them(
    name: str, templates: dict[str, str]
) -> None:
    findings = found(ISSUES[name], templates)
    blocking = {each.name for each in findings if each.severity is Severity.BLOCK}
    assert blocking == (set() if name == "one" else {"unfinished"})
    template_kinds = {each.name for each in findings if each.place.startswith("digest")}
    assert not template_kinds


@pytest.mark.parametrize("name", ["hostile", "real"])
def test_our_templates_break_no_rule_on_real_pages_and_hostile_texts(
    name: str, templates: dict[str, str], request: pytest.FixtureRequest
) -> None:
    hostile = issue_of(HOSTILE, *SUMMARIES[1:], title='Notes, "daily" <of> 睡眠')
    issue = hostile if name == "hostile" else real(request.getfixturevalue("shared"))
    findings = found(issue, templates)
    assert not [each for each in findings if each.place.startswith(("digest", "templates/"))]
    blocking = {each.name for each in findings if each.severity is Severity.BLOCK}
    assert blocking <= {"unfinished"}


def test_three_hundred_entries_go_out_unclipped_with_their_number_said(
    templates: dict[str, str],
) -> None:
    summaries = [each for each in many(345) if not each.key.startswith("braces")][:300]
    issue = issue_of(*summaries)
    assert not [each for each in found(issue, templates) if each.severity is Severity.BLOCK]
    files = render_folder(issue, templates).files
    assert len(files["digest.html"]) < 102_400
    assert "300 studies" in files["digest.html"].decode()


def test_findings_that_block_come_first(templates: dict[str, str]) -> None:
    severities = [each.severity for each in found(ISSUES["eight"], templates)]
    assert severities == sorted(severities, key=lambda one: one is Severity.WARN)


def test_a_finding_is_one_line_for_people() -> None:
    finding = Finding(
        name="x", severity=Severity.WARN, place="a.md:3", reason="why", remedy="do this"
    )
    assert str(finding) == "a.md:3: why; do this"
    assert dataclasses.asdict(finding)["severity"] == "warn"


def test_what_is_said_of_the_texts_is_said_of_the_issue_and_not_of_each_edition(
    templates: dict[str, str],
) -> None:
    in_german = [dataclasses.replace(one, language="de") for one in many(4)]
    told = [one for one in found(issue_of(*in_german), templates) if "language" in one.name]
    assert [one.place for one in told] == ["4 summaries in 'de'"]
