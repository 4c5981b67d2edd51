"""What is known of registers, in the JSON that the command and the API share."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from attendance.register_layout import Layout
from attendance.routes import Finding, Route


def layout_json(layout: Layout) -> dict[str, Any]:
    """How a file would be read."""
    return {
        "shape": layout.shape,
        "columns": {name: layout.header[place] for name, place in layout.columns.items()},
        "sessions": [
            {"title": column.title, "day": column.day, "problem": column.problem} for column in layout.sessions
        ],
        "week": layout.week,
        "unused": layout.unused,
    }


def route_json(route: Route, pupils: Sequence[str]) -> dict[str, Any]:
    """A duty with the rule it comes from, and whom it concerns."""
    said = asdict(route)
    return {"route": said.pop("name"), **said, "pupils": list(pupils)}


def finding_json(finding: Finding) -> dict[str, Any]:
    """How a pupil stands on a route."""
    return {
        "reached": finding.is_reached,
        "first": finding.first,
        "last": finding.last,
        "count": finding.count,
        "of": finding.of,
        **finding.details,
    }
