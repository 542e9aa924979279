"""The composition root: the one place that joins settings, adapters and pipeline.

Nothing is opened at import; a `Service` opens what it needs when it is asked and gives it back in `close`.
"""

from connector.bootstrap.service import Service

__all__ = ["Service"]
