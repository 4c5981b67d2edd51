"""What is known of registers, in the JSON that the command and the API share."""

from typing import Any

from attendance.register_layout import Layout


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
