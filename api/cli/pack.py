"""`fasttrack pack`: whether an evidence pack is still as it was made. Needs the files alone."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import AsJson, answer
from api.packs.verifying import verify_pack

app = typer.Typer(help="Evidence packs.", no_args_is_help=True)


@app.callback()
def pack() -> None:
    """Evidence packs."""


@app.command("verify")
def verify(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The archive, or the folder it was unpacked to.")],
    receipt: Annotated[
        str, typer.Option("--manifest-sha256", help="The hash that the case's record names for the pack's manifest.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Finds a changed byte, a removed page, an exchanged exhibit. Exit code 1 when anything has changed."""
    found = verify_pack(path)
    findings = list(found.findings)
    if receipt and receipt.lower() != found.manifest_sha256:
        findings.append("The manifest is not the one that the case's record names.")
    lines = [
        f"{found.reference} {found.title}: {found.documents} documents, {found.pages} pages.",
        f"SHA-256 of the manifest: {found.manifest_sha256}",
        *(findings or ["Nothing has changed since it was made."]),
    ]
    result = {**asdict(found), "findings": findings, "is_unchanged": not findings}
    answer(result, as_json=as_json, words="\n".join(lines))
    if findings:
        raise typer.Exit(1)
