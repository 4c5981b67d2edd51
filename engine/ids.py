"""Identifiers: UUIDv7, so that ids made later sort later (RFC 9562)."""

import secrets
import time
import uuid

NANOSECONDS = 1_000_000  # in a millisecond


def new_id() -> uuid.UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, 12 bits of what is left of one, then 62 random bits.

    Within a millisecond too, what one process makes later sorts later: rows made together keep their order.
    """
    milliseconds, rest = divmod(time.time_ns(), NANOSECONDS)
    fraction = (rest << 12) // NANOSECONDS
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | fraction << 64 | 2 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)
