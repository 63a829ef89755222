from __future__ import annotations

from datetime import UTC, datetime, timedelta

from news_nlp.nlp.digest import digest

MOMENT = datetime(2025, 9, 30, 10, 20, tzinfo=UTC)
FEED = b"<rss><item><title>Rain</title><pubDate>Tue, 30 Sep 2025 10:20:00 GMT</pubDate></item></rss>"


def test_an_article_is_the_same_before_its_date_is_believed_and_after():
    (early,) = digest(FEED, MOMENT - timedelta(days=2)).articles
    (later,) = digest(FEED, MOMENT).articles
    assert (early.item.published_at, later.item.published_at) == (None, MOMENT)
    assert early.identity == later.identity
