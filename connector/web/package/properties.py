"""`apiProperties.json`: how a connection signs in, and the policies that pages and keys need."""

from __future__ import annotations

from typing import Any

from connector.web.auth import KEY_HEADER
from connector.web.contract import VERBS
from connector.web.package.icon import BRAND_COLOR

PUBLISHER = "The Lead Connector developers"
ENTRA, KEY = "entra", "api-key"
_KEY_PARAMETER = "api_key"


def properties(definition: dict[str, Any], client_id: str, resource: str) -> dict[str, Any]:
    """The properties of the connector that a definition describes."""
    return {
        "properties": {
            "connectionParameterSets": {
                "uiDefinition": {
                    "displayName": "Authentication Type",
                    "description": "How this connection signs in to the service.",
                },
                "values": [_entra(client_id, resource), _key()],
            },
            "iconBrandColor": BRAND_COLOR,
            "capabilities": ["actions", "triggers"],
            "policyTemplateInstances": [_key_header(), *_pages(definition)],
            "publisher": PUBLISHER,
            "stackOwner": PUBLISHER,
        }
    }


def _entra(client_id: str, resource: str) -> dict[str, Any]:
    """A person signs in; what the flow may do is what that person consented to for the connector's registration."""
    return {
        "name": ENTRA,
        "uiDefinition": {
            "displayName": "Microsoft Entra ID",
            "description": "Sign in with your work account.",
        },
        "parameters": {
            "token": {
                "type": "oauthSetting",
                "oAuthSettings": {
                    "identityProvider": "aad",
                    "clientId": client_id,
                    "scopes": [],
                    "redirectMode": "GlobalPerConnector",
                    "properties": {"IsFirstParty": "False"},
                    "customParameters": {
                        "loginUri": {"value": "https://login.microsoftonline.com"},
                        "tenantId": {"value": "common"},
                        "resourceUri": {"value": resource},
                    },
                },
            },
            "token:TenantId": {
                "type": "string",
                "metadata": {"sourceType": "AzureActiveDirectoryTenant"},
                "uiDefinition": {
                    "displayName": "Tenant",
                    # Their schema takes this text and no other.
                    "description": "The tenant ID of for the Azure Active Directory application",
                    "constraints": {"required": "false", "hidden": "true"},
                },
            },
        },
        "metadata": {"allowSharing": False},
    }


def _key() -> dict[str, Any]:
    """A key of the service, for small installations."""
    return {
        "name": KEY,
        "uiDefinition": {
            "displayName": "API Key",
            "description": "Use a key that an administrator of the service made.",
        },
        "parameters": {
            _KEY_PARAMETER: {
                "type": "securestring",
                "uiDefinition": {
                    "displayName": "API Key",
                    "description": "The key, as connector keys new printed it.",
                    "tooltip": "It begins with lck_ and is sent in a header, never in an address.",
                    "constraints": {"required": "true", "clearText": False, "tabIndex": 2},
                },
            }
        },
        "metadata": {"allowSharing": True},
    }


def _key_header() -> dict[str, Any]:
    """The key goes into its header; a connection that signs in otherwise sends none that counts."""
    return {
        "templateId": "setheader",
        "title": "Send the API key",
        "parameters": {
            "x-ms-apimTemplateParameter.name": KEY_HEADER,
            "x-ms-apimTemplateParameter.value": f"@connectionParameters('{_KEY_PARAMETER}','')",
            "x-ms-apimTemplateParameter.existsAction": "override",
            "x-ms-apimTemplate-policySection": "Request",
        },
    }


def _pages(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """Links to next pages are to lead through the platform's gateway, one policy for each name of a link."""
    by_link: dict[str, list[str]] = {}
    for item in definition["paths"].values():
        for verb in VERBS:
            operation = item.get(verb, {})
            if link := operation.get("x-ms-pageable", {}).get("nextLinkName"):
                by_link.setdefault(link, []).append(operation["operationId"])
    return [
        {
            "templateId": "updatenextlink",
            "title": f"Follow {link} through the gateway",
            "parameters": {
                "x-ms-apimTemplateParameter.nextLinkPropertyName": link,
                "x-ms-apimTemplate-operationName": sorted(names),
            },
        }
        for link, names in sorted(by_link.items())
    ]
