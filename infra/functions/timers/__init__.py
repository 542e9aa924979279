"""What the timers do: their errands, and the call to the service."""
