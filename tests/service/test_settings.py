"""Settings: where they come from, which counts, and what is refused."""

from pathlib import Path

import pytest

from api.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FASTTRACK_{name.upper()}", raising=False)


def test_without_anything_the_service_listens_on_this_machine_and_keeps_its_data_in_var() -> None:
    settings = load_settings()

    assert (settings.host, settings.port, settings.data_dir, settings.database_url) == (
        "127.0.0.1", 8000, Path("var"), None,
    )  # fmt: skip
    assert settings.post_folder == Path("var/post")


def test_the_environment_counts_before_secrets_and_these_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text('port = 1111\nhost = "::1"\ndatabase_url = "postgresql://file/db"\n')
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "fasttrack_database_url").write_text("postgresql://secret/db\n")
    monkeypatch.setenv("FASTTRACK_CONFIG", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("FASTTRACK_SECRETS_DIR", str(tmp_path / "secrets"))
    monkeypatch.setenv("FASTTRACK_PORT", "2222")

    settings = load_settings()

    assert settings.database_url
    assert settings.database_url.get_secret_value() == "postgresql://secret/db"
    assert (settings.port, settings.host) == (2222, "::1")
    assert load_settings(port=3333).port == 3333


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTTRACK_DATABASE_URL", "postgresql://me:hunter2@host/db")

    assert "hunter2" not in repr(load_settings())


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("FASTTRACK_DATABSE_URL", "postgresql://x", "no setting called FASTTRACK_DATABSE_URL"),
        ("FASTTRACK_PORT", "many", "port: "),
        ("FASTTRACK_PORT", "70000", "port: "),
        ("FASTTRACK_CONFIG", "nowhere.toml", "nowhere.toml, which does not exist"),
        ("FASTTRACK_SECRETS_DIR", "nowhere", "nowhere, which does not exist"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=words):
        load_settings()


def test_unknown_name_in_the_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text("prot = 1\n")
    monkeypatch.setenv("FASTTRACK_CONFIG", str(tmp_path / "settings.toml"))

    with pytest.raises(SettingsError, match="prot"):
        load_settings()


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for package in ("api", "engine", "attendance", "handlers")
        for path in (ROOT / package).rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("os.environ", "getenv"))
    ]

    assert readers == ["api/settings.py"]
