"""Rules on one symbol's history: what they read, and where they hold."""

from signal_service.evaluation.explanations import Reading
from signal_service.evaluation.facts import ArticleFacts, Dated, SymbolFacts
from signal_service.evaluation.plans import ALL_BARS, Plan
from signal_service.evaluation.programs import label_of

__all__ = ["ALL_BARS", "ArticleFacts", "Dated", "Plan", "Reading", "SymbolFacts", "label_of"]
