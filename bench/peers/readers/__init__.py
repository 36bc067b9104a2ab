"""A Django application with the readers that nuntius asks of whoever uses it."""
