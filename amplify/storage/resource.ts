import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

/** Maximum age of a presigned URL, whatever expiry it was signed with. */
const MAX_URL_AGE = Duration.minutes(15)

/** Prefix of the requests and results of an asynchronous endpoint. They are read at once. */
const EXCHANGE = 'async/'

/** Prefix of the files that users upload. An edit that uses one keeps its own copy. */
export const UPLOADS = 'uploads/'

/**
 * Define the image bucket: private, TLS only, read through presigned URLs, and written by users
 * with presigned POST requests. The bucket is retained
 * when the stack is deleted; `make destroy` prints how to delete it.
 *
 * @param origins - Origins of the pages that display images, read them for zip downloads and send
 * uploads.
 */
export function defineStorage(scope: Construct, origins: readonly string[]): Bucket {
  // CloudFormation replaces a bucket whose logical ID changes, so the ID keeps its first name.
  const bucket = new Bucket(scope, 'Pictures', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    lifecycleRules: [
      { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      { id: 'expired-uploads', prefix: UPLOADS, expiration: Duration.days(1) },
      { id: 'late-results', prefix: EXCHANGE, expiration: Duration.days(2) },
    ],
    cors: [
      {
        allowedOrigins: [...origins],
        allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.POST],
        allowedHeaders: ['*'],
        exposedHeaders: ['ETag', 'Content-Length', 'Content-Range'],
        maxAge: 3600,
      },
    ],
  })
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'DenyOldPresignedUrls',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: {
        NumericGreaterThan: { 's3:signatureAge': String(MAX_URL_AGE.toMilliseconds()) },
      },
    }),
  )
  return bucket
}
