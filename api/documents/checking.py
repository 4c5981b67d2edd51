"""What is wrong with the letters of a bundle, for the checker of bundles."""

from api.documents.catalogue import check_letter, read_catalogue


def letter_problems(template: bytes, fields: bytes) -> list[tuple[int, str]]:
    """Line and sentence for each fault of a letter, given the file that lists the fields letters may name."""
    try:
        catalogue = read_catalogue(fields)
    except ValueError as error:
        return [(1, f"the list of fields cannot be read: {error}")]
    return [(problem.line, problem.text) for problem in check_letter(template, catalogue)]
