"""Tables that people load from files, CSV or XLSX: what is wrong with one is told by row and column."""

from .problems import BadFile, Problem, decode
from .workbook import is_workbook, open_workbook

__all__ = ["BadFile", "Problem", "decode", "is_workbook", "open_workbook"]
