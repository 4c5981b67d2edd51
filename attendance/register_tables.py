"""Reads registers that are tables: a row for each session, for each day, or for each pupil."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from attendance.codes import NO_MARK
from attendance.csv_files import Record, plain
from attendance.errors import RowRefused, Unreadable
from attendance.marks import SESSIONS
from attendance.register_book import Book, Day
from attendance.register_columns import SessionColumn, monday_said, week_of
from attendance.register_layout import Layout, Shape
from attendance.register_strangers import WANTED

NEVER_CLOSED = "A quotation mark in this row is never closed."


def read_table(book: Book, layout: Layout, records: Iterable[Record]) -> int:
    """Reads the rows below the header into the book, and gives how many there were. Raises Unreadable."""
    if layout.shape is Shape.LONG:
        return _read_long(book, layout, records)
    if layout.shape is Shape.GRID and layout.week is None and "week" not in layout.columns:
        raise Unreadable(
            f"This is a weekly grid that does not say of which week: it needs a line `Week commencing` with a day, "
            f"above the header or as a column. Send {WANTED}."
        )
    return _Sheet(book, layout).read(records)


def _read_long(book: Book, layout: Layout, records: Iterable[Record]) -> int:
    """The innermost loop: a school year of a large authority passes through it."""
    day_at, session, mark = (layout.columns[name] for name in ("date", "session", "mark"))
    who = layout.columns.get("upn", layout.columns.get("admission_number", -1))
    entered_at = layout.columns.get("amended", -1)
    born_at = layout.columns.get("born", -1)
    schools = book.schools if book.schools.is_said else None
    width = max(max(who, day_at, session, mark, entered_at, born_at) + 1, book.schools.width)
    spellings, dates, sessions, gaps, put = book.spellings, book.dates, book.sessions, book.gaps, book.put
    only = layout.upn if "upn" not in layout.columns else ""
    is_upn = "upn" in layout.columns or bool(only)
    row = entered = 0
    for row, cells in enumerate(records, start=1):
        try:
            if cells is None:
                raise RowRefused(NEVER_CLOSED)
            if len(cells) < width:  # spreadsheets leave out empty cells at the end
                cells += [""] * (width - len(cells))
            if schools:
                schools.require(cells)
            written = only or cells[who]
            seat = spellings.get(written) or book.seat(written if is_upn else "", cells)
            if born_at >= 0 and cells[born_at] != seat.born_cell:
                book.birthdays.hear(seat, cells[born_at], row)
            day = dates[cells[day_at]]
            place = day.place + sessions[cells[session]]
            code = day.marks[cells[mark]]
            if entered_at >= 0:
                entered = book.moments[cells[entered_at]]
        except RowRefused as refused:
            book.set_aside(row, str(refused), written=book.written(cells, upn=only))
            continue
        if day.is_later:
            book.left_out += 1
        elif not code:
            gaps.append(row)
        else:
            put(seat, place, code, row=row, entered=entered)
    return row


class _Sheet:
    """Several marks in a row: each is taken, left out or set aside by itself."""

    def __init__(self, book: Book, layout: Layout) -> None:
        self._book, self._layout = book, layout
        self._upn, self._week = layout.upn, layout.week
        for column in layout.sessions:
            if column.day or column.problem:
                book.order.hear(column.title)

    def read(self, records: Iterable[Record]) -> int:
        """Takes row after row; a line between them may begin another week or another pupil."""
        row = 0
        for cells in records:
            if cells is not None and self._is_a_heading(cells):
                continue
            row += 1
            if cells is None:
                self._book.set_aside(row, NEVER_CLOSED, written={})
            else:
                self._take(row, cells)
        return row

    def _is_a_heading(self, cells: list[str]) -> bool:
        """Whether a row is a line like those above the header, or the header once more."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        if tuple(cell.strip() for cell in cells[: len(self._layout.header)]) == self._layout.header:
            return True
        if self._layout.shape is Shape.GRID and filled and len(filled) <= _IN_A_LINE:
            if week := week_of(plain(filled[0]), filled[-1]):
                self._week = week
                return True
            if plain(filled[0]) == "upn" and len(filled) == _IN_A_LINE:
                self._upn = filled[1]
                return True
        return False

    def _take(self, row: int, cells: list[str]) -> None:
        book, layout = self._book, self._layout
        written = self._upn if "upn" not in layout.columns else book.cell(cells, "upn")
        try:
            book.schools.require(cells + [""] * (book.schools.width - len(cells)))
            seat = book.spellings.get(written) or book.seat(written, cells)
            if "born" in layout.columns:
                book.birthdays.hear(seat, book.cell(cells, "born"), row)
            own_day = book.dates[book.cell(cells, "date")] if layout.shape is Shape.DAILY else None
            week = self._week_of(cells) if layout.shape is Shape.GRID else None
            entered = book.moments[book.cell(cells, "amended")] if "amended" in layout.columns else 0
        except RowRefused as refused:
            self._set_aside(row, str(refused), cells)
            return
        has_gap = False
        for column in layout.sessions:
            cell = cells[column.place] if column.place < len(cells) else ""
            try:
                day = own_day or self._day(column, week, cell)
                if day is None:
                    continue
                code = day.marks[cell]
            except RowRefused as refused:
                if cell.strip() not in NO_MARK:
                    self._set_aside(row, str(refused), cells, column, week)
                continue
            if day.is_later:
                book.left_out += 1
            elif not code:
                has_gap = True
            else:
                book.put(seat, day.place + column.session, code, row=row, entered=entered)
        if has_gap:
            book.gaps.append(row)

    def _day(self, column: SessionColumn, week: date | None, cell: str) -> Day | None:
        """The day of a column; None for an empty cell of a day without school. Raises RowRefused."""
        when = _day_of(column, week)
        if when is None:
            raise RowRefused(column.problem)
        day = self._book.days[when]
        return day if day.is_open or cell.strip() not in NO_MARK else None

    def _week_of(self, cells: list[str]) -> date | None:
        said = self._book.cell(cells, "week")
        if not said and self._week is not None:
            return self._week
        self._book.order.hear_week(said)
        week = monday_said(said)
        if week is None:
            raise RowRefused(f'"{said[:20]}" is not the beginning of a week.' if said else "The week is missing.")
        return week

    def _set_aside(
        self, row: int, reason: str, cells: list[str], column: SessionColumn | None = None, week: date | None = None
    ) -> None:
        """One mark of the row, or all of it, so that it can be mended and sent again."""
        own = self._book.written(cells, upn=self._upn)
        marks = [
            (self._day_said(each, own, week), SESSIONS[each.session], cells[each.place].strip())
            for each in ([column] if column else self._layout.sessions)
            if each.place < len(cells) and cells[each.place].strip()
        ]
        self._book.set_aside(row, reason, column=column.title if column else "", written={**own, "marks": marks})

    def _day_said(self, column: SessionColumn, own: Mapping[str, str], week: date | None) -> str:
        day = _day_of(column, week)
        return day.isoformat() if day else own.get("date", column.title)


_IN_A_LINE = 2


def _day_of(column: SessionColumn, week: date | None) -> date | None:
    if column.weekday is not None and week is not None:
        return week + timedelta(days=column.weekday)
    return column.day
