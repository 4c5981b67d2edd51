"""Cases of the real process, from the register to their end."""
