import type { HttpRequest } from './protocol.ts';
import { header } from './protocol.ts';

/** What a SigV4 signature says about its signer, before anything is verified. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The name that the client signs for: `sqs`, `s3`, `lambda`, … (SageMaker's runtime signs for `sagemaker`). */
  readonly service: string;
}

const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

/** Reads the credential scope from the Authorization header or, for a presigned URL, from the query. */
export const readCredentialScope = (request: HttpRequest): CredentialScope | undefined => {
  const presigned = request.query.get('X-Amz-Credential');
  const match = CREDENTIAL.exec(presigned ? `Credential=${presigned}` : (header(request, 'authorization') ?? ''));
  const [, accessKeyId, region, service] = match ?? [];
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined;
};
