"""`fasttrack worker`: the background work alone; any number may share it."""

import typer

from api.cli.connected import in_a_sentence
from api.logs import configure_logs
from api.serve import work
from api.settings import load_settings

app = typer.Typer()


@app.command("worker")
def worker() -> None:
    """Fires timers and sends what is due, without serving, until Ctrl-C."""
    with in_a_sentence():
        settings = load_settings()
        configure_logs(level=settings.log_level, as_json=settings.log_format == "json")
        work(settings, say=typer.echo)
