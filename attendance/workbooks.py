"""Excel workbooks as CSV. Another process opens them: what is in a file can then neither crash nor fill this one."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import BinaryIO, cast

from attendance.errors import Unreadable

BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and others in a zip file, .xls
LONGEST_SECONDS = 120
_CHUNK = 1 << 20


def as_csv(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> BinaryIO:
    """The sheets of a workbook that look like a register, as CSV in UTF-8. Raises Unreadable.

    mapping: what we call a column → its title, by which a register may be known.
    """
    found = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
    with tempfile.NamedTemporaryFile() as workbook:
        while piece := stream.read(_CHUNK):
            workbook.write(piece)
        workbook.flush()
        said = json.dumps(dict(mapping or {}))
        command = [sys.executable, "-I", "-m", "attendance.workbook_sheets", workbook.name, said]
        try:
            done = subprocess.run(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=found, stderr=subprocess.PIPE, timeout=LONGEST_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise Unreadable(f"This Excel workbook is too large: send it as CSV. {_WHY_NOT}") from None
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines()
        is_ours = done.returncode == 1 and why and why[-1].startswith("This ")
        raise Unreadable(why[-1] if is_ours else f"This Excel workbook is damaged or too large. {_WHY_NOT}")
    found.seek(0)
    return found


_WHY_NOT = "Save it as CSV and send that."
