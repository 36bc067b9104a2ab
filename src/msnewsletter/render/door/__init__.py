"""The public door's pages and mails. Pure."""
