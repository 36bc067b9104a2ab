"""What people bring from elsewhere, to summaries: one module a kind. Writes nothing."""
