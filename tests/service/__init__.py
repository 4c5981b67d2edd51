"""The service around the engine: its database, settings, background work and processes."""
