"""The schedule of the feeds."""

from news_nlp.scheduler.schedule import FeedSchedule

__all__ = ["FeedSchedule"]
