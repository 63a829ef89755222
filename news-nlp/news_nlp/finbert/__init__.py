"""FinBERT, or another ONNX model of the same shape, in a worker process beside the daemon.

The daemon never loads the model, onnxruntime or tokenizers: what they do wrong ends the worker.
"""

from news_nlp.finbert.metrics import FinBertMetrics
from news_nlp.finbert.processes import Lost
from news_nlp.finbert.reader import FinBert, FinBertLimits

__all__ = ["FinBert", "FinBertLimits", "FinBertMetrics", "Lost"]
