"""What a service says of itself while it works: logs, meters, traces, and the ids that join them.

The lowest layer but for the errors: it imports nothing else of ours. What is said holds no personal data and no secret.
"""
