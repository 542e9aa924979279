// The names of an internal service: its domain is known to the network alone. Deployed only where callers come from there.

@description('Tags of all resources.')
param tags object

@description('Domain of the container apps, whose names the platform chooses.')
param domain string

@description('Address of the container apps in the network.')
param address string

@description('The network that asks for these names.')
param networkId string

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: domain
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {
  parent: zone
  name: 'network'
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
}

resource every 'Microsoft.Network/privateDnsZones/A@2020-06-01' = {
  parent: zone
  name: '*'
  properties: { ttl: 3600, aRecords: [{ ipv4Address: address }] }
}
