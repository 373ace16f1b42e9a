import { Duration } from 'aws-cdk-lib'
import { Metric, type MetricProps, Stats } from 'aws-cdk-lib/aws-cloudwatch'

/** What the studio's functions tell of themselves, in CloudWatch's embedded metric format. */
const NAMESPACE = 'genai-studio'
/** The name of the one variant that `studio-endpoint` and JumpStart make. */
const VARIANT = 'AllTraffic'

const FIVE_MINUTES = Duration.minutes(5)

export function studioMetric(metricName: string, props: Partial<MetricProps> = {}): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
    ...props,
  })
}

/** A metric of the endpoint's calls. */
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

/** A metric of the instances behind the endpoint: there is one as long as they are paid for. */
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
