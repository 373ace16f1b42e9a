import { Stack } from 'aws-cdk-lib'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { Functions } from '../functions/resource'
import type { Options } from '../options'
import type { Queues } from '../queue/resource'
import { defineAlarms } from './alarms'
import { defineBudget } from './budget'
import { defineDashboard } from './dashboard'

/** A page to look at, alarms that tell when something is unwell, and a budget. */
export function defineWatching(
  scope: Construct,
  seen: { functions: Functions; queues: Queues; options: Options },
): void {
  const { functions, queues, options } = seen
  const topic = new Topic(scope, 'Alarms', { enforceSSL: true })
  // With a policy of its own a topic no longer takes what the account's own alarms say.
  topic.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  )
  if (options.alarmEmail !== null) {
    topic.addSubscription(new EmailSubscription(options.alarmEmail))
    defineBudget(scope, options.monthlyBudget, options.alarmEmail)
  }
  defineAlarms(scope, topic, { functions, queues, endpoint: options.endpoint })
  defineDashboard(scope, queues, options.endpoint)
}
