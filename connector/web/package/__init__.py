"""The package of the custom connector: the files that the Power Platform's tools take, generated from the contract."""

from connector.web.package.files import NO_CLIENT, RESOURCE, Target, package_files, write_package

__all__ = ["NO_CLIENT", "RESOURCE", "Target", "package_files", "write_package"]
