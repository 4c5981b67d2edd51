"""Requests made up from the API's own documentation, sent to the whole service."""
