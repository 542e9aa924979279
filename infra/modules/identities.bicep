// Two identities: the service's (web and workers), which signs in to Dataverse, the database and the vault; the timers',
// which may only call the service's API.

@description('Azure region of all resources.')
param location string

@description('Ending of resource names, unique to this deployment.')
param token string

@description('Tags of all resources.')
param tags object

resource service 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-service-${token}'
  location: location
  tags: tags
}

resource timers 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-timers-${token}'
  location: location
  tags: tags
}

output serviceId string = service.id
output serviceName string = service.name
output serviceClientId string = service.properties.clientId
output servicePrincipalId string = service.properties.principalId
output timersId string = timers.id
output timersClientId string = timers.properties.clientId
output timersPrincipalId string = timers.properties.principalId
