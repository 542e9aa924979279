"""The trigger that is asked again and again, for installations that nobody can call: who was qualified since."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request

from connector.web.paging import Pages, asked_name
from connector.web.qualified import qualified_json
from connector.web.service import QualificationService

POLL_S = 60
SOON_S = 1
BATCH = 100


def routes(service: QualificationService, root: str) -> Blueprint:
    """Return the route; `root` is the public address of the service."""
    blueprint = Blueprint("polling", __name__)
    pages = Pages("polled", int, root)

    @blueprint.get("/triggers/qualified")
    def qualified() -> Response:
        """Answer with who was qualified since the last time, 202 where nobody was; the first time begins here.

        Location is where to ask next, Retry-After when.
        """
        after = pages.asked().after
        name = asked_name("qualification") if request.args.get("qualification") else None
        if not isinstance(after, int):
            begun = Response(status=HTTPStatus.ACCEPTED, mimetype="application/json")
            return _polled(begun, pages.link(service.last_qualified()), POLL_S)
        found = service.qualified_since(since=None, after_seq=after, limit=BATCH)
        told = [qualified_json(one) for one in found if name in {None, one.qualification}]
        answer = jsonify(told) if told else Response(status=HTTPStatus.ACCEPTED, mimetype="application/json")
        return _polled(answer, pages.link(found[-1].seq if found else after), SOON_S if len(found) == BATCH else POLL_S)

    return blueprint


def _polled(answer: Response, location: str, wait_s: int) -> Response:
    answer.headers["Location"] = location
    answer.headers["Retry-After"] = str(wait_s)
    return answer
