from collections.abc import Iterable, Sequence

class GistReader:
    def __init__(
        self,
        stop_words: Iterable[str],
        synonyms: Iterable[str],
        calendar: Sequence[str],
        contraries: Iterable[str] = (),
        *,
        months: Iterable[str] = (),
        unnaming: Iterable[str] = (),
        daily: Iterable[str] = (),
    ) -> None: ...
    def read(self, title: str, names: Sequence[tuple[int, int, str]], of_a_day: bool = False) -> bytes: ...
