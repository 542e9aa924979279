"""The settings of a service: read once from a mapping (the environment), frozen, every fault named at once.

Each setting is `CONNECTOR_<NAME>`; a secret may also come from a file named by `CONNECTOR_<NAME>_FILE`.
"""

from __future__ import annotations

from connector.settings.model import PREFIX, SECRETS, Settings
from connector.settings.reading import FOREIGN, load_settings, setting_names

__all__ = ["FOREIGN", "PREFIX", "SECRETS", "Settings", "load_settings", "setting_names"]
