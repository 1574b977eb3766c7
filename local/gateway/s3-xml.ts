import { AwsError } from '../service.ts';
import { doesNotMatch } from './protocol.ts';
import type { Codec } from './protocol.ts';
import { encodeS3 } from './s3-reply.ts';
import { decodeS3 } from './s3-request.ts';
import { wrapXml, xml, XML_DECLARATION } from './xml.ts';

/** S3's REST-XML, path style. */
export const s3Xml: Codec = {
  decode: decodeS3,
  encode: (decoded, result, requestId) => encodeS3(decoded.action, result, requestId),
  encodeError: (error, requestId, request) => ({
    status: error.status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body:
      request.method === 'HEAD' || error.status === 304
        ? ''
        : XML_DECLARATION +
          wrapXml(
            'Error',
            xml('Code', error.code) +
              xml('Message', error.message) +
              Object.entries(error.members)
                .map(([name, value]) => xml(name, String(value as string | number)))
                .join('') +
              xml('RequestId', requestId),
          ),
  }),
  unknownKey: new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403),
  missingKey: new AwsError('AccessDenied', 'Access Denied', 403),
  wrongSignature: doesNotMatch('SignatureDoesNotMatch'),
  otherRegion: (signedFor, region) =>
    new AwsError(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${signedFor}' is wrong; expecting '${region}'`,
    ),
};
