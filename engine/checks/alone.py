"""One file of a bundle by itself, with the files beside it that it needs."""

from pathlib import Path

from lxml import etree

from engine.bindings import BPMN, parse_xml
from engine.bundles import LARGEST_BUNDLE, Bundle
from engine.errors import BundleRefused

BESIDE = ("policy.json", "forms/*.json", "letters/*.md", "letters/*.json", "decisions/*.dmn", "*.dmn")


def bundle_around(path: Path) -> tuple[Bundle, str]:
    """The bundle that a diagram or decision file needs to be checked, and the file's name in it.

    Other diagrams are there only when this one calls a process in them, directly or through others.
    Raises BundleRefused when they are too large, OSError when the file itself cannot be read.
    """
    folder = path.parent.parent if path.parent.name == "decisions" else path.parent
    file = path.relative_to(folder).as_posix()
    files = {file: path.read_bytes()}
    for pattern in BESIDE:
        files |= {found.relative_to(folder).as_posix(): found.read_bytes() for found in sorted(folder.glob(pattern))}
    if path.suffix == ".bpmn":
        files |= _called(folder, file, files[file])
    if sum(len(content) for content in files.values()) > LARGEST_BUNDLE:
        raise BundleRefused(f"A bundle holds at most {LARGEST_BUNDLE // 1_000_000} MB.")
    return Bundle(folder.resolve().name, files), file


def _called(folder: Path, file: str, content: bytes) -> dict[str, bytes]:
    beside = {path.name: path.read_bytes() for path in sorted(folder.glob("*.bpmn")) if path.name != file}
    roots = {name: root for name, content in beside.items() if (root := _readable(content)) is not None}
    needed: dict[str, bytes] = {}
    own = _readable(content)
    waiting = [] if own is None else [own]
    while waiting:
        calls = {call.get("calledElement") for call in waiting.pop().iter(f"{{{BPMN}}}callActivity")}
        for name, root in roots.items():
            if name not in needed and calls & {process.get("id") for process in root.iter(f"{{{BPMN}}}process")}:
                needed[name] = beside[name]
                waiting.append(root)
    return needed


def _readable(content: bytes) -> etree._Element | None:
    try:
        return parse_xml(content)
    except BundleRefused:
        return None
