"""How much an expression may be and do."""

CHARACTERS = 2_000
NODES = 200
DEPTH = 30
STEPS = 1_000
WORK = 250_000  # values looked at in all steps, each item of a list counted; takes about 0.1 s
TEXT = 10_000  # characters in one text
TEXT_AT_ONCE = 100  # characters that count as one value more to look at
ITEMS = 1_000  # items in one value, however they are nested
MAGNITUDE = 10**18  # stays inside the 64 bits that the state's codec can write
