"""Files that people send in place of a register, told from the titles of their columns."""

WANTED = "a register with the mark of each session, as CSV, Excel workbook or common transfer file"


def stranger(titles: set[str]) -> str:
    """What a file with these columns is; empty when it is nothing that is known."""
    if "adult id" in titles or {"relationship", "basis"} <= titles:
        return "a file of adults"
    if _POSSIBLE & titles and titles & _COUNTED:
        return (
            "a summary, which says how many sessions but not which: neither the window of school weeks nor the "
            "evidence can be drawn from it"
        )
    return ""


_POSSIBLE = {"possible", "sessions possible", "possible sessions", "possible marks", "total possible", "poss"}
_COUNTED = {
    word + end
    for word in ("attended", "present", "absent", "absences", "authorised", "unauthorised", "authorised absences")
    for end in ("", " sessions", " absence", " absences")
} | {
    *("att", "auth", "unauth", "sessions attended", "sessions authorised", "sessions unauthorised"),
    "unauthorised absences",
}
