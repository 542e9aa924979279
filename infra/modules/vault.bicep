// The vault of the few secrets that no identity replaces: channel addresses, keys of the API, the hook's secret.

@description('Azure region of all resources.')
param location string

@description('Ending of resource names, unique to this deployment.')
param token string

@description('Tags of all resources.')
param tags object

@description('Principal of the service, which may read secrets.')
param servicePrincipalId string

@description('Whether only the private network reaches the vault.')
param isPrivate bool

@description('Subnet of private endpoints; empty without a network.')
param endpointsSubnetId string = ''

@description('Private zone of vaults; empty without a network.')
param zoneId string = ''

@description('Workspace that takes the audit log.')
param workspaceId string

@description('Teams channels as name=url pairs, separated by white space.')
@secure()
param teamsChannels string

@description('Flows as name=url pairs, separated by white space.')
@secure()
param flows string

@description('API keys, as `connector keys new` prints them.')
@secure()
param apiKeys string

@description('Secret of the Dataverse webhook.')
@secure()
param webhookSecret string

@description('An API key with the role Score.Read for the scaler of workers; empty: none.')
@secure()
param scalerKey string

// Key Vault Secrets User
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

// A secret is named as the setting that it holds. What is not given is left as it is in the vault.
var secrets = [
  { name: 'connector-teams-channels', value: teamsChannels }
  { name: 'connector-flows', value: flows }
  { name: 'connector-api-keys', value: apiKeys }
  { name: 'connector-webhook-secret', value: webhookSecret }
  { name: 'scaler-key', value: scalerKey }
]

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  // checkov:skip=CKV_AZURE_109: Without a network the apps come from changing addresses; roles decide who reads. With one, denied.
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: isPrivate ? 'Deny' : 'Allow' }
  }
}

resource values 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = [for secret in secrets: if (!empty(secret.value)) {
  // checkov:skip=CKV_AZURE_41: A date would stop the service on that day; docs/operations tells when and how to change them.
  parent: vault
  name: secret.name
  properties: {
    value: secret.value
    contentType: 'text/plain'
    attributes: { enabled: true }
  }
}]

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, servicePrincipalId, secretsUser)
  scope: vault
  properties: {
    principalId: servicePrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = if (isPrivate) {
  name: 'pe-kv-${token}'
  location: location
  tags: tags
  properties: {
    subnet: { id: endpointsSubnetId }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: ['vault'] } }
    ]
  }
}

resource endpointZone 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2023-11-01' = if (isPrivate) {
  parent: endpoint
  name: 'default'
  properties: { privateDnsZoneConfigs: [{ name: 'vault', properties: { privateDnsZoneId: zoneId } }] }
}

output uri string = vault.properties.vaultUri
output name string = vault.name
