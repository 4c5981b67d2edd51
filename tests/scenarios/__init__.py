"""Scenarios: the shipped ones, and what is said of those that come out otherwise."""
