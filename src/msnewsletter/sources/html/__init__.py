"""HTML in: a page, or a piece of one, to the fields of a summary. Pure."""
