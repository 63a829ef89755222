from typing import Final

from news_nlp.kernels.markup._tags import TagReader

MAX_DEPTH: Final[int]

class Markup(TagReader): ...
