"""Names and figures in a text, in one pass from left to right.

At each token stands an accepted name, else a period, else a figure, else nothing; a period or a
figure never reaches into a name. So entities are in order of place and never overlap.
"""

from __future__ import annotations

from news_nlp.nlp.meaning import Entity, Kind
from news_nlp.nlp.readable.figures import Figures
from news_nlp.nlp.readable.naming import Naming
from news_nlp.nlp.readable.reading import Reading


def find(reading: Reading) -> list[Entity]:
    """Everything named in a text that was read, in order of place."""
    naming = Naming(reading)
    figures = Figures(reading)
    found: list[Entity] = []
    start = 0
    for name in _names(reading, naming):
        _find_figures(reading, figures, start, name.first, found)
        found.append(name)
        start = name.last
    _find_figures(reading, figures, start, len(reading.tokens), found)
    return found


def _names(reading: Reading, naming: Naming) -> list[Entity]:
    names = reading.words.names
    found = []
    for match, (index, first, last) in enumerate(reading.names):
        alias = names[index]
        confidence = naming.confidence(match)
        if confidence <= 0.0:
            continue
        start, (_, bare_end, full_end, *_) = reading.tokens[first][0], reading.tokens[last - 1]
        end = full_end if "'" in alias.text else bare_end
        found.append(Entity(reading.text[start:end], start, end, alias.kind, alias.symbol, confidence, first, last))
    return found


def _find_figures(reading: Reading, figures: Figures, start: int, end: int, found: list[Entity]) -> None:
    """Append the periods and figures among the tokens `start` to `end - 1`."""
    at = start
    while at < end:
        last = figures.period(at, end)
        kind: Kind = "period"
        if not last and (figure := figures.figure(at, end)):
            kind, last = figure
        if last:
            begin, behind = reading.tokens[at][0], reading.tokens[last - 1][1]
            if kind == "amount" and figures.sign_before(at):
                begin -= 2
            found.append(Entity(reading.text[begin:behind], begin, behind, kind, None, 1.0, at, last))
        at = last or at + 1
