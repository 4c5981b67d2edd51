"""Data into PDF by one of the house styles: each gets one JSON value and shows its texts as they are."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from api.documents import fonts
from api.documents.errors import NotTypeset

_HERE = Path(__file__).parent
_mine = threading.local()


def typeset(style: str, data: Mapping[str, Any], *, is_accessible: bool = True) -> bytes:
    """The pages of a style, such as `letter`: same data, same bytes. Raises NotTypeset.

    Accessible ones are PDF/UA-1 and PDF/A-2a: readable by everybody, and fit for the archive.
    """
    inputs = {style: json.dumps(data, ensure_ascii=False, sort_keys=True)}
    try:
        pdf, warnings = _compiler(style).compile_with_warnings(
            format="pdf", pdf_standards=["ua-1", "a-2a"] if is_accessible else [], sys_inputs=inputs
        )
    except typst.TypstError as error:
        raise NotTypeset(f"The {style} could not be typeset: {error.message}") from error
    if warnings or not isinstance(pdf, bytes):
        # An unknown font is only a warning, and the page would look different from the one that was checked.
        raise NotTypeset("; ".join(warning.message for warning in warnings) or "There are no pages.")
    return pdf


def _compiler(style: str) -> typst.Compiler:
    """This thread's own compiler: one shared by threads fails with "Already borrowed"."""
    mine: dict[str, typst.Compiler] = _mine.__dict__.setdefault("compilers", {})
    if style not in mine:
        carried = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
        )
        mine[style] = typst.Compiler(
            str(_HERE / f"{style}.typ"), root=str(_HERE), font_paths=carried, ignore_system_fonts=True
        )
    return mine[style]
