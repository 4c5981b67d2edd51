"""Takes pupils and their texts of marks out of a common transfer file, piece by piece; nothing in it is executed."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from attendance.errors import Unreadable

COLUMNS = ("upn", "surname", "forename", "born", "admission_number")
_OF_PUPIL = {"UPN": 0, "Surname": 1, "Forename": 2, "DOB": 3}
_OF_YEAR = ("LEA", "Estab")
_START, _MARKS = "AttendanceStartDate", "AttendanceMarks"
_LONGEST_TEXT = 4000  # ten years, every day of the week, would be 7,300 marks; one school year is at most 732
_DEEPEST = 60
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Attendance:
    """A text of marks: a morning and an afternoon in turn, from a day on."""

    cells: list[str]  # of the pupil, in the order of COLUMNS
    laestab: str  # of the school that kept them, where it is said
    start: str
    marks: str

    @property
    def upn(self) -> str:
        """The pupil's number as it is written."""
        return self.cells[0]


def read_attendance(stream: BinaryIO) -> Iterator[Attendance]:
    """Each pupil's texts of marks, in the order of the file. Raises Unreadable."""
    reader = _Reader()
    try:
        while piece := stream.read(_CHUNK):
            reader.parser.Parse(piece, False)
            while reader.found:
                yield reader.found.popleft()
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset}"
        raise Unreadable(f"This XML file is damaged: {expat.ErrorString(error.code)}, {where}.") from None
    yield from reader.found


class _Reader:
    """Hears the parser's words. Element names are compared without their namespace."""

    def __init__(self) -> None:
        self.found: deque[Attendance] = deque()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._hear
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._length = 0
        self._pupil = [""] * len(COLUMNS)
        self._school: dict[str, str] = {}
        self._start = ""

    def _begin(self, name: str, _: dict[str, str]) -> None:
        if len(self._path) == _DEEPEST:
            raise Unreadable("This XML file is nested too deeply to be a common transfer file.")
        name = name.rpartition(" ")[2]
        self._path.append(name)
        match name:
            case "Pupil":
                self._pupil = [""] * len(COLUMNS)
            case "YearData":
                self._school = {}
        is_wanted = name in (_START, _MARKS, *_OF_YEAR) or self._is_of_pupil(name)
        self._text, self._length = ([] if is_wanted else None), 0

    def _end(self, _: str) -> None:
        name = self._path.pop()
        if self._text is None:
            return
        text, self._text = "".join(self._text), None
        if name == _MARKS:
            # A blank may be a session without a mark, unless it only indents the text.
            marks = text.strip() if "\n" in text else text.strip("\t\r")
            laestab = "".join(self._school.get(part, "") for part in _OF_YEAR)
            self.found.append(Attendance(self._pupil, laestab if len(laestab) == _LAESTAB else "", self._start, marks))
        elif name == _START:
            self._start = text.strip()
        elif name in _OF_YEAR and "YearData" in self._path:
            self._school[name] = text.strip()
        elif name in _OF_PUPIL:
            self._pupil[_OF_PUPIL[name]] = text.strip()

    def _hear(self, text: str) -> None:
        if self._text is not None:
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                raise Unreadable(f"A value in this XML file is longer than {_LONGEST_TEXT} characters.")
            self._text.append(text)

    def _is_of_pupil(self, name: str) -> bool:
        """A pupil's own details, not those of a contact or sibling further inside."""
        return name in _OF_PUPIL and self._path[-2:-1] in (["Pupil"], ["BasicDetails"])

    def _refuse(self, *_: object) -> None:
        raise Unreadable("This XML file declares a document type, which no common transfer file does.")


_LAESTAB = 7
