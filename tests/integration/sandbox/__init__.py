"""The sandbox over real HTTPS, asked with the standard library and with MSAL."""
