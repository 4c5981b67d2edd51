"""Tests of the engine, without a bundle."""
