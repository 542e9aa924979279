"""Webhooks: which registered steps a change concerns, what is posted about it, and the posting itself."""
