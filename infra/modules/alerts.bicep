// Rules that tell when the service does not keep its word; the numbers are those of docs/operations.

@description('Azure region of all resources.')
param location string

@description('Ending of resource names, unique to this deployment.')
param token string

@description('Tags of all resources.')
param tags object

@description('Workspace that the rules ask.')
param workspaceId string

@description('Who is told.')
param receiversId string

@description('Whether runs are to be expected: not while lead management is off.')
param expectsRuns bool

@description('Resource id of the database server.')
param databaseId string

// The service logs one JSON object a line.
var lines = 'ContainerAppConsoleLogs | extend line = parse_json(Log)'

var rules = [
  {
    name: 'runs-fail'
    description: 'Two runs in a row failed, or more.'
    query: '${lines} | where tostring(line.event) == "run_failed"'
    threshold: 1
    window: 'PT1H'
    severity: 1
  }
  {
    name: 'no-run-succeeds'
    description: 'No run succeeded for three hours: leads are not fresh.'
    query: '${lines} | where tostring(line.event) == "run_succeeded" | summarize runs = count() | where runs == 0'
    threshold: 0
    window: 'PT3H'
    severity: 1
  }
  {
    name: 'dead-deliveries'
    description: 'Cards or callbacks were given up.'
    query: '${lines} | where tostring(line.event) == "delivery_dead"'
    threshold: 0
    window: 'PT1H'
    severity: 2
  }
  {
    name: 'paused-destination'
    description: 'A channel or a flow takes nothing any more.'
    query: '${lines} | where tostring(line.event) == "destination_paused"'
    threshold: 0
    window: 'PT1H'
    severity: 2
  }
  {
    name: 'timers-fail'
    description: 'A timer could not reach the service.'
    query: 'AppExceptions | where AppRoleName startswith "func-"'
    threshold: 2
    window: 'PT1H'
    severity: 2
  }
]

resource logRules 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [for rule in rules: {
  name: '${rule.name}-${token}'
  location: location
  tags: tags
  properties: {
    displayName: rule.name
    description: rule.description
    enabled: expectsRuns || rule.name != 'no-run-succeeds'
    severity: rule.severity
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: rule.window
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: rule.threshold
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [receiversId] }
  }
}]

resource storageFull 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'database-storage-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The database has used 85 % of its storage.'
    severity: 1
    enabled: true
    scopes: [databaseId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'storage'
          criterionType: 'StaticThresholdCriterion'
          metricName: 'storage_percent'
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          threshold: 85
        }
      ]
    }
    actions: [{ actionGroupId: receiversId }]
  }
}
