"""Tasks that a clock asks for besides runs, and how much work waits: for timers and for whoever starts workers."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from connector.pipeline.jobs import Task
from connector.web.bodies import read
from connector.web.limits import Limits
from connector.web.runs import idempotency_key
from connector.web.service import Service


class TaskRequest(BaseModel):
    """What a client asks for."""

    model_config = ConfigDict(extra="forbid")

    task: Task = Field(strict=False)  # JSON has no enums


def routes(service: Service, limits: Limits) -> Blueprint:
    """Return the routes of tasks and of the queue."""
    blueprint = Blueprint("tasks", __name__)

    @blueprint.post("/tasks")
    def start() -> Response:
        """Queue a task."""
        key = idempotency_key()
        asked = read(request, TaskRequest, limits)
        answer = jsonify({"task": asked.task.value, "job_id": service.start_task(asked.task, key)})
        answer.status_code = HTTPStatus.ACCEPTED
        return answer

    @blueprint.get("/queue")
    def backlog() -> Response:
        """Say how many jobs wait."""
        found = service.backlog()
        return jsonify(
            {"ready": found.ready, "delayed": found.delayed, "oldest_ready_s": round(found.oldest_ready_s, 3)}
        )

    return blueprint
