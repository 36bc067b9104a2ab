"""Publishes plain-language summaries of MS research as an e-mail digest and as feeds."""
