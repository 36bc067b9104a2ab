"""The tab "Next issue": what goes out next, and what an editor decides about it."""
