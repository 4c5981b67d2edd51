"""The demo: an invented school, its people, and a clock that can be moved."""
