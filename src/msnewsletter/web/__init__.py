"""Web applications; each reads what publishing wrote and changes nothing."""
