"""Tables that people load from files, CSV or XLSX: what is wrong with one is told by row and column."""

from .flat import TableColumn, TableRow, read_moment, read_table
from .problems import BadFile, Problem, decode
from .workbook import is_workbook, open_workbook

__all__ = [
    "BadFile",
    "Problem",
    "TableColumn",
    "TableRow",
    "decode",
    "is_workbook",
    "open_workbook",
    "read_moment",
    "read_table",
]
