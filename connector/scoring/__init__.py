"""Scoring, pure: documents to rules, rules to scorers, scores to explanations. No clock, no network, no database."""
