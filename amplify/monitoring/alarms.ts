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
import type { Functions } from '../functions/resource'
import type { Queues } from '../queue/resource'
import { endpointMetric, instanceMetric, studioMetric } from './metrics'

/** A job older than this is late: the deadline of a generation is 30 minutes. */
const LATE = Duration.minutes(15)
/** In how many periods, one after the other, an alarm must see it. */
const IDLE_HOURS = 6

interface Watched {
  says: string
  metric: IMetric
  above: number
  periods?: number
}

/** What wakes an operator; `docs/operate.md` says for each what to do. */
export function defineAlarms(
  scope: Construct,
  topic: ITopic,
  seen: { functions: Functions; queues: Queues; endpoint: string },
): Alarm[] {
  return Object.entries(watched(seen)).map(([name, { says, metric, above, periods = 1 }]) => {
    const alarm = new Alarm(scope, name, {
      alarmDescription: says,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(topic))
    alarm.addOkAction(new SnsAction(topic))
    return alarm
  })
}

function watched(seen: {
  functions: Functions
  queues: Queues
  endpoint: string
}): Record<string, Watched> {
  const { functions, queues, endpoint } = seen
  const fiveMinutes = Duration.minutes(5)
  return {
    DeadLettersAlarm: {
      says: 'Generations could not be drawn after all attempts: the dead-letter queue is not empty.',
      metric: queues.dead.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
      above: 0,
    },
    MissedChangesAlarm: {
      says: 'Changes of the stream could not be carried on: browsers were not told of them.',
      metric: queues.missed.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
      above: 0,
    },
    OldestJobAlarm: {
      says: 'The oldest job waits too long: the endpoint does not keep up, or nobody works.',
      metric: queues.work.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM }),
      above: LATE.toSeconds(),
    },
    FailuresAlarm: {
      says: 'More than a fifth of the generations of a quarter of an hour failed.',
      metric: new MathExpression({
        // Metrics that nobody wrote are missing, not 0.
        expression:
          'IF(FILL(bad, 0) + FILL(good, 0) >= 5, 100 * FILL(bad, 0) / (FILL(bad, 0) + FILL(good, 0)), 0)',
        usingMetrics: {
          bad: studioMetric('GenerationsFailed', { period: LATE }),
          good: studioMetric('GenerationsSucceeded', { period: LATE }),
        },
        period: LATE,
      }),
      above: 20,
    },
    FunctionErrorsAlarm: {
      says: 'Functions of the studio end in errors.',
      metric: new MathExpression({
        expression: Object.keys(functions)
          .map((name) => `FILL(${name}, 0)`)
          .join(' + '),
        usingMetrics: Object.fromEntries(
          Object.entries(functions).map(([name, one]) => [
            name,
            one.metricErrors({ period: fiveMinutes }),
          ]),
        ),
        period: fiveMinutes,
      }),
      above: 0,
      periods: 3,
    },
    EndpointErrorsAlarm: {
      says: 'The SageMaker endpoint answers with 5xx.',
      metric: endpointMetric(endpoint, 'Invocation5XXErrors'),
      above: 0,
      periods: 2,
    },
    IdleEndpointAlarm: {
      says: `The SageMaker endpoint is paid for, and nobody has called it for ${IDLE_HOURS} hours.`,
      metric: new MathExpression({
        expression: 'IF(instances > 0 AND FILL(calls, 0) == 0, 1, 0)',
        usingMetrics: {
          instances: instanceMetric(endpoint, { period: Duration.hours(1) }),
          calls: endpointMetric(endpoint, 'Invocations', { period: Duration.hours(1) }),
        },
        period: Duration.hours(1),
      }),
      above: 0,
      periods: IDLE_HOURS,
    },
  }
}
