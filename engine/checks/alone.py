"""One file of a bundle by itself, with the files beside it that it needs."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from engine.bindings import BPMN, parse_xml
from engine.bundles import LARGEST_BUNDLE, Bundle
from engine.errors import BundleRefused

BESIDE = ("policy.json", "forms/*.json", "letters/*.md", "letters/*.json", "decisions/*.dmn", "*.dmn")
TOO_LARGE = f"A bundle holds at most {LARGEST_BUNDLE // 1_000_000} MB."


def bundle_around(path: Path, *, name: str = "") -> tuple[Bundle, str]:
    """The bundle that a diagram or decision file needs to be checked, and the file's name in it.

    Other diagrams are there only when this one calls a process in them, directly or through others.
    name: of the process; the folder's unless given.
    Raises BundleRefused when they are too large, OSError when the file itself cannot be read.
    """
    folder = path.parent.parent if path.parent.name == "decisions" else path.parent
    file = path.relative_to(folder).as_posix()
    files = {file: read_file(path)}
    for pattern in BESIDE:
        for found in sorted(folder.glob(pattern)):
            if found.is_file() and found != path:
                files[found.relative_to(folder).as_posix()] = read_file(found)
                if sum(len(content) for content in files.values()) > LARGEST_BUNDLE:
                    raise BundleRefused(TOO_LARGE)
    if path.suffix == ".bpmn":
        files |= _called(folder, path, files[file])
    if sum(len(content) for content in files.values()) > LARGEST_BUNDLE:
        raise BundleRefused(TOO_LARGE)
    return Bundle(name or folder.resolve().name, files), file


def called_beside(path: Path) -> frozenset[str]:
    """The processes that the diagrams beside this one call; not asked of a diagram that takes no inputs."""
    own = _readable(read_file(path))
    if own is None or own.find(f".//{{{BPMN}}}process/{{{BPMN}}}ioSpecification") is None:
        return frozenset()
    return frozenset(name for _, root in _beside(path.parent, path).values() for name in _calls(root))


def read_file(path: Path) -> bytes:
    """The content of a file. Raises BundleRefused when it is too large, OSError when it is none."""
    if not path.is_file():
        raise OSError(f"{path} is no file")  # a pipe would be waited for
    if path.stat().st_size > LARGEST_BUNDLE:
        raise BundleRefused(TOO_LARGE)
    return path.read_bytes()


def _called(folder: Path, path: Path, content: bytes) -> dict[str, bytes]:
    """The diagrams beside it that it calls, directly or through others; the others are not even looked into."""
    own = _readable(content)
    if own is None:
        return {}
    missing, known = _calls(own), _processes(own)
    needed: dict[str, bytes] = {}
    beside: dict[str, tuple[bytes, etree._Element]] | None = None
    while missing - known:
        beside = _beside(folder, path) if beside is None else beside
        found = next((name for name, (_, root) in beside.items() if (missing - known) & _processes(root)), None)
        if found is None:
            break
        needed[found], root = beside.pop(found)
        missing |= _calls(root)
        known |= _processes(root)
    return needed


def _beside(folder: Path, path: Path) -> dict[str, tuple[bytes, etree._Element]]:
    return dict(_read_beside(folder, path))


def _read_beside(folder: Path, path: Path) -> Iterator[tuple[str, tuple[bytes, etree._Element]]]:
    size = 0
    for other in sorted(folder.glob("*.bpmn")):
        if other == path or not other.is_file():
            continue
        size += other.stat().st_size
        if size > LARGEST_BUNDLE:
            return
        content = other.read_bytes()
        root = _readable(content)
        if root is not None:
            yield other.name, (content, root)


def _calls(root: etree._Element) -> set[str]:
    return {str(call.get("calledElement", "")).rpartition(":")[2] for call in root.iter(f"{{{BPMN}}}callActivity")}


def _processes(root: etree._Element) -> set[str]:
    return {str(process.get("id", "")) for process in root.iter(f"{{{BPMN}}}process")}


def _readable(content: bytes) -> etree._Element | None:
    try:
        return parse_xml(content)
    except BundleRefused:
        return None
