"""Files from outside: taken in, looked at before anything opens them, kept under their digest."""

from ducha.engines.files.charts import Chart
from ducha.engines.files.excel import Sheet, Table, read_book, read_table, write_book, write_sheet
from ducha.engines.files.filled import CellFault, Change, Reading, read_workbook
from ducha.engines.files.intake import LIMITS, AcceptedFile, FileRefused, Purpose, accept, clean_name
from ducha.engines.files.limited import run_limited
from ducha.engines.files.store import Sweep, digests, keep, path_of, sweep, viewing_copy
from ducha.engines.files.workbook import Field, Kind, Line, Workbook, write_workbook
from ducha.engines.files.yaml_in import read_yaml, write_yaml

__all__ = [
    "LIMITS",
    "AcceptedFile",
    "CellFault",
    "Change",
    "Chart",
    "Field",
    "FileRefused",
    "Kind",
    "Line",
    "Purpose",
    "Reading",
    "Sheet",
    "Sweep",
    "Table",
    "Workbook",
    "accept",
    "clean_name",
    "digests",
    "keep",
    "path_of",
    "read_book",
    "read_table",
    "read_workbook",
    "read_yaml",
    "run_limited",
    "sweep",
    "viewing_copy",
    "write_book",
    "write_sheet",
    "write_workbook",
    "write_yaml",
]
