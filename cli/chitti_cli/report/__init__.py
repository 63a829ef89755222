"""Tear sheets: what a backtest brought, for a person to read."""

from chitti_cli.report.drawing import write_plots
from chitti_cli.report.page import page_of, write_page
from chitti_cli.report.result import Result, read

__all__ = ["Result", "page_of", "read", "write_page", "write_plots"]
