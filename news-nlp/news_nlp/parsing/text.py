"""From the markup of a feed to plain text."""

from __future__ import annotations

from news_nlp.kernels.markup._plain import plain_text

__all__ = ["plain_text"]
