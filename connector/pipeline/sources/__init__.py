"""Interactions from tables and exports: documents that map rows, rows read by them, machine clicks told from people's.

Nothing is stored or sent here; `ports` says what is needed of the outside.
"""
