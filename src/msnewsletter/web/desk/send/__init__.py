"""The tab "Send": tests, and how mailings stand."""
