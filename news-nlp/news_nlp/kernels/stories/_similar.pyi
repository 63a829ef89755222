class Window:
    def __init__(
        self,
        *,
        window_s: float,
        move_window_s: float,
        day_window_s: float,
        mostly: float,
        similar: float,
        same_event: float,
        same_figure: float,
    ) -> None: ...
    def __len__(self) -> int: ...
    def clear(self) -> None: ...
    def add(
        self,
        article: int,
        cluster: int,
        gist: bytes,
        moment: float,
        seen: float,
        direction: int,
        event: int,
        moved: bool,
    ) -> None: ...
    def forget_since(self, count: int) -> None: ...
    def find(self, gist: bytes, moment: float, seen: float, direction: int, event: int, moved: bool) -> int | None: ...
