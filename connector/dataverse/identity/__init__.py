"""Signing in to Entra ID for one environment: the only place that knows MSAL."""
