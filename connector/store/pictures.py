"""The metadata of environments as they were last read, so that not every run asks for them."""

from __future__ import annotations

import sqlalchemy as sa

from connector.pipeline.pictures import Picture
from connector.store import engines
from connector.store.database import Repository
from connector.store.tables import picture


class Pictures(Repository):
    """Fulfils `PictureStore`."""

    def remember_picture(self, origin: str, taken: Picture) -> None:
        """Keep a picture in place of the one before."""
        row = {"origin": origin, "purpose": taken.purpose, "read_at": taken.read_at, "body": dict(taken.body)}
        with self._database.write() as connection:
            engines.upsert(connection, picture, [row])

    def picture(self, origin: str) -> Picture | None:
        """The picture that was kept last; None where there is none."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(picture).where(picture.c.origin == origin)).one_or_none()
        return Picture(row.purpose, row.read_at, row.body) if row else None

    def forget_pictures(self) -> None:
        """Keep none: the next run reads afresh."""
        with self._database.write() as connection:
            connection.execute(sa.delete(picture))
