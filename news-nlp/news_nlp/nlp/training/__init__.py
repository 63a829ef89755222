"""Fitting a model of sentiment to a user's own labelled headlines."""
