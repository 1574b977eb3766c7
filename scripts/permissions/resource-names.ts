import { asList, inside, withoutHash } from './template.ts';
import type { Resource, Template } from './template.ts';

/** Types that permissions name, as a person calls them. */
const KINDS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'table',
  'AWS::Events::EventBus': 'bus',
  'AWS::Events::Rule': 'rule',
  'AWS::IAM::Role': 'role',
  'AWS::KMS::Key': 'key',
  'AWS::Lambda::Function': 'function',
  'AWS::Logs::LogGroup': 'log group',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SNS::Topic': 'topic',
  'AWS::SQS::Queue': 'queue',
  'AWS::Scheduler::Schedule': 'schedule',
  'AWS::StepFunctions::StateMachine': 'state machine',
};

/** Names what policies name, the same way wherever it is deployed. */
export interface ResourceNames {
  /** @throws Error for what it does not know how to read, so that no permission is told wrongly */
  of(value: unknown): string;
  /** Name of a function's folder, or a logical id without its hash. */
  logical(id: string): string;
}

export const resourceNames = (templates: readonly Template[]): ResourceNames => {
  const resources: Readonly<Record<string, Resource>> = Object.assign({}, ...templates.map(({ Resources }) => Resources));
  const exported = new Map(
    templates.flatMap(({ Outputs = {} }) => Object.values(Outputs).map(({ Export, Value }) => [Export?.Name, Value] as const)),
  );

  const logical = (id: string): string => {
    const service = inside(resources[id], 'Properties', 'Environment', 'Variables', 'POWERTOOLS_SERVICE_NAME');
    return typeof service === 'string' ? service : withoutHash(id);
  };

  const named = (id: string): string => {
    const type = resources[id]?.Type ?? '';
    const kind = KINDS[type];
    if (kind === undefined) throw new Error(`a policy names ${id} (${type}), and scripts/permissions has no word for that type`);
    return `${kind} \`${logical(id)}\``;
  };

  /** @returns the resource's logical id, where the value is nothing but one */
  const idIn = (value: unknown): string | undefined => {
    const id = inside(value, 'Ref') ?? inside(value, 'Fn::GetAtt', 0);
    if (typeof id === 'string') return Object.hasOwn(resources, id) ? id : undefined;
    const imported = inside(value, 'Fn::ImportValue');
    return imported === undefined ? undefined : idIn(exported.get(imported));
  };

  const text = (part: unknown): string => {
    if (typeof part === 'string') return part;
    const id = idIn(part);
    if (id !== undefined) return logical(id);
    const pseudo = inside(part, 'Ref');
    if (typeof pseudo === 'string' && pseudo.startsWith('AWS::')) return pseudo.slice('AWS::'.length);
    const template = inside(part, 'Fn::Sub');
    if (typeof template === 'string') return template.replaceAll(/\$\{AWS::(\w+)\}/g, '$1');
    // The name of a state machine is the seventh part of its ARN.
    const split = inside(part, 'Fn::Select', 1, 'Fn::Split', 1);
    if (split !== undefined) return text(split);
    throw new Error(`a policy holds ${JSON.stringify(part)}, which scripts/permissions cannot read`);
  };

  const of = (value: unknown): string => {
    if (value === '*') return 'anything';
    const id = idIn(value);
    if (id !== undefined) return named(id);
    const [first, ...rest] = asList(inside(value, 'Fn::Join', 1));
    const whole = idIn(first);
    if (whole !== undefined) return `${named(whole)}: \`${rest.map(text).join('').replace(/^\//, '')}\``;
    const arn = first === undefined ? text(value) : [first, ...rest].map(text).join('');
    const [, , service, , , ...path] = arn.split(':');
    return arn.startsWith('arn:') ? `${service} \`${path.join(':')}\`` : `\`${arn}\``;
  };

  return { of, logical };
};
