"""The public site: gathered from the store, built, checked, then written, pages before feeds."""
