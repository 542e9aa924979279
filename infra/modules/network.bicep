// A network of our own: subnets for the service, the timers, the database and private endpoints. Deployed only where
// private networking is wanted.

@description('Azure region of all resources.')
param location string

@description('Ending of resource names, unique to this deployment.')
param token string

@description('Tags of all resources.')
param tags object

@description('Address space of the network.')
param addressPrefix string = '10.60.0.0/22'

@description('Subnet of the container apps, a /27 at least.')
param servicePrefix string = '10.60.0.0/24'

@description('Subnet of the timers, a /27 at least.')
param timersPrefix string = '10.60.1.0/26'

@description('Subnet of the database, a /28 at least.')
param databasePrefix string = '10.60.1.64/26'

@description('Subnet of private endpoints.')
param endpointsPrefix string = '10.60.1.128/26'

var zones = {
  vault: 'privatelink.vaultcore.azure.net'
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  database: 'leads-${token}.private.postgres.database.azure.com'
}

resource network 'Microsoft.Network/virtualNetworks@2023-11-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'service'
        properties: {
          addressPrefix: servicePrefix
          delegations: [{ name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'timers'
        properties: {
          addressPrefix: timersPrefix
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'database'
        properties: {
          addressPrefix: databasePrefix
          delegations: [{ name: 'postgres', properties: { serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: endpointsPrefix
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }
}

resource vaultZone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: zones.vault
  location: 'global'
  tags: tags
}

resource blobZone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: zones.blob
  location: 'global'
  tags: tags
}

resource databaseZone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: zones.database
  location: 'global'
  tags: tags
}

resource vaultLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {
  parent: vaultZone
  name: 'network'
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
}

resource blobLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {
  parent: blobZone
  name: 'network'
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
}

resource databaseLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {
  parent: databaseZone
  name: 'network'
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
}

output networkId string = network.id
output serviceSubnetId string = '${network.id}/subnets/service'
output timersSubnetId string = '${network.id}/subnets/timers'
output databaseSubnetId string = '${network.id}/subnets/database'
output endpointsSubnetId string = '${network.id}/subnets/endpoints'
output vaultZoneId string = vaultZone.id
output blobZoneId string = blobZone.id
output databaseZoneId string = databaseZone.id
