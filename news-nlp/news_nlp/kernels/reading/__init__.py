"""Texts: words, names, figures, phrases, verdicts and events."""
