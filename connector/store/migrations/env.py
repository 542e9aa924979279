"""Runs the migrations on the connection that `connector.store.migrate` hands over, inside its transaction."""

from alembic import context

from connector.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite changes a column by rebuilding its table.
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
