"""The tab "Issues": what is out."""
