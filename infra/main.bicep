// Lead Connector on Azure: the service (web and workers), its database and vault, the timers, logs and alerts.
// Plain resources only, so that what is deployed stands here. infra/README.md tells how: `azd up`, or
//   az deployment sub create --location <region> --template-file infra/main.bicep --parameters environmentName=... location=...

targetScope = 'subscription'

@description('Name of the environment: a part of every resource\'s name.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('Azure region of all resources; near the Dataverse environment.')
param location string

@description('The service\'s image with its digest; the default only starts the apps until the first image is pushed.')
param image string = 'mcr.microsoft.com/k8se/quickstart:latest'

@description('Dataverse environment: https://<org>.crm<n>.dynamics.com')
param dataverseUrl string

@description('Client id of the service\'s app registration, made by infra/setup/register.sh: the audience of its tokens.')
param apiClientId string

@description('The https address that flows and Dataverse reach; empty: the container app\'s own.')
param publicUrl string = ''

@description('Model-driven app that record links open in; empty: the user\'s default app.')
param appId string = ''

@description('`on` lets the service score people. Decide with whoever looks after privacy.')
@allowed(['on', 'off'])
param leadManagement string = 'off'

@description('Whether the database, the vault and the storage are reached through a private network only.')
param privateNetworking bool = false

@description('Whether callers come from that network only: then neither flows nor Dataverse reach the service.')
param internalOnly bool = false

@description('Whether the region has availability zones: then what can be spread over them is.')
param hasZones bool = true

@description('Whether the service\'s identity is an administrator of the database server; off once it is a plain user of it.')
param serviceIsDatabaseAdministrator bool = true

@description('Object id of a person or group that administers the database server; empty: none.')
param databaseAdministratorId string = ''

@description('Name of that person (user principal name) or group.')
param databaseAdministratorName string = ''

@description('Kind of that administrator.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param databaseAdministratorType string = 'Group'

@description('Compute size of the database.')
param databaseSku string = 'Standard_B2s'

@description('Whether a second database server stands by; not for burstable sizes.')
param databaseHighlyAvailable bool = false

@description('Whether backups of the database are kept in the paired region too; chosen when the server is made.')
param databaseGeoRedundantBackup bool = false

@description('Fewest and most replicas of the app that answers calls.')
param webReplicas array = [2, 4]

@description('Fewest and most workers.')
param workerReplicas array = [1, 6]

@description('Addresses that alerts are mailed to.')
param alertEmails array = []

@description('Whether spans are sent to Application Insights; the image then needs the extra `tracing`.')
param traces bool = false

@description('When changes are pulled and scored (NCRONTAB, UTC); within three hours, or the rule no-run-succeeds tells.')
param syncSchedule string = '0 */15 * * * *'

@description('When leads are scored again whose points time has changed.')
param refreshSchedule string = '0 5 * * * *'

@description('When held alerts are sent as digests.')
param digestSchedule string = '0 0 7 * * 1-5'

@description('When everything is read again.')
param reconcileSchedule string = '0 0 2 * * 0'

@description('When old records are dropped.')
param pruneSchedule string = '0 17 3 * * *'

@description('Further settings of the service by name (CONNECTOR_...), see docs/configuration.md.')
param furtherSettings object = {}

@description('Settings whose secrets are in the vault from before, or put there by hand: their names, CONNECTOR_...')
param vaultSettings array = []

@description('Whether the vault holds `scaler-key` from before.')
param vaultHasScalerKey bool = false

@description('Teams channels as name=url pairs, separated by white space.')
@secure()
param teamsChannels string = ''

@description('Flows as name=url pairs, separated by white space.')
@secure()
param flows string = ''

@description('API keys, as `connector keys new` prints them.')
@secure()
param apiKeys string = ''

@description('Secret of the Dataverse webhook.')
@secure()
param webhookSecret string = ''

@description('An API key with the role Score.Read for the scaler of workers.')
@secure()
param scalerKey string = ''

var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName, application: 'lead-connector' }
var resource_ = 'api://${apiClientId}'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: { location: location, token: token, tags: tags, alertEmails: alertEmails, takesTraces: traces }
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: { location: location, token: token, tags: tags }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  name: 'network'
  scope: group
  params: { location: location, token: token, tags: tags }
}

module registry 'modules/registry.bicep' = {
  name: 'registry'
  scope: group
  params: { location: location, token: token, tags: tags, servicePrincipalId: identities.outputs.servicePrincipalId }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    servicePrincipalId: identities.outputs.servicePrincipalId
    isPrivate: privateNetworking
    endpointsSubnetId: privateNetworking ? network.outputs.endpointsSubnetId : ''
    zoneId: privateNetworking ? network.outputs.vaultZoneId : ''
    workspaceId: monitoring.outputs.workspaceId
    teamsChannels: teamsChannels
    flows: flows
    apiKeys: apiKeys
    webhookSecret: webhookSecret
    scalerKey: scalerKey
  }
}

