"""How much an expression may be and do."""

CHARACTERS = 2_000
NODES = 200
DEPTH = 30
STEPS = 1_000
SECONDS = 0.25
TEXT = 10_000  # characters in one text
ITEMS = 1_000  # items in one value, however they are nested
MAGNITUDE = 10**18  # stays inside the 64 bits that the state's codec can write
