"""A stand-in for the Dataverse Web API v9.2: tables as data, queries, change tracking, guarded writes, metadata."""