module database 'modules/database.bicep' = {
  name: 'database'
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    serviceIdentityName: identities.outputs.serviceName
    servicePrincipalId: identities.outputs.servicePrincipalId
    serviceIsAdministrator: serviceIsDatabaseAdministrator
    administratorId: databaseAdministratorId
    administratorName: databaseAdministratorName
    administratorType: databaseAdministratorType
    sku: databaseSku
    highlyAvailable: databaseHighlyAvailable
    geoRedundantBackup: databaseGeoRedundantBackup
    isPrivate: privateNetworking
    subnetId: privateNetworking ? network.outputs.databaseSubnetId : ''
    zoneId: privateNetworking ? network.outputs.databaseZoneId : ''
    workspaceId: monitoring.outputs.workspaceId
  }
}

var destinations = concat(empty(teamsChannels) ? [] : ['CONNECTOR_TEAMS_CHANNELS'], empty(flows) ? [] : ['CONNECTOR_FLOWS'])
var doors = concat(empty(apiKeys) ? [] : ['CONNECTOR_API_KEYS'], empty(webhookSecret) ? [] : ['CONNECTOR_WEBHOOK_SECRET'])

// Names and meanings: docs/configuration.md. The schedules are off here: the timers ask for what they would begin. One
// proxy stands before the API, the platform's.
var settings = {
  CONNECTOR_DATAVERSE_URL: dataverseUrl
  CONNECTOR_AUTHORITY: '${environment().authentication.loginEndpoint}${subscription().tenantId}'
  CONNECTOR_MANAGED_IDENTITY: identities.outputs.serviceClientId
  CONNECTOR_DATABASE_URL: database.outputs.url
  CONNECTOR_DATABASE_IDENTITY: identities.outputs.serviceClientId
  CONNECTOR_DATA_DIR: '/data'
  CONNECTOR_APP_ID: appId
  CONNECTOR_API_AUDIENCE: '${resource_},${apiClientId}'
  CONNECTOR_API_TENANT: subscription().tenantId
  CONNECTOR_BIND: '0.0.0.0:8080'
  CONNECTOR_LEAD_MANAGEMENT: leadManagement
  CONNECTOR_PROXIES: '1'
  CONNECTOR_LOG_FORMAT: 'json'
  CONNECTOR_TRACES: traces ? 'azure' : 'off'
  CONNECTOR_METRICS_BIND: 'off'
  CONNECTOR_SYNC_SCHEDULE: 'off'
  CONNECTOR_REFRESH_SCHEDULE: 'off'
  CONNECTOR_DIGEST_SCHEDULE: 'off'
  CONNECTOR_PRUNE_SCHEDULE: 'off'
}

module service 'modules/service.bicep' = {
  name: 'service'
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    identityId: identities.outputs.serviceId
    registryServer: registry.outputs.server
    image: image
    vaultUri: vault.outputs.uri
    settings: union(settings, furtherSettings)
    workspaceName: monitoring.outputs.workspaceName
    insightsConnection: monitoring.outputs.insightsConnection
    subnetId: privateNetworking ? network.outputs.serviceSubnetId : ''
    isInternal: privateNetworking && internalOnly
    hasZones: hasZones
    publicUrl: publicUrl
    webReplicas: webReplicas
    workerReplicas: workerReplicas
    vaultSettings: union(destinations, doors, vaultSettings)
    scales: vaultHasScalerKey || !empty(scalerKey)
  }
}

module internalzone 'modules/internalzone.bicep' = if (privateNetworking && internalOnly) {
  name: 'internalzone'
  scope: group
  params: {
    tags: tags
    domain: service.outputs.domain
    address: service.outputs.innerAddress
    networkId: privateNetworking ? network.outputs.networkId : ''
  }
}

module timers 'modules/timers.bicep' = {
  name: 'timers'
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    identityId: identities.outputs.timersId
    identityClientId: identities.outputs.timersClientId
    principalId: identities.outputs.timersPrincipalId
    serviceUrl: empty(publicUrl) ? service.outputs.address : publicUrl
    serviceResource: resource_
    schedules: {
      SYNC_SCHEDULE: syncSchedule
      REFRESH_SCHEDULE: refreshSchedule
      DIGEST_SCHEDULE: digestSchedule
      RECONCILE_SCHEDULE: reconcileSchedule
      PRUNE_SCHEDULE: pruneSchedule
    }
    insightsName: monitoring.outputs.insightsName
    insightsConnection: monitoring.outputs.insightsConnection
    hasZones: hasZones
    isPrivate: privateNetworking
    subnetId: privateNetworking ? network.outputs.timersSubnetId : ''
    endpointsSubnetId: privateNetworking ? network.outputs.endpointsSubnetId : ''
    blobZoneId: privateNetworking ? network.outputs.blobZoneId : ''
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    receiversId: monitoring.outputs.receiversId
    databaseId: database.outputs.id
    expectsRuns: leadManagement == 'on'
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.server
output SERVICE_ADDRESS string = service.outputs.address
output SERVICE_IDENTITY_CLIENT_ID string = identities.outputs.serviceClientId
output TIMERS_IDENTITY_PRINCIPAL_ID string = identities.outputs.timersPrincipalId
output TIMERS_APP string = timers.outputs.name
output VAULT string = vault.outputs.name
