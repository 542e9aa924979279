"""Tests of the Dataverse adapter without a network."""
