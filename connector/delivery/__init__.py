"""Adapters that carry events to the outside: Teams cards now, flow callbacks later.

The only user of `requests` beside `connector.dataverse`. When to try again is the outbox's business.
"""
