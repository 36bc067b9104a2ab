"""The mail: one issue as HTML, plain text and messages. Writes no file."""
