import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

/** The longest that a link to a picture works, whatever a program signs. */
const LONGEST_LINK = Duration.minutes(15)

/** Where an asynchronous endpoint is asked and answers; what is needed of it is taken at once. */
const EXCHANGE = 'async/'

/**
 * The bucket of the pictures: nobody's but the studio's, over TLS alone, read by links that
 * expire. Its pictures outlive the stack: `make destroy` says how to delete them.
 *
 * @param origins - Of the pages that show them, and read them to pack them into a zip.
 */
export function defineStorage(scope: Construct, origins: readonly string[]): Bucket {
  const bucket = new Bucket(scope, 'Pictures', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    lifecycleRules: [
      { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      { id: 'late-answers', prefix: EXCHANGE, expiration: Duration.days(2) },
    ],
    cors: [
      {
        allowedOrigins: [...origins],
        allowedMethods: [HttpMethods.GET, HttpMethods.HEAD],
        allowedHeaders: ['*'],
        exposedHeaders: ['ETag', 'Content-Length', 'Content-Range'],
        maxAge: 3600,
      },
    ],
  })
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'NoOldLinks',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: {
        NumericGreaterThan: { 's3:signatureAge': String(LONGEST_LINK.toMilliseconds()) },
      },
    }),
  )
  return bucket
}
