"""The pages of the public site, and what search engines and readers' programs read there."""
