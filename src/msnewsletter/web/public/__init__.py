"""The public site over HTTP: what publishing wrote, and nothing else. Changes nothing."""
