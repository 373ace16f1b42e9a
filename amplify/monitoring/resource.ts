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

/** Define the dashboard, the alarms with their topic, and the budget. */
export function defineMonitoring(
  scope: Construct,
  sources: { functions: Functions; queues: Queues; options: Options },
): void {
  const { functions, queues, options } = sources
  const topic = new Topic(scope, 'Alarms', { enforceSSL: true })
  // An explicit topic policy replaces the default one, which lets the account's alarms publish.
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
