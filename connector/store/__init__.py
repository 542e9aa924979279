"""The store: what was pulled, scored, decided, written and sent, in SQLite or PostgreSQL through SQLAlchemy Core.

It fulfils the `Store` protocol of `pipeline.ports` and knows nothing of Dataverse, Teams or scoring.
"""

from connector.store.backup import Backup, back_up
from connector.store.copying import Copied, CopiedTable, copy_database
from connector.store.migrate import upgrade
from connector.store.serverlinks import ServerLimits
from connector.store.store import SqlStore, open_store

__all__ = [
    "Backup",
    "Copied",
    "CopiedTable",
    "ServerLimits",
    "SqlStore",
    "back_up",
    "copy_database",
    "open_store",
    "upgrade",
]
