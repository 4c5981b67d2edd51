"""A process as one folder: read, compiled, hashed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from engine.bindings import Binding, read_bindings
from engine.decisions import Decision, read_decisions
from engine.errors import BundleRefused
from engine.forms import Form, read_form
from engine.normal_form import read_bpmn
from engine.plain import NOTHING, bound_to_nothing, is_plain
from engine.policy import Policy
from engine.spiff.parser import Specification, compile_processes

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,99}")  # of a process: it stands in addresses
LARGEST_BUNDLE = 10_000_000  # bytes
SUFFIXES = {".bpmn", ".dmn", ".json", ".md"}


@dataclass(frozen=True)
class Bundle:
    """The files of a process by their path inside the folder, such as `forms/outcome.json`."""

    name: str
    files: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        """One hash over every path and content."""
        digest = hashlib.sha256()
        for path in sorted(self.files):
            content = self.files[path]
            digest.update(f"{len(path)}:{path}:{len(content)}:".encode())
            digest.update(content)
        return digest.hexdigest()

    def under(self, folder: str, suffix: str) -> dict[str, bytes]:
        """The files of a folder by their name without suffix."""
        found = {p: c for p, c in self.files.items() if p.startswith(folder) and p.endswith(suffix)}
        return {p.removeprefix(folder).removesuffix(suffix): c for p, c in found.items()}


@dataclass(frozen=True)
class Process:
    """A bundle ready to run."""

    name: str
    specification: Specification
    bindings: Mapping[str, Binding]
    forms: Mapping[str, Form]
    decisions: Mapping[str, Decision]
    letters: Mapping[str, bytes]  # by path, such as letters/L1.md
    policy: Policy
    lists: Mapping[str, bytes] = field(default_factory=dict)  # by name: what a council edits and handlers read


def read_folder(folder: Path) -> Bundle:
    """The bundle in a folder. Raises BundleRefused when there is none, or it is too large."""
    if not folder.is_dir():
        raise BundleRefused(f"{folder} is not a folder.")
    files: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in SUFFIXES and path.name != "README.md":
            size += path.stat().st_size
            if size > LARGEST_BUNDLE:
                raise BundleRefused(f"A bundle holds at most {LARGEST_BUNDLE // 1_000_000} MB.")
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    if not any(name.endswith(".bpmn") for name in files):
        raise BundleRefused(f"{folder} holds no .bpmn file.")
    return Bundle(folder.resolve().name, files)


def compile_bundle(bundle: Bundle) -> Process:
    """A bundle ready to run. Raises BundleRefused naming the file."""
    roots = [
        (path, _within(path, read_bpmn, content))
        for path, content in sorted(bundle.files.items())
        if path.endswith(".bpmn")
    ]
    bindings = _bindings(roots)
    forms = {name: _within(f"forms/{name}.json", read_form, c) for name, c in bundle.under("forms/", ".json").items()}
    if is_plain(root for _, root in roots):
        bindings = {name: bound_to_nothing(binding) for name, binding in bindings.items()}
        forms[NOTHING.id] = NOTHING
    decisions: dict[str, Decision] = {}
    for path, content in sorted(bundle.files.items()):
        if path.endswith(".dmn"):
            decisions |= _within(path, read_decisions, content)
    return Process(
        name=bundle.name,
        specification=compile_processes(roots),
        bindings=bindings,
        forms=forms,
        decisions=decisions,
        letters={path: content for path, content in bundle.files.items() if path.startswith("letters/")},
        policy=Policy.read(bundle.files.get("policy.json", b"{}")),
        lists=bundle.under("lists/", ".json"),
    )


def _bindings(roots: list[tuple[str, etree._Element]]) -> dict[str, Binding]:
    bindings: dict[str, Binding] = {}
    for path, root in roots:
        for binding in read_bindings(root):
            if binding.id in bindings:
                raise BundleRefused(
                    f"{path}: the id {binding.id} is used twice in this bundle. Give one of them another id."
                )
            bindings[binding.id] = binding
    return bindings


def _within(path: str, read, content: bytes):  # type: ignore[no-untyped-def]
    try:
        return read(content)
    except ValueError as error:
        raise BundleRefused(f"{path}: {error}") from error
    except BundleRefused as error:
        raise BundleRefused(f"{path}: {error}") from error
