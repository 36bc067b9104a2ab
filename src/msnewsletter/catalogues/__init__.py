"""The newsletter's own words: what it says around its summaries, a catalogue a language."""
