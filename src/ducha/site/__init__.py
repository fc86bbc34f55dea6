"""The site: settings, routes, the base page and its look.

Debian 12 ships an SQLite with the WAL-reset race (before 3.51.3): the pysqlite3 wheel brings a current one
and stands in for it.
"""

import sys

try:
    import pysqlite3
except ImportError:  # a platform without the wheel: the system's SQLite, checked in checks.py
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
