from typing import Final

from news_nlp.kernels._tags import TagReader

MAX_DEPTH: Final[int]

class Markup(TagReader): ...
