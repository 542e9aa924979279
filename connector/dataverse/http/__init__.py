"""Requests to one environment: what is sent, what an answer means, when it is tried again, and the `$batch` format."""
