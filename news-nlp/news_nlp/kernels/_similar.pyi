class Window:
    def __init__(
        self,
        capacity: int,
        *,
        window_s: float,
        move_window_s: float,
        similar: float,
        same_event: float,
        same_figure: float,
    ) -> None: ...
    def __len__(self) -> int: ...
    def clear(self) -> None: ...
    def add(
        self,
        cluster: int,
        gist: bytes,
        names_key: int,
        moment: float,
        seen: float,
        direction: int,
        event: int,
        moved: bool,
    ) -> None: ...
    def find(
        self, gist: bytes, names_key: int, moment: float, seen: float, direction: int, event: int, moved: bool
    ) -> int | None: ...
