"""Dataverse: the adapter that reads leads and accounts from the Web API and writes to leads under guard.

Parts are imported from their modules; nothing is built or connected at import.
"""
