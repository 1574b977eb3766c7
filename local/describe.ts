import type { SupportTables } from './support-tables.ts';

/** The local cloud's page: what it is, how it is used, and the tables of what it does and does not do. */
export const describeLocalCloud = (tables: SupportTables): string =>
  [
    introduction,
    usage(tables),
    actedOn(tables),
    inert(tables),
    refused(tables),
    actions(tables),
    states(tables),
    iam(tables),
    limits(tables),
  ]
    .map((part) => part.trim())
    .join('\n\n')
    .concat('\n');

const introduction = `
# The local cloud

<!-- Written by \`node scripts/write-docs.ts\` from local/describe.ts and the tables in the code. Do not edit it here. -->

The local cloud runs what \`cdk synth\` wrote, on one machine: no AWS account, no Docker. It takes the synthesized templates, bundles and
policies as they are, and knows nothing of tickets: any CDK app of the resource types below runs on it
(\`tests/local/foreign-stack.test.ts\` runs a library's book loans). What it does not know, it refuses by name: a resource type before
anything starts, a property while the stack is deployed, an API action when it is called. What it takes without acting on it stands below
with the reason.

## Running a stack

\`\`\`ts
import { startLocalCloud } from './local/cloud.ts';

const cloud = await startLocalCloud({ assembly: 'cdk.out', port: 0 }); // port 0: a free one
const client = new SQSClient({ endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials('operator') });
await client.send(new SendMessageCommand({ QueueUrl: cloud.outputs['my-stack']?.['QueueUrl'], MessageBody: '{}' }));
await cloud.idle(); // until nothing is under way
await cloud.close();
\`\`\`

Every AWS call, of clients, functions, containers and of the services among themselves, passes one gateway on the loopback interface
(\`AWS_ENDPOINT_URL\`). There the signature of what came over HTTP is verified, IAM decides, faults strike, and the call is counted by
caller (\`cloud.counts()\`). \`cloud.engines\` lets one look inside: what waits in a queue, what lies in a bucket, what a function logged.
The command line does both from another terminal: [looking into the local cloud](local-cloud-commands.md).
\`cloud.redeploy()\` sends every custom resource an Update; \`cloud.destroy()\` deletes them, empties buckets that ask for it, and ends
the polling of queues.
`;

const usage = ({ faults }: SupportTables): string => `
## Time

Visibility timeouts, delays, Wait states, retries, schedules and expiry read one clock.

| clock | how |
|---|---|
| at wall speed | the default; \`cloud.clock.advance(ms)\` moves it forward |
| stepped | \`clock: startSteppedClock(startMs)\` stands still until it is moved |
| jumping | \`cloud.runFor(ms)\` and \`cloud.runUntil(timeMs)\` jump from timer to timer, whenever nothing computes |

In functions \`Date.now()\` and \`new Date()\` read that clock. Wall time are: how long code computes (timeouts of functions, \`setTimeout\` in
them, how long an environment stays warm), containers with all that they see of time, the limit for a custom resource's response, latency
as a fault. Signatures are not checked for their age, since clients sign with the wall's time.

## State

With \`state: 'DIR'\` (\`npm start -- --state DIR\`) everything outlives the run, and a kill at any moment leaves a state that starts again
([decision 012](decisions/012-local-state.md)). An answer is given when what it tells is on disk. A start deploys onto what is there, as \`cdk deploy\`
does: custom resources are updated where their properties changed. What was under way goes on:

| | in the next run |
|---|---|
| messages, items, objects, multipart uploads, transaction tokens | as they were, with times, counts and receipt handles |
| executions | each branch enters again the state it was in (at least once); submitted jobs and token tasks are waited for; a distributed Map starts anew |
| deliveries, asynchronous invocations, redrives | go on with their next attempt; one that was under way is made again |
| schedules | from their last time; of the times missed meanwhile the last is made up |
| endpoints | their containers are started again, with the model from S3 |
| training jobs | one that was running starts again from the beginning |
| the clock | goes on by what passed on the wall, never back; one that is handed in stood still |
| counts, units, logs, faults, IAM's record | begin anew |

A folder is used by one local cloud at a time. One of other stacks, another format, or with other files in it is refused.

## Faults

\`cloud.faults.add({ service, action, caller, resource, rate, skip, times, seed, fault })\` lets matching calls meet a fault; what is left out
matches everything. The same seed hits the same calls of a caller again.

${table(
  ['fault', 'what happens'],
  Object.entries(faults).map(([kind, what]) => [code(kind), what]),
)}

## Permissions

IAM is always on. A call is checked against the synthesized identity policies of its caller's role and the resource policies of queues,
topics, buckets, buses, functions and keys; a refusal names principal, action and resource, and stands in \`cloud.iam.refusals()\`.
\`cloud.iam.statements()\` lists every statement with what it was good for. Whoever acts with a role must be let by its trust policy.
Callers by name, as from \`cloud.credentials('operator')\`, are administrators: it is the stacks that are tested, not people.

## Honest limits

- One region, one account. Without a folder for its state everything is in memory, and nothing outlives \`close()\`.
- A stack is deployed once, as a whole: deletion policies, update policies and the replacement of resources are not carried out.
- The names of properties are checked for every type that is acted on; what stands inside a property, where it is acted on.
- Functions are Node.js, in worker threads of this machine's Node.js; the memory size limits their heap and does not set their speed. Of
  one function at most \`maxEnvironments\` (10, unless set) run at a time; further invocations wait.
- Containers are not contained: an image's exec-form ENTRYPOINT is started as a child process in its build context, if it starts node.
  Images are for linux/amd64; on another platform a native addon that the image lacks is taken from this machine's own installation of
  the same version of its package.
- DynamoDB's reads are always current, and expired items go at the end of their minute; on AWS that takes up to days.
- Deliveries of buses, topics and schedules are retried without jitter, so that a run can be repeated.
- Nothing is encrypted; of keys, the policies are enforced.
`;

