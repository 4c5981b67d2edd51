"""The `fasttrack` command, as the tests of the commands have it."""

from tests.cli.conftest import fasttrack

__all__ = ["fasttrack"]
