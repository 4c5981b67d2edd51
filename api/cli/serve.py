"""`fasttrack serve`: the service on this machine."""

from typing import Annotated

import typer

from api.cli.connected import in_a_sentence
from api.logs import configure_logs
from api.serve import serve as run
from api.settings import load_settings

app = typer.Typer()


@app.command("serve")
def serve(
    demo: Annotated[bool, typer.Option("--demo", help="With a school, people and a clock that can be moved.")] = False,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Address to listen on: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(metavar="NUMBER", help="Port to listen on: 8000.")] = None,
) -> None:
    """Serves the web application and does what is due, until Ctrl-C."""
    given = {"demo": demo or None, "host": host, "port": port}
    with in_a_sentence():
        settings = load_settings(**{name: value for name, value in given.items() if value is not None})
        configure_logs(level=settings.log_level, as_json=settings.log_format == "json")
        run(settings, say=typer.echo)
