"""Compiled loops over arrays; who calls them has checked what they are given."""
