"""Countries as people write them on an address: whether a letter there goes by inland post, within Europe or beyond."""

HOME_COUNTRY = "United Kingdom"  # is left out of an address on a letter

_HOME = frozenset(
    ("", HOME_COUNTRY.lower(), "uk", "gb", "great britain", "england", "wales", "scotland", "northern ireland")
)
# What is not known by its name counts as beyond Europe, so that no parent's notice is reckoned too long.
_EUROPE = frozenset(
    (
        "albania", "andorra", "austria", "belarus", "belgium", "bosnia and herzegovina", "bulgaria", "croatia",
        "cyprus", "czech republic", "czechia", "denmark", "estonia", "faroe islands", "finland", "france", "georgia",
        "germany", "gibraltar", "greece", "guernsey", "hungary", "iceland", "ireland", "republic of ireland", "eire",
        "isle of man", "italy", "jersey", "kosovo", "latvia", "liechtenstein", "lithuania", "luxembourg", "malta",
        "moldova", "monaco", "montenegro", "netherlands", "the netherlands", "north macedonia", "norway", "poland",
        "portugal", "romania", "san marino", "serbia", "slovakia", "slovenia", "spain", "sweden", "switzerland",
        "turkey", "ukraine", "vatican city",
    )
)  # fmt: skip


def is_home(country: str) -> bool:
    """Whether a letter goes by inland post; an address without a country is at home."""
    return _folded(country) in _HOME


def is_europe(country: str) -> bool:
    """Whether a letter abroad stays within Europe."""
    return _folded(country) in _EUROPE


def _folded(country: str) -> str:
    return " ".join(country.lower().replace(".", "").split())
