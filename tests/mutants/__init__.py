"""Breaks the code on purpose and asks whether a test notices: ``make mutants``."""
