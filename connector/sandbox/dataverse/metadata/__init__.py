"""EntityDefinitions: what the environment says of its own tables and columns. Reading only, so far."""
