import type { LocalCloud } from '../cloud.ts';
import type { FunctionView } from '../lambda/lambda.ts';
import type { Caller } from '../service.ts';
import { findNamed } from './find-named.ts';
import type { EndpointView, ExecutionDetail, ExecutionView, ModelsView } from './operations.ts';

type Engines = LocalCloud['engines'];
type Members = Readonly<Record<string, unknown>>;

/** Who looks. The engines are asked directly, so that it is not counted, not refused and meets no fault. */
const onlooker: Caller = { name: 'local-control', principal: 'local-control' };

const ask = async (engine: Engines['states'] | Engines['sagemaker'], action: string, input: Members): Promise<Members> =>
  engine.call({ caller: onlooker, service: engine.name, action, input });

/** The members of all pages of a list. */
const askAll = async (
  engine: Engines['states'] | Engines['sagemaker'],
  action: string,
  input: Members,
  { member, token }: { readonly member: string; readonly token: 'nextToken' | 'NextToken' },
): Promise<readonly Members[]> => {
  const all: Members[] = [];
  for (let page = await ask(engine, action, input); ; page = await ask(engine, action, { ...input, [token]: page[token] })) {
    all.push(...(page[member] as readonly Members[]));
    if (page[token] === undefined) return all;
  }
};

const inPages = (member: string) => ({ member, token: 'nextToken' }) as const;
const inSageMakersPages = (member: string) => ({ member, token: 'NextToken' }) as const;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const iso = (seconds: unknown): string => new Date(Number(seconds) * 1000).toISOString();

interface Found {
  readonly arn: string;
  readonly view: ExecutionView;
}

/** Executions of all state machines, the latest first; those of a map's children are not among them. */
const findExecutions = async ({ states }: Engines): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for (const machine of await askAll(states, 'ListStateMachines', {}, inPages('stateMachines'))) {
    const { stateMachineArn } = machine;
    const executions = await askAll(states, 'ListExecutions', { stateMachineArn, maxResults: 1000 }, inPages('executions'));
    for (const { executionArn, name, status, startDate, stopDate } of executions) {
      const view: ExecutionView = {
        name: text(name),
        stateMachine: text(machine['name']),
        status: text(status),
        startedAt: iso(startDate),
        ...(stopDate !== undefined && { stoppedAt: iso(stopDate) }),
      };
      found.push({ arn: text(executionArn), view });
    }
  }
  return found.toSorted((a, b) => b.view.startedAt.localeCompare(a.view.startedAt));
};

export const executionViews = async (engines: Engines): Promise<readonly ExecutionView[]> =>
  (await findExecutions(engines)).map(({ view }) => view);

export const executionDetail = async (engines: Engines, name: string): Promise<ExecutionDetail> => {
  const { arn, view } = findNamed('execution', name, await findExecutions(engines), (each) => [each.view.name, each.arn]);
  const described = await ask(engines.states, 'DescribeExecution', { executionArn: arn });
  const history = await askAll(engines.states, 'GetExecutionHistory', { executionArn: arn, maxResults: 1000 }, inPages('events'));
  const texts = ['input', 'output', 'error', 'cause'].flatMap((member) =>
    typeof described[member] === 'string' ? [[member, described[member]] as const] : [],
  );
  return { ...view, ...Object.fromEntries(texts), history };
};

export const findFunction = ({ lambda }: Engines, name: string): FunctionView =>
  findNamed('function', name, lambda.inspect(), (each) => [each.caller, each.name]);

const endpointViews = async ({ sagemaker }: Engines): Promise<readonly EndpointView[]> => {
  const containers = new Map(sagemaker.containers.list().map((container) => [container.endpointName, container]));
  const summaries = await askAll(
    sagemaker,
    'ListEndpoints',
    { SortBy: 'Name', SortOrder: 'Ascending' },
    inSageMakersPages('Endpoints'),
  );
  return Promise.all(
    summaries.map(async ({ EndpointName }) => {
      const { EndpointStatus, FailureReason } = await ask(sagemaker, 'DescribeEndpoint', { EndpointName });
      const container = containers.get(text(EndpointName));
      return {
        name: text(EndpointName),
        status: text(EndpointStatus),
        container: container?.state ?? 'stopped',
        ...(container?.pid !== undefined && { pid: container.pid }),
        ...(typeof FailureReason === 'string' && { failureReason: FailureReason }),
      };
    }),
  );
};

export const modelsView = async (engines: Engines): Promise<ModelsView> => {
  const { sagemaker } = engines;
  const jobs = await askAll(sagemaker, 'ListTrainingJobs', {}, inSageMakersPages('TrainingJobSummaries'));
  const trainingJobs = await Promise.all(
    jobs.map(async ({ TrainingJobName }) => {
      const job = await ask(sagemaker, 'DescribeTrainingJob', { TrainingJobName });
      return {
        name: text(TrainingJobName),
        status: text(job['TrainingJobStatus']),
        step: text(job['SecondaryStatus']),
        createdAt: iso(job['CreationTime']),
        ...(typeof job['FailureReason'] === 'string' && { failureReason: job['FailureReason'] }),
      };
    }),
  );
  return { endpoints: await endpointViews(engines), trainingJobs };
};

export const findEndpoint = async (engines: Engines, name: string): Promise<EndpointView> =>
  findNamed('endpoint', name, await endpointViews(engines), (each) => [each.name]);
