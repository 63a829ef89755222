"""The handlers of news-nlp's actions."""

from chitti_shared.contracts import news
from chitti_shared.ipc import Router

from news_nlp.actions import articles, feeds, ingestion, language
from news_nlp.context import NewsContext


def build_router() -> Router[NewsContext]:
    """Every action with its handler."""
    router: Router[NewsContext] = Router(news.NEWS_NLP)
    for module in (ingestion, feeds, language, articles):
        module.register(router)
    router.check_complete()
    return router
