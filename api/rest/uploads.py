"""Files that schools send: as a form's field, or as they are. However large, no more than a piece is in memory."""

import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated, Any, BinaryIO, cast

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.problems import UnsupportedUpload

MOST_BYTES = 50_000_000
LONGEST_NAME = 200
IN_MEMORY_BYTES = 1 << 20
PIECE = 1 << 20
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = ("text/csv", "text/plain", WORKBOOK, "application/vnd.ms-excel", "application/xml", "text/xml")


def file_body(*, example: str, types: tuple[str, ...] = ("text/csv",)) -> dict[str, Any]:
    """The documentation of a body that is a file: FastAPI cannot know that one route takes it in several ways."""
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
    content: dict[str, Any] = {"multipart/form-data": {"schema": form}}
    for kind in types:
        content[kind] = {"schema": {"type": "string"} | ({} if kind.startswith("text") else {"format": "binary"})}
    content[types[0]]["example"] = example
    return {"requestBody": {"required": True, "content": content}}


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    filename: str
    file: BinaryIO
    size: int
    sha256: str

    @property
    def content(self) -> bytes:
        """All of it, for files that are never large."""
        self.file.seek(0)
        return self.file.read()


def taking(*types: str) -> Callable[..., AsyncIterator[Upload]]:
    """Asks for the file of a request: in a form's field, or as a body of one of these types."""

    async def uploaded(
        request: Request,
        filename: Annotated[
            str, Query(max_length=LONGEST_NAME, description="The file's name, where the body is the file itself.")
        ] = "",
    ) -> AsyncIterator[Upload]:
        """The file of a request. Raises UnsupportedUpload. Asked for after the route's rule: no stranger's is read."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as kept:
            file = cast(BinaryIO, kept)
            if kind == "multipart/form-data":
                yield await _of_a_form(request, filename, file)
            elif kind in types:
                yield await _kept(request.stream(), _plain(filename), file)
            else:
                raise UnsupportedUpload

    return uploaded


async def _of_a_form(request: Request, filename: str, kept: BinaryIO) -> Upload:
    try:
        async with request.form(max_files=1, max_fields=1) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise UnsupportedUpload
            return await _kept(_pieces(file), _plain(filename or file.filename or ""), kept)
    except HTTPException as error:
        if error.status_code == HTTPStatus.BAD_REQUEST:
            raise UnsupportedUpload from error
        raise


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(PIECE):
        yield piece


async def _kept(pieces: AsyncIterator[bytes], filename: str, kept: BinaryIO) -> Upload:
    digest, size = hashlib.sha256(), 0
    async for piece in pieces:
        digest.update(piece)
        size += len(piece)
        kept.write(piece)
    kept.seek(0)
    return Upload(filename, kept, size, digest.hexdigest())


UploadHere = Annotated[Upload, Depends(taking(*TYPES))]


def _plain(name: str) -> str:
    """The name without folders and without what no name has."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(character for character in last if character.isprintable())[:LONGEST_NAME] or "file.csv"
