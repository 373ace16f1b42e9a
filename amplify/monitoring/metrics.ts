import { Duration } from 'aws-cdk-lib'
import { Metric, type MetricProps, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import type { BedrockModel } from '../endpoint'

/** Namespace of the metrics that the functions write in CloudWatch's embedded metric format. */
const NAMESPACE = 'genai-studio'
/** Name of the production variant that `studio-endpoint` and JumpStart create. */
const VARIANT = 'AllTraffic'

const FIVE_MINUTES = Duration.minutes(5)

/** Return a metric that the functions write. */
export function studioMetric(metricName: string, props: Partial<MetricProps> = {}): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
    ...props,
  })
}

/** Return an invocation metric of the endpoint. */
export function endpointMetric(
  endpoint: string,
  metricName: string,
  props: Partial<MetricProps> = {},
): Metric {
  return new Metric({
    namespace: 'AWS/SageMaker',
    metricName,
    dimensionsMap: { EndpointName: endpoint, VariantName: VARIANT },
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
    ...props,
  })
}

/** Return an invocation metric of a model in Bedrock, from the region in which it is called. */
export function bedrockMetric(
  { model, region }: BedrockModel,
  metricName: string,
  props: Partial<MetricProps> = {},
): Metric {
  return new Metric({
    namespace: 'AWS/Bedrock',
    metricName,
    dimensionsMap: { ModelId: model },
    region,
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
    ...props,
  })
}

/** Return a sample count of the endpoint's instances. It is above 0 while instances run. */
export function instanceMetric(endpoint: string, props: Partial<MetricProps> = {}): Metric {
  return new Metric({
    namespace: '/aws/sagemaker/Endpoints',
    metricName: 'CPUUtilization',
    dimensionsMap: { EndpointName: endpoint, VariantName: VARIANT },
    statistic: Stats.SAMPLE_COUNT,
    period: FIVE_MINUTES,
    ...props,
  })
}
