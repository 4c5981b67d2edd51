"""Every rule that binds stands somewhere, and a test proves it."""

import subprocess
import sys
from pathlib import Path


def test_no_binding_rule_is_wanting() -> None:
    words = [sys.executable, "-m", "tests.rules"]
    told = subprocess.run(words, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])  # noqa: S603

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.count("\nR") + 1 == 93
