// The timers: a Flex Consumption function app that calls the service's API. Its storage holds its package and the locks of
// its timers; keys of the storage are off.

@description('Azure region of all resources.')
param location string

@description('Ending of resource names, unique to this deployment.')
param token string

@description('Tags of all resources.')
param tags object

@description('Resource id of the timers\' identity.')
param identityId string

@description('Client id of the timers\' identity.')
param identityClientId string

@description('Principal of the timers\' identity.')
param principalId string

@description('Address of the service.')
param serviceUrl string

@description('App ID URI of the service\'s registration.')
param serviceResource string

@description('NCRONTAB expressions (six fields, UTC) by the name of their app setting.')
param schedules object

@description('Name of Application Insights.')
param insightsName string

@description('Connection string of Application Insights.')
param insightsConnection string

@description('Whether the region has availability zones.')
param hasZones bool = true

@description('Whether only the private network reaches the storage.')
param isPrivate bool

@description('Subnet of the function app; empty without a network.')
param subnetId string = ''

@description('Subnet of private endpoints; empty without a network.')
param endpointsSubnetId string = ''

@description('Private zone of blobs; empty without a network.')
param blobZoneId string = ''

// Storage Blob Data Owner
var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
// Monitoring Metrics Publisher
var publisher = '3913510d-42f4-4e42-8a64-420c390055eb'

var hostSettings = {
  AzureWebJobsStorage__accountName: storage.name
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}

var ownSettings = {
  SERVICE_URL: serviceUrl
  SERVICE_RESOURCE: serviceResource
  IDENTITY_CLIENT_ID: identityClientId
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  // checkov:skip=CKV_AZURE_35: Without a network the timers come from changing addresses; keys are off, roles decide. With one, denied.
  // checkov:skip=CKV_AZURE_206: It holds a package that is deployed again and locks of timers; zones are enough, another region is not needed.
  // checkov:skip=CKV_AZURE_43: The name is made of 'st' and 13 letters and digits.
  name: 'st${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: hasZones ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: isPrivate ? 'Deny' : 'Allow' }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: storage
  name: 'default'
  properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'packages'
  properties: { publicAccess: 'None' }
}

resource ownsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, principalId, blobOwner)
  scope: storage
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobOwner)
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource publishes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, principalId, publisher)
  scope: insights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', publisher)
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = if (isPrivate) {
  name: 'pe-st-${token}'
  location: location
  tags: tags
  properties: {
    subnet: { id: endpointsSubnetId }
    privateLinkServiceConnections: [
      { name: 'blob', properties: { privateLinkServiceId: storage.id, groupIds: ['blob'] } }
    ]
  }
}

resource endpointZone 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2023-11-01' = if (isPrivate) {
  parent: endpoint
  name: 'default'
  properties: { privateDnsZoneConfigs: [{ name: 'blob', properties: { privateDnsZoneId: blobZoneId } }] }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  // checkov:skip=CKV_AZURE_225: A timer that misses a zone fires from another one; the service collapses late calls.
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource functions 'Microsoft.Web/sites@2024-04-01' = {
  // checkov:skip=CKV_AZURE_222: It has no HTTP function; packages arrive at its deployment site, which asks for Entra ID.
  // checkov:skip=CKV_AZURE_17: Nobody calls it, so that there is no client to have a certificate.
  // checkov:skip=CKV_AZURE_212: Flex Consumption starts instances by itself.
  // checkov:skip=CKV_AZURE_213: Nobody calls it; the rule timers-fail watches it.
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'timers' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: isPrivate ? subnetId : null
    siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled', http20Enabled: true }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}packages'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: { maximumInstanceCount: 40, instanceMemoryMB: 2048 }
      runtime: { name: 'python', version: '3.13' }
    }
  }
  dependsOn: [ownsBlobs, publishes, packages]
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  // These look for a site's configuration; this resource holds app settings alone.
  // checkov:skip=CKV_AZURE_66: No site configuration.
  // checkov:skip=CKV_AZURE_63: No site configuration.
  // checkov:skip=CKV_AZURE_65: No site configuration.
  // checkov:skip=CKV_AZURE_80: No site configuration, and no .NET.
  // checkov:skip=CKV_AZURE_88: No site configuration; the package lies in a container.
  // checkov:skip=CKV_AZURE_13: No site configuration; there is no HTTP function to sign in to.
  // checkov:skip=CKV_AZURE_222: No site configuration; see above.
  parent: functions
  name: 'appsettings'
  properties: union(hostSettings, ownSettings, schedules)
}

// A name and a password are no way to its deployment site, neither for packages nor for FTP.
resource noBasic 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: functions
  name: 'scm'
  properties: { allow: false }
}

resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: functions
  name: 'ftp'
  properties: { allow: false }
}

output name string = functions.name
