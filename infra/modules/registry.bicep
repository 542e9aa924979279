// The registry of the service's image, which the service's identity may pull.

@description('Azure region of all resources.')
param location string

@description('Ending of resource names, unique to this deployment.')
param token string

@description('Tags of all resources.')
param tags object

@description('Principal of the service, which pulls the image.')
param servicePrincipalId string

// AcrPull
var pull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' = {
  // checkov:skip=CKV_AZURE_139: Private access needs the size Premium; who pulls or pushes signs in with Entra ID.
  // checkov:skip=CKV_AZURE_163: Scanning is Microsoft Defender's, a plan of the subscription, not of the registry.
  // checkov:skip=CKV_AZURE_166: Quarantine needs Premium and a scanner that lets images go; images are named by digest.
  name: 'cr${token}'
  location: location
  tags: tags
  sku: { name: 'Basic' }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
  }
}

resource pulls 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, servicePrincipalId, pull)
  scope: registry
  properties: {
    principalId: servicePrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', pull)
  }
}

output server string = registry.properties.loginServer
