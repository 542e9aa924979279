"""EntityDefinitions: what the environment says of its tables and columns, and how clients add columns."""
