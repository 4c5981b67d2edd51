"""Scenarios that a test tells, beside the facts that are shipped."""

import json
from typing import Any

from api.scenarios.reading import FOLDER
from api.wiring import BUNDLE
from engine.bundles import Bundle, read_folder

SHIPPED = read_folder(BUNDLE)
OPENED = {"open": True}


def bundle_with(*steps: dict[str, Any], **changed: Any) -> Bundle:
    """The shipped bundle with one scenario alone, of these steps."""
    story = {"title": "A story", "facts": "saltmarsh", "begins": "Mon 23 Nov 2026", "steps": list(steps), **changed}
    files = {
        name: content
        for name, content in SHIPPED.files.items()
        if not name.startswith(FOLDER) or name.startswith(f"{FOLDER}facts/")
    }
    return Bundle(SHIPPED.name, {**files, f"{FOLDER}story.json": json.dumps(story).encode()})
