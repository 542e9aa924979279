"""A stand-in for Microsoft Entra ID: discovery, keys, tokens for applications, managed identity. No user sign-in."""
