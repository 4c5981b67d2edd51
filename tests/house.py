"""The rules of the house that no other tool checks: file sizes, words, what must never be in the repository."""

import re
import subprocess
import sys
from pathlib import Path

MOST_LINES = 300
MOST_LINES_OF = {"verifier/second_reading.py": 500}  # one file, so that it can be read and run alone
BANNED_NAMES = re.compile(r"(^|_)(manager|helper|util|utils|common|info)(_|$|\.)")
BANNED_IN_CODE = re.compile(r"(^|_)(service|base)(_|\.)")  # where it is no word of BPMN
BANNED_DEFINITIONS = re.compile(
    r"^\s*(?:async )?def (_?(?:do|handle|process(?!_of\b))_\w+)"  # process_of gives the process of something
    r"|^\s*class (\w*(?:Manager|Helper|Util|Common|Info|Base)(?![a-z])\w*)",
    re.MULTILINE,
)
BANNED_TEXT = re.compile(r"https?://[^\s\"']+\.(whl|tar\.gz|tgz)|\b(TODO|FIXME)\b|/(home|root|work)/\w+/")


def findings(root: Path) -> list[str]:
    """Every breach, as `file: what is wrong`."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],  # noqa: S607
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = []
    for name in listed.stdout.splitlines():
        path = root / name
        if not path.is_file():
            continue
        if BANNED_NAMES.search(path.name) or (path.suffix == ".py" and BANNED_IN_CODE.search(path.name)):
            found.append(f"{name}: a file is named after its noun, not {path.stem!r}")
        if path.suffix not in {".py", ".js", ".md", ".toml", ".lock", ".typ", ".scss"} or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8")
        if (
            path.suffix in {".py", ".js"}
            and "migrations" not in path.parts
            and text.count("\n") > (most := MOST_LINES_OF.get(name, MOST_LINES))
        ):
            found.append(f"{name}: {text.count(chr(10))} lines, at most {most}; split it by noun")
        if path.suffix == ".py" and text.strip() and not text.lstrip().startswith('"""'):
            found.append(f"{name}: a module opens with one sentence that says what it is for")
        if path.suffix == ".py" and (match := BANNED_DEFINITIONS.search(text)):
            found.append(f"{name}: {match.group(1) or match.group(2)} says neither what is done nor what it is")
        if match := BANNED_TEXT.search(text):
            found.append(f"{name}: must not contain {match.group(0)!r}")
    return found


if __name__ == "__main__":
    breaches = findings(Path(__file__).parent.parent)
    sys.stdout.writelines(f"{line}\n" for line in breaches)
    sys.exit(bool(breaches))
