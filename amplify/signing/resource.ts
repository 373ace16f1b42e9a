import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'

/**
 * Define the key that signs images (C2PA). Its private part never leaves KMS.
 *
 * It is deleted with the stack: signatures remain verifiable with the certificates in the image
 * bucket, which is retained. AWS cannot rotate asymmetric keys.
 */
export function defineSigningKey(scope: Construct): Key {
  return new Key(scope, 'SigningKey', {
    description: 'Signs the images of genai-studio (C2PA)',
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.DESTROY,
    pendingWindow: Duration.days(7),
  })
}
