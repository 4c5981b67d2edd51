"""If-Match: do it only if nobody changed the thing since it was read."""

from typing import Annotated

from fastapi import Depends, Header, Response


def if_match(
    header: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The ETag that was read. When the thing has changed since, nothing is done: 412.",
            pattern=r'^"[0-9]{1,9}"$',
            examples=['"3"'],
        ),
    ] = None,
) -> int | None:
    """The revision that whoever asks has read; None when they do not say."""
    return None if header is None else int(header.strip('"'))


IfMatch = Annotated[int | None, Depends(if_match)]


def set_etag(response: Response, revision: int) -> None:
    """Names the revision of what is answered."""
    response.headers["ETag"] = f'"{revision}"'
