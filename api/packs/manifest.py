"""What a pack consists of, written beside it, so that anybody can tell whether it is still as it was made."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "fasttrack-pack-1"
MANIFEST, WHOLE = "manifest.json", "pack.pdf"
SEAL_LENGTH = 16  # hexadecimal digits of the seal that are printed on each page


@dataclass(frozen=True)
class Entry:
    """One document of the pack: its file, and the pages of the whole that it stands on, from 1."""

    file: str
    title: str
    exhibit: str
    sha256: str
    first_page: int
    pages: int


@dataclass(frozen=True)
class Manifest:
    """The documents, the whole, and a digest of what stands on each page of it."""

    reference: str
    title: str
    made_on: str
    entries: Sequence[Entry]
    pack_sha256: str
    page_sha256: Sequence[str]
    seal: str

    def as_json(self) -> bytes:
        """The same bytes for the same pack, with a digest of all that the manifest says."""
        said = {"format": FORMAT, **asdict(self)}
        return _written({**said, "digest": sha256(_written(said))})


def seal_of(documents: Mapping[str, bytes]) -> str:
    """One hash over the names and contents of the documents, in order: exchanging two of them changes it."""
    digest = hashlib.sha256()
    for file, content in documents.items():
        digest.update(f"{file}:{sha256(content)}\n".encode())
    return digest.hexdigest()


def sha256(content: bytes) -> str:
    """The hash that a manifest names."""
    return hashlib.sha256(content).hexdigest()


def read_manifest(content: bytes) -> Manifest:
    """Raises ValueError when this is no manifest of a pack."""
    try:
        raw: dict[str, Any] = json.loads(content)
        if raw.pop("format") != FORMAT:
            raise ValueError("another format")
        raw.pop("digest")
        return Manifest(**{**raw, "entries": [Entry(**entry) for entry in raw["entries"]]})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{MANIFEST} is not the manifest of a pack.") from error


def _written(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()
