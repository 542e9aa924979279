"""Reading Parquet files and Delta tables: the only user of `pyarrow` and `deltalake`, which an extra brings.

What the rows mean is none of its business.
"""

from connector.lakehouse.export import open_export, read_rows

__all__ = ["open_export", "read_rows"]
