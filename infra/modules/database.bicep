// The store: PostgreSQL with Entra ID sign-in only. To begin with the service's identity is an administrator of the server,
// so that it can make its tables; infra/README.md tells how to make it a plain user.

@description('Azure region of all resources.')
param location string

@description('Ending of resource names, unique to this deployment.')
param token string

@description('Tags of all resources.')
param tags object

@description('Name of the service\'s identity: its name as a user of the database.')
param serviceIdentityName string

@description('Principal of the service\'s identity.')
param servicePrincipalId string

@description('Whether that identity is an administrator of the server.')
param serviceIsAdministrator bool = true

@description('Object id of a person or group that is an administrator; empty: none.')
param administratorId string = ''

@description('Name of that person (user principal name) or group.')
param administratorName string = ''

@description('Kind of that administrator.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param administratorType string = 'Group'

@description('Compute size, such as Standard_B2s (tests) or Standard_D2ds_v5.')
param sku string = 'Standard_B2s'

@description('Storage in GiB; it grows by itself.')
param storageGb int = 32

@description('Whether a second server stands by in another zone; not for burstable sizes.')
param highlyAvailable bool = false

@description('Days that backups are kept.')
@minValue(7)
@maxValue(35)
param backupDays int = 14

@description('Whether backups are kept in the paired region too; chosen when the server is made.')
param geoRedundantBackup bool = false

@description('Whether only the private network reaches the server.')
param isPrivate bool

@description('Subnet delegated to the server; empty without a network.')
param subnetId string = ''

@description('Private zone of the server; empty without a network.')
param zoneId string = ''

@description('Workspace that takes the server\'s log.')
param workspaceId string

var privateNetwork = {
  delegatedSubnetResourceId: subnetId
  privateDnsZoneArmResourceId: zoneId
  publicNetworkAccess: 'Disabled'
}

var tier = startsWith(sku, 'Standard_B') ? 'Burstable' : (startsWith(sku, 'Standard_E') ? 'MemoryOptimized' : 'GeneralPurpose')

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: 'psql-${token}'
  location: location
  tags: tags
  sku: { name: sku, tier: tier }
  properties: {
    version: '16'
    createMode: 'Default'
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: subscription().tenantId }
    storage: { storageSizeGB: storageGb, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: backupDays, geoRedundantBackup: geoRedundantBackup ? 'Enabled' : 'Disabled' }
    highAvailability: { mode: highlyAvailable ? 'ZoneRedundant' : 'Disabled' }
    network: isPrivate ? privateNetwork : { publicNetworkAccess: 'Enabled' }
  }
}

resource administrator 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2024-08-01' = if (serviceIsAdministrator) {
  parent: server
  name: servicePrincipalId
  properties: {
    principalType: 'ServicePrincipal'
    principalName: serviceIdentityName
    tenantId: subscription().tenantId
  }
}

// A server does one change at a time: what follows waits for what came before.
resource person 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2024-08-01' = if (!empty(administratorId)) {
  parent: server
  name: empty(administratorId) ? 'none' : administratorId
  properties: {
    principalType: administratorType
    principalName: administratorName
    tenantId: subscription().tenantId
  }
  dependsOn: [administrator]
}

resource store 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2024-08-01' = {
  parent: server
  name: 'leads'
  properties: { charset: 'UTF8', collation: 'en_US.utf8' }
  dependsOn: [administrator, person]
}

// 0.0.0.0 stands for the addresses of Azure: who comes from there still needs a token of the service's identity.
resource fromAzure 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = if (!isPrivate) {
  parent: server
  name: 'azure'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  dependsOn: [store]
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'log'
  scope: server
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'PostgreSQLLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
  dependsOn: [store]
}

output id string = server.id
output url string = 'postgresql://${serviceIdentityName}@${server.properties.fullyQualifiedDomainName}:5432/leads?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt'
