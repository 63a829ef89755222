"""Feeds: bytes to items, plain text, dates and addresses."""
