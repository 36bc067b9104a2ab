"""Limits that findings and their remedies name, each with its source."""

from __future__ import annotations

SENTENCE_LIMIT = 26  # words; European Commission, "Good lay summary practice" (2021)
GRADE_LIMIT = 12.0  # US grades; NIH asks for 6 to 8. Above this even a practised reader works.
SUBJECT_LIMIT = 70  # characters that a computer's list of mails shows; a phone shows about 40
SENDER_LIMIT = 40  # characters of a sender's name; a phone's list of mails shows 20 to 40
INBOX = 250  # characters of its beginning that an inbox or a notification may show, at most
FIRST_LINE = 90  # characters that mail programs show beside the subject
SMALLEST = 16.0  # CSS pixels: nothing readable is smaller
LOOSE = 1.5  # WCAG 2.2, success criterion 1.4.8: line spacing within paragraphs
