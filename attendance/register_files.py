"""Keeps the files of registers as they came, in compressed pieces, and gives them back as streams."""

import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from attendance.tables import register_file, register_file_part, register_import

PIECE = 1 << 20
LEVEL = 1  # registers repeat themselves so much that more effort saves little
NewId = Callable[[], UUID]

_f, _p = register_file.c, register_file_part.c


@dataclass(frozen=True)
class KeptFile:
    """A file that is kept, and whether it was kept before."""

    id: UUID
    size: int
    is_new: bool


def keep_file(
    db: Connection, stream: BinaryIO, *, school_id: UUID, filename: str, now: datetime, new_id: NewId
) -> KeptFile:
    """Keeps a school's file unless the very same is kept already. The stream is read twice."""
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(stream):
        digest.update(piece)
        size += len(piece)
    row = {"school_id": school_id, "filename": filename, "sha256": digest.hexdigest(), "size": size, "kept_at": now}
    added = insert_or(register_file).values(id=new_id(), **row).on_conflict_do_nothing().returning(_f.id)
    file_id = db.execute(added).scalar_one_or_none()
    if file_id is None:
        same = select(_f.id).where(_f.school_id == school_id, _f.sha256 == digest.hexdigest())
        return KeptFile(db.execute(same).scalar_one(), size, is_new=False)
    for part, piece in enumerate(_pieces(stream)):
        content = zlib.compress(piece, LEVEL)
        db.execute(insert(register_file_part).values(file_id=file_id, part=part, content=content))
    return KeptFile(file_id, size, is_new=True)


def open_file(db: Connection, file_id: UUID, *, tell: Callable[[int], None] | None = None) -> BinaryIO:
    """A kept file as a stream that can be read again from its beginning. tell: hears how many bytes were read."""
    return cast(BinaryIO, io.BufferedReader(_Pieces(db, file_id, tell), PIECE))


def drop_file(db: Connection, file_id: UUID) -> None:
    """Takes away a file from which nothing was imported."""
    imported = select(register_import.c.id).where(register_import.c.file_id == file_id).exists()
    db.execute(delete(register_file).where(_f.id == file_id, ~imported))


class _Pieces(io.RawIOBase):
    """Reads piece after piece from the database; the only place to go back to is the beginning."""

    def __init__(self, db: Connection, file_id: UUID, tell: Callable[[int], None] | None) -> None:
        self._db, self._file_id, self._tell = db, file_id, tell
        self._part, self._rest, self._place = 0, memoryview(b""), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or offset not in (0, self._place):
            raise io.UnsupportedOperation("only the beginning can be gone back to")
        if offset == 0:
            self._part, self._rest, self._place = 0, memoryview(b""), 0
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest and not self._next():
            return 0
        number = min(len(buffer), len(self._rest))
        buffer[:number] = self._rest[:number]
        self._rest, self._place = self._rest[number:], self._place + number
        if self._tell:
            self._tell(number)
        return number

    def _next(self) -> bool:
        wanted = select(_p.content).where(_p.file_id == self._file_id, _p.part == self._part)
        content = self._db.execute(wanted).scalar_one_or_none()
        if content is None:
            return False
        self._part, self._rest = self._part + 1, memoryview(zlib.decompress(content))
        return True


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(PIECE):
        yield piece
