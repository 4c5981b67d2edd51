"""Published versions of a process: immutable, numbered, hashed."""

from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from engine import tables
from engine.bundles import NAME, Bundle, Process, compile_bundle
from engine.checks import check_bundle
from engine.clock import london_day
from engine.clock import now as read_clock
from engine.database import AnyRow, insert_rows, transaction
from engine.errors import BundleRefused, NotFound
from engine.ids import new_id
from engine.registry import Registry, inputs_of
from engine.runtime import Runtime


def publish(runtime: Runtime, bundle: Bundle, *, actor: str, is_proven: bool = False) -> UUID:
    """Makes a bundle the newest version of its process. Publishing the same files again gives the version there is.

    is_proven: its scenarios came out as told already, such as in the tests of the release that brings it.
    Raises BundleRefused with all that is wrong with it, or with the scenarios that come out otherwise.
    """
    if not NAME.fullmatch(bundle.name):
        raise BundleRefused(
            f"A process cannot be called {bundle.name!r}. Use letters, digits, underscores, hyphens and full stops."
        )
    with transaction(runtime.engine) as db:
        today = london_day(read_clock(db))
    findings = check_bundle(
        bundle,
        runtime.registry,
        read_letter=runtime.read_letter,
        read_list=runtime.read_list,
        sample=runtime.sample(today) if runtime.sample is not None else None,
    )
    if findings:
        raise BundleRefused("\n".join(str(finding) for finding in findings), findings=findings)
    process = compile_bundle(bundle)
    contracts = contracts_of(process, runtime.registry)
    if runtime.prove is not None and not is_proven:
        with transaction(runtime.engine) as db:
            newest = _newest(db, bundle.name)
            before = _paths(db, newest.id) if newest is not None else []
        if newest is None or newest.sha256 != bundle.sha256:
            runtime.prove(bundle, before=before)
    with transaction(runtime.engine) as db:
        newest = _newest(db, bundle.name)
        if newest is not None and newest.sha256 == bundle.sha256:
            return newest.id  # type: ignore[no-any-return]
        version_id = new_id()
        db.execute(
            insert(tables.process_version).values(
                id=version_id,
                process=bundle.name,
                number=1 if newest is None else newest.number + 1,
                sha256=bundle.sha256,
                published_by=actor,
                published_at=read_clock(db),
                contracts=contracts,
            )
        )
        insert_rows(
            db,
            tables.process_file,
            [{"version_id": version_id, "path": path, "content": content} for path, content in bundle.files.items()],
        )
    runtime.keep(version_id, process)
    return version_id


def publish_if_none(runtime: Runtime, bundle: Bundle) -> bool:
    """Publishes only where no version of this process stands, so that deploying overwrites nobody's work."""
    v = tables.process_version.c
    with transaction(runtime.engine) as db:
        if db.execute(select(func.count()).where(v.process == bundle.name)).scalar_one():
            return False
    publish(runtime, bundle, actor="system", is_proven=True)
    return True


def newest_version(db: Connection, process: str) -> UUID:
    """The version that new cases run on. Raises NotFound."""
    v = tables.process_version.c
    found = db.execute(select(v.id).where(v.process == process).order_by(v.number.desc()).limit(1)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"No version of {process} is published.")
    return UUID(str(found))


def process_of(runtime: Runtime, db: Connection, version_id: UUID) -> Process:
    """A published version, ready to run."""
    kept = runtime.kept(version_id)
    if kept is None:
        kept = compile_bundle(bundle_of(db, version_id))
        runtime.keep(version_id, kept)
    return kept


def bundle_of(db: Connection, version_id: UUID) -> Bundle:
    """The files of a published version. Raises NotFound."""
    v, f = tables.process_version.c, tables.process_file.c
    name = db.execute(select(v.process).where(v.id == version_id)).scalar_one_or_none()
    if name is None:
        raise NotFound(f"There is no version {version_id}.")
    rows = db.execute(select(f.path, f.content).where(f.version_id == version_id))
    return Bundle(name, {path: bytes(content) for path, content in rows})


def contracts_of(process: Process, registry: Registry) -> dict[str, dict[str, str]]:
    """The inputs of every handler that a process names, to be compared when the code has moved on.

    Raises BundleRefused for a handler that does not exist.
    """
    contracts: dict[str, dict[str, str]] = {}
    for binding in process.bindings.values():
        for name in (binding.handler, binding.properties.get("prepare", ""), binding.properties.get("accept", "")):
            if not name:
                continue
            if name not in registry.handlers:
                raise BundleRefused(f"{binding.id}: there is no handler called {name}.")
            contracts[name] = inputs_of(registry.handlers[name])
    return contracts


def _newest(db: Connection, process: str) -> AnyRow | None:
    v = tables.process_version.c
    wanted = select(v.id, v.number, v.sha256).where(v.process == process).order_by(v.number.desc()).limit(1)
    return db.execute(wanted).one_or_none()


def _paths(db: Connection, version_id: UUID) -> list[str]:
    f = tables.process_file.c
    return list(db.execute(select(f.path).where(f.version_id == version_id)).scalars())
