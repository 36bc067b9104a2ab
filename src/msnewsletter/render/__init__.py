"""Turns an Issue into bytes: mail, feeds and pages. Reads no clock, no disk and no network."""
