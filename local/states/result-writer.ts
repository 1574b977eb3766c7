import type { Execution } from './execution.ts';
import { fill } from './io.ts';
import { isObject, type Json, type JsonObject, textOf } from './json.ts';
import type { MapState } from './program.ts';
import { iso, type Visit } from './runtime.ts';
import { StatesError, untilAborted } from './states-error.ts';

type Transformation = 'NONE' | 'COMPACT' | 'FLATTEN';

/**
 * The result of a distributed Map: its children's outputs, or where they were written.
 * Layout of what is written: `<prefix>/<map run id>/manifest.json`, `SUCCEEDED_0.json`, `FAILED_0.json`.
 * @throws StatesError States.ResultWriterFailed
 */
export const mapResult = async (visit: Visit<MapState>, mapRunArn: string, children: readonly Execution[]): Promise<Json> => {
  const writer = visit.state.ResultWriter;
  const config: JsonObject = isObject(writer?.['WriterConfig']) ? writer['WriterConfig'] : {};
  const exported = writer?.['Resource'] !== undefined;
  const transformation = (config['Transformation'] ?? (exported ? 'NONE' : 'COMPACT')) as Transformation;
  const lines = config['OutputType'] === 'JSONL';
  if (!writer || !exported) return transform(children, transformation);
  const args = await fill(visit, writer['Arguments'] ?? writer['Parameters'] ?? {}, visit.input, 'ResultWriter');
  const { Bucket = '', Prefix = '' }: JsonObject = isObject(args) ? args : {};
  const folder = [textOf(Prefix).replace(/\/$/, ''), mapRunArn.split(':').at(-1)].filter((part) => part !== '').join('/');
  const put = async (name: string, text: string): Promise<JsonObject> => {
    const Key = `${folder}/${name}`;
    const Body = Buffer.from(text, 'utf8');
    await putObject(visit, { Bucket, Key, Body, ContentType: 'application/json' });
    return { Key, Size: Body.byteLength };
  };
  const writeAll = async (status: 'SUCCEEDED' | 'FAILED'): Promise<readonly JsonObject[]> => {
    const these = children.filter((child) => (status === 'SUCCEEDED') === (child.status === 'SUCCEEDED'));
    if (these.length === 0) return [];
    const values = transform(these, transformation);
    const text = lines ? values.map((value) => `${JSON.stringify(value)}\n`).join('') : JSON.stringify(values);
    return [await put(`${status}_0.${lines ? 'jsonl' : 'json'}`, text)];
  };
  const manifest = {
    DestinationBucket: Bucket,
    MapRunArn: mapRunArn,
    ResultFiles: { FAILED: await writeAll('FAILED'), PENDING: [], SUCCEEDED: await writeAll('SUCCEEDED') },
  };
  const { Key = '' } = await put('manifest.json', JSON.stringify(manifest));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
};

const putObject = async (visit: Visit, input: Readonly<Record<string, unknown>>): Promise<void> => {
  const { execution, signal } = visit.frame;
  try {
    await untilAborted(
      visit.runtime.dispatch({ caller: execution.machine.role, service: 's3', action: 'PutObject', input }),
      signal,
    );
  } catch (error) {
    if (signal.aborted) throw error;
    throw new StatesError('States.ResultWriterFailed', error instanceof Error ? error.message : textOf(error));
  }
};

/** A child that failed is told in full whatever the transformation (developer guide, "ResultWriter"). */
const transform = (children: readonly Execution[], transformation: Transformation): readonly Json[] =>
  children.flatMap((child): readonly Json[] => {
    if (transformation === 'NONE' || child.status !== 'SUCCEEDED') return [describe(child)];
    const output = JSON.parse(child.output ?? 'null') as Json;
    return transformation === 'FLATTEN' && Array.isArray(output) ? output : [output];
  });

const describe = (child: Execution): JsonObject => ({
  ...(child.cause === undefined ? {} : { Cause: child.cause }),
  ...(child.error === undefined ? {} : { Error: child.error }),
  ExecutionArn: child.arn,
  Input: child.inputText,
  InputDetails: { Included: true },
  Name: child.name,
  ...(child.output === undefined ? {} : { Output: child.output, OutputDetails: { Included: true } }),
  RedriveCount: 0,
  StartDate: iso(child.startMs),
  StateMachineArn: child.machine.arn,
  Status: child.status,
  StopDate: iso(child.stopMs ?? child.startMs),
});
