"""The store: what was pulled, scored, decided, written and sent, in SQLite or PostgreSQL through SQLAlchemy Core.

It fulfils the `Store` protocol of `pipeline.ports` and knows nothing of Dataverse, Teams or scoring.
"""

from connector.store.migrate import upgrade
from connector.store.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store", "upgrade"]
