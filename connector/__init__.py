"""Lead scoring and qualification for Dynamics 365 / Dataverse."""

__version__ = "0.1.0"
