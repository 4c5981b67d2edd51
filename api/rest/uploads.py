"""Files that schools send: as a form's field, or as they are."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.problems import UnsupportedUpload

MOST_BYTES = 50_000_000  # a school year of the largest school is some 20 MB
LONGEST_NAME = 200


def file_body(*, example: str) -> dict[str, Any]:
    """The documentation of a body that is a file: FastAPI cannot know that one route takes it in two ways."""
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
    content = {
        "multipart/form-data": {"schema": form},
        "text/csv": {"schema": {"type": "string"}, "example": example},
    }
    return {"requestBody": {"required": True, "content": content}}


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    filename: str
    content: bytes


async def uploaded(
    request: Request,
    filename: Annotated[
        str, Query(max_length=LONGEST_NAME, description="The file's name, where the body is the file itself.")
    ] = "",
) -> Upload:
    """The file of a request. Raises UnsupportedUpload. Asked for after the route's rule: no stranger's is read."""
    match request.headers.get("content-type", "").partition(";")[0].strip().lower():
        case "multipart/form-data":
            return await _of_a_form(request, filename)
        case "text/csv" | "text/plain":
            return Upload(_plain(filename), await request.body())
        case _:
            raise UnsupportedUpload


async def _of_a_form(request: Request, filename: str) -> Upload:
    try:
        async with request.form(max_files=1, max_fields=1) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise UnsupportedUpload
            return Upload(_plain(filename or file.filename or ""), await file.read())
    except HTTPException as error:
        if error.status_code == HTTPStatus.BAD_REQUEST:
            raise UnsupportedUpload from error
        raise


UploadHere = Annotated[Upload, Depends(uploaded)]


def _plain(name: str) -> str:
    """The name without folders and without what no name has."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(character for character in last if character.isprintable())[:LONGEST_NAME] or "file.csv"
