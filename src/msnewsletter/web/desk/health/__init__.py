"""The tab "Health": what is wrong, and how the sources do."""
