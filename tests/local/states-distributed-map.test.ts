import { describe, expect, test } from 'vitest';
import type { ApiCall } from '../../local/service.ts';
import { jsonata, payloadOf, returns, settle, startEngine, throws } from './states-run.ts';
import { S3_LIST, S3_GET, mapOf, distributed, bucket, childrenOf } from './states-map-fixture.ts';

describe('a distributed Map', () => {
  const echo = (store: ReturnType<typeof bucket>) => (call: ApiCall) =>
    call.service === 's3' ? store.answer(call) : returns(payloadOf(call));
  const reader = (InputType: string, more: object = {}): object => ({
    ItemReader: { Resource: S3_GET, Arguments: { Bucket: 'b', Key: 'items' }, ReaderConfig: { InputType, ...more } },
  });

  test.each([
    ['JSON', '[{"a":1},{"a":2}]', {}],
    ['JSONL', '{"a":1}\n{"a":2}\n', {}],
  ])('reads %s from S3', async (type, text, config) => {
    const engine = startEngine(echo(bucket({ items: text })));
    expect((await engine.run(mapOf(reader(type, config), distributed()))).output).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test.each([
    ['with its headers', 'id,text\n1,"a, ""b""\nc"\n2,\n', { CSVHeaderLocation: 'FIRST_ROW' }],
    [
      'with given headers and another delimiter',
      '1|"a, ""b""\nc"\r\n2|\r\n',
      { CSVHeaderLocation: 'GIVEN', CSVHeaders: ['id', 'text'], CSVDelimiter: 'PIPE' },
    ],
  ])('reads CSV %s', async (_, text, config) => {
    const engine = startEngine(echo(bucket({ items: text })));
    const run = await engine.run(mapOf(reader('CSV', config), distributed()));
    expect(run.output).toEqual([
      { id: '1', text: 'a, "b"\nc' },
      { id: '2', text: '' },
    ]);
  });

  test('reads a listing page by page, up to MaxItems', async () => {
    const engine = startEngine(echo(bucket({ 'in/1': '', 'in/2': '', 'in/3': '', 'in/4': '', 'out/1': '' })));
    const ItemReader = { Resource: S3_LIST, Arguments: { Bucket: 'b', Prefix: 'in/' }, ReaderConfig: { MaxItems: 3 } };
    const run = await engine.run(
      mapOf({ ItemReader, ItemSelector: { key: '{% $states.context.Map.Item.Value.Key %}' } }, distributed()),
    );
    expect(run.output).toEqual([{ key: 'in/1' }, { key: 'in/2' }, { key: 'in/3' }]);
  });

  test('an object that is not what the reader expects is an item reader failure', async () => {
    const engine = startEngine(echo(bucket({ items: 'nonsense' })));
    expect((await engine.run(mapOf(reader('JSON'), distributed()))).error).toBe('States.ItemReaderFailed');
  });

  test('hands out batches with their shared input, to child executions of their own', async () => {
    const engine = startEngine(echo(bucket({ items: '[1,2,3,4,5]' })));
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { model: '{% $states.input.model %}' } };
    const run = await engine.run(mapOf({ ...reader('JSON'), ItemBatcher }, distributed('EXPRESS')), { model: 'v1' });
    expect(run.output).toEqual([
      { BatchInput: { model: 'v1' }, Items: [1, 2] },
      { BatchInput: { model: 'v1' }, Items: [3, 4] },
      { BatchInput: { model: 'v1' }, Items: [5] },
    ]);
    const children = await childrenOf(engine, run.arn);
    expect(children).toHaveLength(3);
    expect(children[0]).toMatchObject({
      status: 'SUCCEEDED',
      executionArn: expect.stringContaining(':execution:machine-1/Each:') as string,
    });
    const { stateMachines } = await engine.api('ListStateMachines', {});
    const [machine] = stateMachines as readonly { readonly stateMachineArn: string }[];
    const { executions } = await engine.api('ListExecutions', { stateMachineArn: machine?.stateMachineArn });
    expect(executions).toHaveLength(1);
  });

  const failing = (bad: readonly number[]) => (call: ApiCall) =>
    bad.includes(payloadOf(call) as number) ? throws('Bad', 'item') : returns(payloadOf(call));

  test('tolerates as many failures as it may, and tells them in full', async () => {
    const engine = startEngine(failing([2]));
    const run = await engine.run(mapOf({ ToleratedFailureCount: 1 }, distributed()), [1, 2, 3]);
    expect(run.output).toEqual([1, expect.objectContaining({ Status: 'FAILED', Error: 'Bad', Input: '2' }), 3]);
    const { mapRuns } = await engine.api('ListMapRuns', { executionArn: run.arn });
    const described = await engine.api('DescribeMapRun', {
      mapRunArn: (mapRuns as readonly { mapRunArn: string }[])[0]?.mapRunArn,
    });
    expect(described).toMatchObject({ status: 'SUCCEEDED', itemCounts: { total: 3, succeeded: 2, failed: 1 } });
  });

  test.each([
    [{}, [2]],
    [{ ToleratedFailureCount: 1 }, [2, 3]],
    [{ ToleratedFailurePercentage: 40 }, [1, 2]],
  ])('fails with %j when items %j fail', async (tolerated, bad) => {
    const run = await startEngine(failing(bad)).run(mapOf({ ...tolerated, MaxConcurrency: 1 }, distributed()), [1, 2, 3, 4]);
    expect(run.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  test('counts every item of a failed batch', async () => {
    const engine = startEngine(() => throws('Bad'));
    const fields = { ItemBatcher: { MaxItemsPerBatch: 3 }, ToleratedFailureCount: 2 };
    expect((await engine.run(mapOf(fields, distributed()), [1, 2, 3])).error).toBe('States.ExceedToleratedFailureThreshold');
  });

  test('writes its results to S3 beside a manifest', async () => {
    const store = bucket({});
    const fail = failing([2]);
    const engine = startEngine((call) => (call.service === 's3' ? store.answer(call) : fail(call)));
    const ResultWriter = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'b', Prefix: 'results' } };
    const run = await engine.run(mapOf({ ResultWriter, ToleratedFailurePercentage: 50 }, distributed()), [1, 2]);
    const { MapRunArn, ResultWriterDetails } = run.output as {
      MapRunArn: string;
      ResultWriterDetails: { Bucket: string; Key: string };
    };
    const folder = `results/${MapRunArn.split(':').at(-1)}`;
    expect(ResultWriterDetails).toEqual({ Bucket: 'b', Key: `${folder}/manifest.json` });
    expect(JSON.parse(store.objects[`${folder}/manifest.json`] ?? '')).toEqual({
      DestinationBucket: 'b',
      MapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: expect.any(Number) as number }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: expect.any(Number) as number }],
      },
    });
    expect(JSON.parse(store.objects[`${folder}/SUCCEEDED_0.json`] ?? '')).toMatchObject([
      { Input: '1', Output: '1', Status: 'SUCCEEDED' },
    ]);
    expect(JSON.parse(store.objects[`${folder}/FAILED_0.json`] ?? '')).toMatchObject([
      { Input: '2', Error: 'Bad', Status: 'FAILED' },
    ]);
  });

  test('FLATTEN joins the lists that children return', async () => {
    const engine = startEngine((call) => returns([payloadOf(call), 0]));
    const ResultWriter = { WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSON' } };
    expect((await engine.run(mapOf({ ResultWriter }, distributed()), [1, 2])).output).toEqual([1, 0, 2, 0]);
  });

  test('children do not see the variables of the execution that started them', async () => {
    const definition = {
      ...jsonata,
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { v: 1 }, Next: 'M' },
        M: {
          Type: 'Map',
          Items: [1],
          ItemSelector: { given: '{% $v %}' },
          ItemProcessor: {
            ...distributed(),
            StartAt: 'P',
            States: { P: { Type: 'Pass', Output: { seen: '{% $exists($v) %}', given: '{% $states.input.given %}' }, End: true } },
          },
          End: true,
        },
      },
    };
    expect((await startEngine().run(definition)).output).toEqual([{ seen: false, given: 1 }]);
  });

  test('stopping the execution stops its children', async () => {
    const engine = startEngine(() => new Promise(() => undefined));
    const arn = await engine.start(mapOf({}, distributed()), [1, 2]);
    expect(engine.states.running()).toBe(3);
    await engine.api('StopExecution', { executionArn: arn });
    await settle();
    expect(engine.states.running()).toBe(0);
    expect((await childrenOf(engine, arn)).map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
  });
});
