"""The lists that people choose from when they make a flow: value and title of each item."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from connector.pipeline.choices import as_json
from connector.web.service import ChoiceService


def routes(service: ChoiceService) -> Blueprint:
    """Return the routes of lists."""
    blueprint = Blueprint("choices", __name__)

    @blueprint.get("/lists/models")
    def models() -> Response:
        """List the live models."""
        return jsonify(value=as_json(service.choices("models")))

    @blueprint.get("/lists/models/<model>/grades")
    def grades(model: str) -> Response:
        """List the grades of a live model, the highest first."""
        return jsonify(value=as_json(service.choices("grades", model)))

    @blueprint.get("/lists/qualifications")
    def qualifications() -> Response:
        """List the live qualifications."""
        return jsonify(value=as_json(service.choices("qualifications")))

    @blueprint.get("/lists/owners")
    def owners() -> Response:
        """List who may own a lead."""
        return jsonify(value=as_json(service.choices("owners")))

    @blueprint.get("/lists/countries")
    def countries() -> Response:
        """List the countries that leads have."""
        return jsonify(value=as_json(service.choices("countries")))

    return blueprint
