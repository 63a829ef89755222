"""Rules as data: their documents, those that come with the service, the book of those that hold now."""

from signal_service.rules.documents import RuleDocument, parse_document
from signal_service.rules.shipped import SHIPPED, SHIPPED_BY_NAME
from signal_service.rules.sides import DIRECTIONS, Direction, Kind, RuleKey, RuleSide

__all__ = [
    "DIRECTIONS",
    "SHIPPED",
    "SHIPPED_BY_NAME",
    "Direction",
    "Kind",
    "RuleDocument",
    "RuleKey",
    "RuleSide",
    "parse_document",
]
