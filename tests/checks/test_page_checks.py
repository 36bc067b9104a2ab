"""What a page of the site may not do is found, and what it may do is not."""

from __future__ import annotations

import pytest

from msnewsletter.checks.page_checks import loads_from_elsewhere, page_faults

PAGE = (
    '<html lang="en" dir="ltr"><head><title>A page</title>{}</head>'
    "<body><h1>One</h1>{}</body></html>"
)


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://a.example/b.png" alt="">',
        "<img src=//a.example/b.png alt=''>",
        '<link rel="stylesheet" href="https://a.example/b.css">',
        '<script src="http://a.example/b.js"></script>',
        '<video poster="https://a.example/b.png"></video>',
        "@import 'https://a.example/b.css';",
        '@import url("//a.example/b.css");',
        ".a { background: url(https://a.example/b.png) }",
    ],
)
def test_what_comes_from_another_host_is_found(text: str) -> None:
    [fault] = loads_from_elsewhere(text)
    assert "a.example" in fault.reason
    assert "a.example" in fault.about


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://a.example/">leads there</a>',
        '<link rel="canonical" href="https://a.example/">',
        '<link rel="alternate" type="application/rss+xml" href="https://a.example/rss.xml">',
        '<link rel="stylesheet" href="style.css">',
        '<img src="data:image/png;base64,xx" alt="">',
        ".a { background: url(#b) }",
        '<form action="https://a.example/"><input name="a"></form>',
    ],
)
def test_what_only_leads_elsewhere_or_is_our_own_is_not_found(text: str) -> None:
    assert [*loads_from_elsewhere(text)] == []


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("", "<h1>Two</h1>", "it has 2 first-level headings"),
        ("", "<img src='a.png'>", "the picture 'a.png' has no alt text"),
        ("", "<a href='b.html'> </a>", "the link to 'b.html' has no words"),
        ("", "<p style='display:none'>secret</p>", "“secret” is hidden"),
        (
            "<script>1</script>",
            "",
            "it has a script, and pages promise that they run none",
        ),
    ],
)
def test_a_fault_of_a_page_is_one_reason(head: str, body: str, reason: str) -> None:
    assert [one.reason for one in page_faults(PAGE.format(head, body))] == [reason]


def test_a_page_that_is_well_has_no_fault() -> None:
    data = '<script type="application/ld+json">{}</script>'
    assert [*page_faults(PAGE.format(data, "<img src='a.png' alt=''>"))] == []


def test_a_page_without_language_direction_or_title_is_named() -> None:
    html = PAGE.replace(' lang="en"', "").format("", "")
    assert [one.remedy for one in page_faults(html)] == ["set lang and dir of <html>, and <title>"]
