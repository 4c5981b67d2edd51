"""What keeps the service from starting, in a sentence for whoever started it."""


class ServiceError(Exception):
    """The service cannot be started so."""
