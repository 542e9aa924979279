"""Stable ids: of an event, a decision, a digest. What the parts are is their owner's business."""

from __future__ import annotations

import hashlib


def identity(kind: str, *parts: str) -> str:
    """A stable id of a thing: the same parts give the same id, on every machine."""
    digest = hashlib.sha256("\x1f".join((kind, *parts)).encode()).hexdigest()
    return f"{kind[:3]}_{digest[:32]}"
