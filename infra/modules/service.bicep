// The service: one container app answers calls, another does the work. Both run one image, with one identity; workers
// scale on the jobs that wait.

@description('Azure region of all resources.')
param location string

@description('Ending of resource names, unique to this deployment.')
param token string

@description('Tags of all resources.')
param tags object

@description('Resource id of the service\'s identity.')
param identityId string

@description('Registry of the image.')
param registryServer string

@description('The image with its digest: registry/name@sha256:...')
param image string

@description('Address of the vault.')
param vaultUri string

@description('Plain settings of the service by name: CONNECTOR_...')
param settings object

@description('Workspace that takes the logs.')
param workspaceName string

@description('Connection string of Application Insights.')
param insightsConnection string

@description('Subnet of the apps; empty without a network.')
param subnetId string = ''

@description('Whether callers come from the private network only. Flows of Power Automate and webhooks of Dataverse need it off.')
param isInternal bool = false

@description('Fewest and most replicas of the app that answers calls.')
param webReplicas array = [2, 4]

@description('Fewest and most workers.')
param workerReplicas array = [1, 6]

@description('Jobs that wait for each worker before another one is started. A range of 2,500 leads is one, a changed lead is one.')
param jobsPerWorker int = 100

@description('Settings whose values are secrets of the vault, by name: CONNECTOR_...')
param vaultSettings array

@description('Whether the vault holds a key by which the scaler asks how many jobs wait; if not, workers stay at the fewest.')
param scales bool

@description('The https address that flows and Dataverse reach; empty: the app\'s own.')
param publicUrl string

@description('Whether the region has availability zones.')
param hasZones bool = true

// What starts before there is an image of ours; it listens at another port and knows no commands.
var isPlaceholder = startsWith(image, 'mcr.microsoft.com/k8se/')

// The secret of a setting is called as the setting is.
var vaultSecrets = [for setting in vaultSettings: {
  name: toLower(replace(setting, '_', '-'))
  keyVaultUrl: '${vaultUri}secrets/${toLower(replace(setting, '_', '-'))}'
  identity: identityId
}]

var secretVariables = [for setting in vaultSettings: {
  name: setting
  secretRef: toLower(replace(setting, '_', '-'))
}]

var plainVariables = [for setting in items(settings): {
  name: setting.key
  value: setting.value
}]

var ownAddress = 'https://leads-web.${apps.properties.defaultDomain}'

var variables = concat(plainVariables, secretVariables, [
  { name: 'CONNECTOR_PUBLIC_URL', value: empty(publicUrl) ? ownAddress : publicUrl }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnection }
])

// The schema is brought up to date before a revision takes calls; several do it one after the other, the first does the work.
var upgrade = [
  {
    name: 'upgrade'
    image: image
    args: ['upgrade']
    env: variables
    resources: { cpu: json('0.25'), memory: '0.5Gi' }
  }
]

var probes = [
  { type: 'Startup', httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 2, failureThreshold: 60 }
  { type: 'Liveness', httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10, failureThreshold: 3 }
  { type: 'Readiness', httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 10, failureThreshold: 3 }
]

var scalerSecret = [{ name: 'scaler-key', keyVaultUrl: '${vaultUri}secrets/scaler-key', identity: identityId }]

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource apps 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'cae-${token}'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: { destination: 'azure-monitor' }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
    vnetConfiguration: empty(subnetId) ? null : { infrastructureSubnetId: subnetId, internal: isInternal }
    zoneRedundant: !empty(subnetId) && hasZones // zones need a network
    peerAuthentication: { mtls: { enabled: true } }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: apps
  properties: {
    workspaceId: workspace.id
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource web 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'leads-web'
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: apps.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: { external: true, targetPort: isPlaceholder ? 80 : 8080, transport: 'http', allowInsecure: false }
      registries: [{ server: registryServer, identity: identityId }]
      secrets: vaultSecrets
    }
    template: {
      terminationGracePeriodSeconds: 60
      initContainers: isPlaceholder ? [] : upgrade
      containers: [
        {
          name: 'web'
          image: image
          args: isPlaceholder ? [] : ['web']
          env: variables
          resources: { cpu: json('0.5'), memory: '1Gi' }
          probes: isPlaceholder ? [] : probes
        }
      ]
      scale: {
        minReplicas: webReplicas[0]
        maxReplicas: webReplicas[1]
        rules: [{ name: 'calls', http: { metadata: { concurrentRequests: '40' } } }]
      }
    }
  }
}

var waitingJobs = [
  {
    name: 'waiting-jobs'
    custom: {
      type: 'metrics-api'
      metadata: {
        url: 'https://${web.properties.configuration.ingress.fqdn}/api/v1/queue'
        valueLocation: 'ready'
        targetValue: string(jobsPerWorker)
        authMode: 'apiKey'
        method: 'header'
        keyParamName: 'x-api-key'
      }
      auth: [{ secretRef: 'scaler-key', triggerParameter: 'apiKey' }]
    }
  }
]

resource worker 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'leads-worker'
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: apps.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [{ server: registryServer, identity: identityId }]
      secrets: concat(vaultSecrets, scales ? scalerSecret : [])
    }
    template: {
      terminationGracePeriodSeconds: 60
      initContainers: isPlaceholder ? [] : upgrade
      containers: [
        {
          name: 'worker'
          image: image
          args: isPlaceholder ? [] : ['worker']
          env: variables
          resources: { cpu: json('1.0'), memory: '2Gi' }
        }
      ]
      scale: {
        minReplicas: workerReplicas[0]
        maxReplicas: scales ? workerReplicas[1] : workerReplicas[0]
        rules: scales ? waitingJobs : []
      }
    }
  }
}

output address string = 'https://${web.properties.configuration.ingress.fqdn}'
output domain string = apps.properties.defaultDomain
output innerAddress string = apps.properties.staticIp
