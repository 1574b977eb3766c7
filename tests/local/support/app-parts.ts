/** Parts of templates: just enough of each to be deployed. */

export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

export const queue = (properties: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
});

/** A table with the key `id`. */
export const table = (properties: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...properties,
  },
});
