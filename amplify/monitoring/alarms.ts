import { Duration } from 'aws-cdk-lib'
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import type { Endpoint } from '../endpoint'
import type { Functions } from '../functions/resource'
import type { Queues } from '../queue/resource'
import { endpointMetric, instanceMetric, studioMetric } from './metrics'

/** Maximum job age. The deadline of a generation is 30 minutes. */
const MAX_JOB_AGE = Duration.minutes(15)
/** Hours without a call after which an endpoint counts as idle. */
const IDLE_HOURS = 6

interface AlarmDefinition {
  description: string
  metric: IMetric
  /** The alarm fires above this value. */
  threshold: number
  /** Number of consecutive periods above the threshold. */
  periods?: number
}

interface AlarmSources {
  functions: Functions
  queues: Queues
  endpoint: Endpoint
}

/** Define the alarms. `docs/operate.md` has a runbook for each. */
export function defineAlarms(scope: Construct, topic: ITopic, sources: AlarmSources): Alarm[] {
  return Object.entries(definitions(sources)).map(([name, definition]) => {
    const { description, metric, threshold, periods = 1 } = definition
    const alarm = new Alarm(scope, name, {
      alarmDescription: description,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(topic))
    alarm.addOkAction(new SnsAction(topic))
    return alarm
  })
}

function definitions(sources: AlarmSources): Record<string, AlarmDefinition> {
  const { functions, queues, endpoint } = sources
  const fiveMinutes = Duration.minutes(5)
  return {
    DeadLetterQueueAlarm: {
      description: 'The dead-letter queue is not empty: jobs exceeded the maximum receive count.',
      metric: queues.deadLetter.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
      }),
      threshold: 0,
    },
    StreamFailuresAlarm: {
      description: 'Changes in the change stream could not be processed. They were not published.',
      metric: queues.streamFailures.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
      }),
      threshold: 0,
    },
    OldestJobAlarm: {
      description:
        'The oldest job in the queue is older than 15 minutes: workers are too slow or stopped.',
      metric: queues.work.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM }),
      threshold: MAX_JOB_AGE.toSeconds(),
    },
    FailuresAlarm: {
      description: 'More than 20 percent of the generations of the last 15 minutes failed.',
      metric: new MathExpression({
        // A metric without data points is missing, not 0.
        expression:
          'IF(FILL(bad, 0) + FILL(good, 0) >= 5, 100 * FILL(bad, 0) / (FILL(bad, 0) + FILL(good, 0)), 0)',
        usingMetrics: {
          bad: studioMetric('GenerationsFailed', { period: MAX_JOB_AGE }),
          good: studioMetric('GenerationsSucceeded', { period: MAX_JOB_AGE }),
        },
        period: MAX_JOB_AGE,
      }),
      threshold: 20,
    },
    FunctionErrorsAlarm: {
      description: 'One or more of the Lambda functions return errors.',
      metric: new MathExpression({
        expression: Object.keys(functions)
          .map((name) => `FILL(${name}, 0)`)
          .join(' + '),
        usingMetrics: Object.fromEntries(
          Object.entries(functions).map(([name, lambda]) => [
            name,
            lambda.metricErrors({ period: fiveMinutes }),
          ]),
        ),
        period: fiveMinutes,
      }),
      threshold: 0,
      periods: 3,
    },
    ...(endpoint.service === 'sagemaker' ? endpointDefinitions(endpoint.name) : {}),
  }
}

/**
 * Bedrock needs no such alarms: nothing is billed while it is idle, and an alarm cannot watch the
 * metrics of another region. `FailuresAlarm` covers its errors.
 */
function endpointDefinitions(endpoint: string): Record<string, AlarmDefinition> {
  return {
    EndpointErrorsAlarm: {
      description: 'The SageMaker endpoint returns HTTP 5xx responses.',
      metric: endpointMetric(endpoint, 'Invocation5XXErrors'),
      threshold: 0,
      periods: 2,
    },
    IdleEndpointAlarm: {
      description: `The SageMaker endpoint has running instances but no calls for ${IDLE_HOURS} hours.`,
      metric: new MathExpression({
        expression: 'IF(instances > 0 AND FILL(calls, 0) == 0, 1, 0)',
        usingMetrics: {
          instances: instanceMetric(endpoint, { period: Duration.hours(1) }),
          calls: endpointMetric(endpoint, 'Invocations', { period: Duration.hours(1) }),
        },
        period: Duration.hours(1),
      }),
      threshold: 0,
      periods: IDLE_HOURS,
    },
  }
}
