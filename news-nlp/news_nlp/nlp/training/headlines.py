"""A CSV file of labelled headlines, checked line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from stat import S_ISREG

from chitti_shared.errors import InvalidInput, NotFound, PayloadTooLarge

from news_nlp.nlp.meaning import Direction
from news_nlp.nlp.stories import normalised

MAX_BYTES = 64 * 2**20
MAX_ROWS = 200_000
MAX_CHARACTERS = 2_000
LEAST_OF_A_LABEL = 10
_HEADLINE = ("headline", "text", "title")
_LABEL = ("sentiment", "label")
_MEANS: dict[str, Direction] = {
    **dict.fromkeys(("positive", "bullish", "1", "+1", "1.0"), "bullish"),
    **dict.fromkeys(("negative", "bearish", "-1", "-1.0"), "bearish"),
    **dict.fromkeys(("neutral", "0", "0.0"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class Headlines:
    """Headlines, each once, and their labels; what was left out.

    Attributes
    ----------
    texts, labels : tuple
        Of one length.
    rows : int
        Rows of the file.
    repeated, contradicted : int
        Rows that repeat a headline with its label; rows of headlines that carry several labels,
        none of which is used.
    """

    texts: tuple[str, ...]
    labels: tuple[Direction, ...]
    rows: int
    repeated: int
    contradicted: int


def read_headlines(path: Path) -> Headlines:
    """The labelled headlines of a CSV file.

    Parameters
    ----------
    path : Path
        UTF-8, with a header line: a column headline, text or title, and a column sentiment or
        label (positive, negative, neutral; bullish, bearish; 1, -1, 0). Other columns are ignored.

    Raises
    ------
    NotFound
        There is no such file.
    PayloadTooLarge
        More than 64 MiB or 200,000 rows.
    InvalidInput
        It is no such file; the message names the line.
    """
    rows = list(_rows(_text(path), path.name))
    labels: dict[str, set[Direction]] = {}
    first: dict[str, str] = {}
    for text, label in rows:
        key = normalised(text)
        labels.setdefault(key, set()).add(label)
        first.setdefault(key, text)
    agreed = {key: next(iter(said)) for key, said in labels.items() if len(said) == 1}
    used = sum(normalised(text) in agreed for text, _ in rows)
    _check_enough(list(agreed.values()), path.name)
    return Headlines(
        texts=tuple(first[key] for key in agreed),
        labels=tuple(agreed.values()),
        rows=len(rows),
        repeated=used - len(agreed),
        contradicted=len(rows) - used,
    )


def _text(path: Path) -> str:
    try:
        if not S_ISREG(path.stat().st_mode):  # a pipe would be waited for, a device has no end
            raise InvalidInput(f"{path}: expected a file", field="file", constraint="a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}", kind="file") from None
    except OSError as error:
        raise InvalidInput(f"can't read {path}: {error.strerror}", field="file", constraint="readable") from None
    if len(data) > MAX_BYTES:
        raise PayloadTooLarge(f"{path.name}: more than {MAX_BYTES // 2**20} MiB", field="file", limit=MAX_BYTES)
    nul = data.find(b"\0")
    if nul >= 0:
        raise _wrong(path.name, data.count(b"\n", 0, nul) + 1, "a NUL byte", "UTF-8 text without NUL")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{data[error.start]:02x}, which is not UTF-8"
        raise _wrong(path.name, line, found, "UTF-8 text") from None


def _rows(text: str, name: str) -> Iterator[tuple[str, Direction]]:
    """Text and label of each row."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        text_at, label_at = _column(header, _HEADLINE, name), _column(header, _LABEL, name)
        for count, row in enumerate((row for row in reader if row), 1):
            if count > MAX_ROWS:
                raise PayloadTooLarge(f"{name}: more than {MAX_ROWS} rows", field="file", limit=MAX_ROWS)
            line = reader.line_num
            if len(row) != len(header):
                raise _wrong(name, line, f"{len(row)} cells", f"{len(header)} cells, as in the header")
            yield _headline(row[text_at], name, line), _label(row[label_at], name, line)
    except csv.Error as error:
        raise _wrong(name, reader.line_num, str(error), "a row of comma-separated values") from None


def _column(header: list[str], names: tuple[str, ...], file: str) -> int:
    found = [at for at, cell in enumerate(header) if cell in names]
    if len(found) != 1:
        there = ", ".join(repr(cell[:40]) for cell in header[:20]) or "nothing"
        raise _wrong(file, 1, f"the columns {there}", f"one column called {', '.join(names[:-1])} or {names[-1]}")
    return found[0]


def _headline(cell: str, file: str, line: int) -> str:
    text = " ".join(cell.split())
    if not normalised(text):
        raise _wrong(file, line, "a headline without a word", "a headline")
    if len(text) > MAX_CHARACTERS:
        raise _wrong(file, line, f"a headline of {len(text)} characters", f"at most {MAX_CHARACTERS}")
    return text


def _label(cell: str, file: str, line: int) -> Direction:
    means = _MEANS.get(cell.strip().lower())
    if means is None:
        raise _wrong(
            file, line, f"the label {cell[:40]!r}", "positive, negative, neutral, bullish, bearish, 1, 0 or -1"
        )
    return means


def _check_enough(labels: Sequence[Direction], file: str) -> None:
    counts = {label: labels.count(label) for label in sorted(set(labels))}
    enough = [label for label, count in counts.items() if count >= LEAST_OF_A_LABEL]
    if len(enough) < 2 or len(enough) < len(counts):
        there = ", ".join(f"{count} {label}" for label, count in counts.items()) or "none"
        constraint = f"at least {LEAST_OF_A_LABEL} different headlines of each of 2 or 3 labels"
        raise InvalidInput(f"{file}: expected {constraint}; found {there}", field="file", constraint=constraint)


def _wrong(file: str, line: int, found: str, expected: str) -> InvalidInput:
    return InvalidInput(
        f"{file}, line {line}: expected {expected}; found {found}", field="file", constraint=expected, line=line
    )
