"""The tab "Corrections": what was wrong and is taken back, and how readers hear of it."""
