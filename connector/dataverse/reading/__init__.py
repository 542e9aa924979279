"""Reading rows: whole tables, what changed in them, rows by id, and the rows that interactions are made of."""
