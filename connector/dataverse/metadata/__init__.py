"""What an environment says of its tables, and how long that is kept."""