const actedOn = ({ actedOnTypes, properties }: SupportTables): string => `
## Acted on

Resource types, and those of their properties that have an effect. Other \`Custom::\` types than those refused below call their function too.

${table(
  ['resource type', 'it is', 'properties acted on'],
  [
    ...Object.entries(actedOnTypes).map(([type, what]) => [
      code(type),
      what,
      properties[type] ? codes(properties[type].actedOn) : 'not checked: its function reads them',
    ]),
    ...Object.entries(properties)
      .filter(([type]) => !Object.hasOwn(actedOnTypes, type))
      .map(([type, { actedOn: names }]) => [code(type), 'part of the above', codes(names)]),
  ],
)}
`;

const inert = ({ inertTypes, properties }: SupportTables): string => `
## Recorded but inert

Accepted, so that a stack can be deployed as it is, and without effect.

${table(
  ['resource type', 'property', 'why it does nothing'],
  [
    ...Object.entries(inertTypes).map(([type, why]) => [code(type), 'all', why]),
    ...groupedByReason(properties).map(({ types, name, why }) => [codes(types), code(name), why]),
  ],
)}

Subscriptions of a topic by mail, text message, HTTP or push are recorded too, and a log line says what was not sent.
`;

/** One line for a property that many types have, with the same reason. */
const groupedByReason = (properties: SupportTables['properties']) => {
  const all = Object.entries(properties).flatMap(([type, { inert }]) =>
    Object.entries(inert).map(([name, why]) => ({ type, name, why })),
  );
  const groups = Map.groupBy(all, ({ name, why }) => `${name}: ${why}`);
  return Array.from(groups.values(), (group) => ({
    types: group.map(({ type }) => type),
    name: group[0]?.name ?? '',
    why: group[0]?.why ?? '',
  }));
};

const refused = ({ refusedCustomTypes, refusedSettings }: SupportTables): string => `
## Refused

Every resource type, property, API action, state field and condition that stands in no table of this page is refused by name. Of what
does, this is refused:

${table(
  ['resource type', 'refused'],
  [
    ...Object.entries(refusedSettings).map(([type, settings]) => [code(type), settings.join('; ')]),
    ...Object.entries(refusedCustomTypes).map(([type, why]) => [code(type), `altogether: ${why}`]),
  ],
)}
`;

const actions = (tables: SupportTables): string => `
## API actions

${table(
  ['service', 'actions that are answered'],
  Object.entries(tables.actions).map(([service, names]) => [code(service), codes(names.toSorted())]),
)}
`;

const states = ({ states: machine, templateFunctions }: SupportTables): string => `
## State machines and templates

Standard state machines in the Amazon States Language. The whole definition is checked before anything starts.

${table(
  ['state', 'fields with JSONPath', 'fields with JSONata'],
  machine.fields.map(({ type, jsonPath, jsonata }) => [code(type), codes(jsonPath), codes(jsonata)]),
)}

Fields that exist on AWS and are refused: ${codes(machine.refusedFields)}.

${table(
  ['optimized integration', 'how a Task may wait for it'],
  Object.entries(machine.integrations).map(([name, patterns]) => [code(name), patterns.map((each) => waiting(each)).join(', ')]),
)}

AWS SDK integrations (\`arn:aws:states:::aws-sdk:…\`) may name these services, and run if the action stands in the table above:
${codes(machine.sdkServices)}.

Intrinsic functions: ${codes(machine.intrinsicFunctions)}.

Functions in templates: ${codes(templateFunctions)}. Dynamic references (\`{{resolve:…}}\`) and transforms are refused.
`;

const waiting = (pattern: string): string =>
  pattern === 'request' ? 'for its answer' : code(pattern === 'token' ? '.waitForTaskToken' : `.${pattern}`);

const iam = ({ iam: { operators, keys, managedPolicies } }: SupportTables): string => `
## Conditions of policies

A policy with another operator or key is an error, not a pass. Operators, also with \`IfExists\`, \`ForAllValues:\` and \`ForAnyValue:\`:
${codes(operators)}.

Keys: ${codes(keys)}. A key that cannot be told for a request is an error at that request.

Policies that AWS keeps: ${codes(managedPolicies)}. Others are refused.
`;

const limits = ({ limits: byService }: SupportTables): string => `
## Limits

What AWS bounds is bounded here by the same numbers and refused with the same codes; \`tests/local/limits.test.ts\` goes through this table
row by row. Each limit links to AWS's own page about it.

${table(
  ['service', 'limit', 'least', 'most', 'unit', 'beyond'],
  Object.entries(byService).flatMap(([service, rows]) =>
    Object.values(rows).map((limit) => [
      code(service),
      `[${limit.of}](${limit.source})`,
      limit.least === undefined ? '' : limit.least.toLocaleString('en'),
      limit.most === undefined ? '' : limit.most.toLocaleString('en'),
      limit.unit,
      'error' in limit.beyond ? code(limit.beyond.error) : limit.beyond.instead,
    ]),
  ),
)}
`;

const code = (text: string): string => `\`${text}\``;
const codes = (names: readonly string[]): string => (names.length === 0 ? '–' : names.map(code).join(' '));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
