import { Stack } from 'aws-cdk-lib'
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { Endpoint } from '../endpoint'
import type { Queues } from '../queue/resource'
import { bedrockMetric, endpointMetric, studioMetric } from './metrics'

/** Define the CloudWatch dashboard of the studio. */
export function defineDashboard(scope: Construct, queues: Queues, endpoint: Endpoint): Dashboard {
  const succeeded = studioMetric('GenerationsSucceeded', { label: 'succeeded' })
  const cost = studioMetric('EstimatedCost', { label: 'estimated cost' })
  const latency = (statistic: string, label: string) =>
    studioMetric('EndpointLatency', { statistic, label })
  const dashboard = new Dashboard(scope, 'Dashboard', {
    dashboardName: Stack.of(scope).stackName,
  })
  dashboard.addWidgets(
    graph('Queue: age of oldest job (seconds)', [
      queues.work.metricApproximateAgeOfOldestMessage({ label: 'oldest job' }),
    ]),
    graph('Queue: jobs', [
      queues.work.metricApproximateNumberOfMessagesVisible({ label: 'waiting' }),
      queues.work.metricApproximateNumberOfMessagesNotVisible({ label: 'in progress' }),
      queues.deadLetter.metricApproximateNumberOfMessagesVisible({ label: 'dead-letter queue' }),
      queues.streamFailures.metricApproximateNumberOfMessagesVisible({
        label: 'stream failures',
      }),
    ]),
    graph('Generations by result', [
      succeeded,
      studioMetric('GenerationsFailed', { label: 'failed' }),
      studioMetric('GenerationsCanceled', { label: 'canceled' }),
    ]),
    graph('Endpoint: latency per call', [
      latency(Stats.percentile(50), 'p50'),
      latency(Stats.percentile(95), 'p95'),
    ]),
    graph('Endpoint: calls', endpointCalls(endpoint)),
    graph('Functions: cold starts', [studioMetric('ColdStart', { label: 'cold starts' })]),
    graph('Estimated cost per image (USD)', [
      new MathExpression({
        expression: 'cost / generations',
        usingMetrics: { cost, generations: succeeded },
        label: 'per succeeded generation',
      }),
    ]),
  )
  return dashboard
}

function endpointCalls(endpoint: Endpoint): IMetric[] {
  if (endpoint.service === 'bedrock') {
    return [
      bedrockMetric(endpoint, 'Invocations', { label: 'calls' }),
      bedrockMetric(endpoint, 'InvocationThrottles', { label: 'throttled' }),
      bedrockMetric(endpoint, 'InvocationClientErrors', { label: '4xx' }),
      bedrockMetric(endpoint, 'InvocationServerErrors', { label: '5xx' }),
    ]
  }
  return [
    endpointMetric(endpoint.name, 'Invocations', { label: 'calls' }),
    endpointMetric(endpoint.name, 'Invocation4XXErrors', { label: '4xx' }),
    endpointMetric(endpoint.name, 'Invocation5XXErrors', { label: '5xx' }),
  ]
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 12, height: 6 })
}
