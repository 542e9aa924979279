"""Sample data made from a seed: invented companies and people, and what they did. The same on every machine."""
