"""What people list and look up: read from tables alone, never by restoring a case."""
