"""What an installation may set, by environment or by a TOML file. Nothing else reads the environment."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from api.errors import ServiceError

PREFIX = "FASTTRACK_"
# Read before the settings themselves: where further settings stand.
CONFIG = f"{PREFIX}CONFIG"
SECRETS = f"{PREFIX}SECRETS_DIR"
FOR_TESTS = f"{PREFIX}TEST_"
KILL_AT = f"{FOR_TESTS}KILL_AT"  # a point at which a test has this process killed


class SettingsError(ServiceError):
    """The settings are wrong."""


class Settings(BaseSettings):
    """Every setting is `FASTTRACK_` and its name in capitals in the environment, and its name in the TOML file.

    The environment counts first, then a file in the folder that FASTTRACK_SECRETS_DIR names (`fasttrack_database_url`
    holds the database's), then the TOML file that FASTTRACK_CONFIG names.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("var"), description="Folder of the embedded database. Made when it is missing.")
    database_url: SecretStr | None = Field(
        None,
        description="A PostgreSQL of your own, 15 or later, as postgresql://user:password@host/database. "
        "Without it the service starts its own in data_dir.",
    )
    database_connections: int = Field(
        10, ge=2, le=200, description="The most connections that one process keeps to the database."
    )
    host: str = Field("127.0.0.1", description="Address to listen on. 0.0.0.0 is every address of the machine.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on. 0 takes any that is free.")
    demo: bool = Field(
        False,
        description="Start with the demo school, people whose tokens are printed, and a clock that can be moved. "
        "Only on an address of this machine alone.",
    )
    tick_seconds: float = Field(
        1.0, ge=0.1, le=60, description="How often a process looks for timers and deliveries that are due."
    )
    background_work: bool = Field(
        True, description="`fasttrack serve` also fires timers and sends. Off: it is left to `fasttrack worker`."
    )
    stop_seconds: int = Field(
        10, ge=0, le=600, description="How long requests in hand may take to end when the service is stopped."
    )
    post_dir: Path | None = Field(
        None, description="Folder for letters to be printed and posted. Without it: `post` in data_dir."
    )
    register_dir: Path | None = Field(
        None,
        description="Folder that is watched for registers: a file in <URN>/ is taken in as that school's register and "
        "moved to <URN>/done or <URN>/failed, with a report beside it. Without it no folder is watched.",
    )
    log_format: Literal["text", "json"] = Field("text", description="Log lines for people or for machines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")

    @property
    def post_folder(self) -> Path:
        return self.post_dir or self.data_dir / "post"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where values come from, the first that has one counts."""
        sources = [init_settings, env_settings]
        if secrets := os.environ.get(SECRETS):
            sources.append(SecretsSettingsSource(settings_cls, secrets_dir=_existing(SECRETS, secrets)))
        if config := os.environ.get(CONFIG):
            sources.append(TomlConfigSettingsSource(settings_cls, toml_file=_existing(CONFIG, config)))
        return tuple(sources)


def load_settings(**given: object) -> Settings:
    """The settings of this process; what is given here, a command's options, counts most. Raises SettingsError."""
    _refuse_unknown(os.environ)
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False)]
        raise SettingsError("These settings are wrong: " + "; ".join(problems)) from None


def point_to_be_killed_at() -> str:
    """The point at which a test has this process killed; nothing, unless a test runs it."""
    return os.environ.get(KILL_AT, "")


def _refuse_unknown(environment: Iterable[str]) -> None:
    # A misspelt FASTTRACK_DATABASE_URL would otherwise start an empty database of its own.
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG, SECRETS}
    ours = {name.upper() for name in environment if name.upper().startswith(PREFIX)}
    if unknown := sorted(name for name in ours - known if not name.startswith(FOR_TESTS)):
        raise SettingsError(f"There is no setting called {', '.join(unknown)}.")


def _existing(name: str, path: str) -> Path:
    if not Path(path).exists():
        raise SettingsError(f"{name} names {path}, which does not exist.")
    return Path(path)
