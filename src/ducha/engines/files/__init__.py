"""Files from outside: taken in, looked at before anything opens them, kept under their digest."""

from ducha.engines.files.excel import Sheet, Table, read_book, read_table, write_book, write_sheet
from ducha.engines.files.intake import LIMITS, AcceptedFile, FileRefused, Purpose, accept, clean_name
from ducha.engines.files.limited import run_limited
from ducha.engines.files.store import Sweep, digests, keep, path_of, sweep, viewing_copy
from ducha.engines.files.yaml_in import read_yaml, write_yaml

__all__ = [
    "LIMITS",
    "AcceptedFile",
    "FileRefused",
    "Purpose",
    "Sheet",
    "Sweep",
    "Table",
    "accept",
    "clean_name",
    "digests",
    "keep",
    "path_of",
    "read_book",
    "read_table",
    "read_yaml",
    "run_limited",
    "sweep",
    "viewing_copy",
    "write_book",
    "write_sheet",
    "write_yaml",
]
