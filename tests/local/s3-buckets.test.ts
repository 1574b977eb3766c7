import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startStorage } from './s3-fixture.ts';

const DAY_MS = 86_400_000;

interface ListPage {
  readonly Contents?: readonly { readonly Key: string }[];
  readonly CommonPrefixes?: readonly { readonly Prefix: string }[];
  readonly NextContinuationToken?: string;
  readonly KeyCount: number;
  readonly IsTruncated: boolean;
}

const listAll = async (storage: ReturnType<typeof startStorage>, request: Readonly<Record<string, unknown>>) => {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let token: string | undefined;
  do {
    const page = (await storage.send('ListObjectsV2', { ...request, ContinuationToken: token })) as unknown as ListPage;
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
    token = page.NextContinuationToken;
  } while (token);
  return { keys, prefixes };
};

const byBytes = (one: string, two: string): number => Buffer.compare(Buffer.from(one), Buffer.from(two));

describe('a listing', () => {
  test('folds what lies behind the delimiter into common prefixes', async () => {
    const storage = startStorage();
    for (const key of ['a/1', 'a/2', 'a/b/3', 'a-top', 'z']) await storage.put(key);
    expect(await listAll(storage, { Delimiter: '/' })).toEqual({ keys: ['a-top', 'z'], prefixes: ['a/'] });
    expect(await listAll(storage, { Prefix: 'a/', Delimiter: '/' })).toEqual({ keys: ['a/1', 'a/2'], prefixes: ['a/b/'] });
    expect(await listAll(storage, { StartAfter: 'a/1' })).toEqual({ keys: ['a/2', 'a/b/3', 'z'], prefixes: [] });
  });

  test('returns at most a thousand keys, and says so', async () => {
    const storage = startStorage();
    for (let at = 0; at < 1001; at++) await storage.put(`k ${at}`);
    const page = (await storage.send('ListObjectsV2', { MaxKeys: 5000 })) as unknown as ListPage;
    expect(page).toMatchObject({ KeyCount: 1000, IsTruncated: true });
    expect(page.Contents?.[0]?.Key).toBe('k 0');
    await expect(storage.send('ListObjectsV2', { ContinuationToken: 'nonsense' })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });

  test('page by page gives the keys that a filter over all of them would, in the order of their bytes', async () => {
    const keys = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '\u{1F600}', '\uFF5E'), minLength: 1, maxLength: 5 }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(
        keys,
        fc.constantFrom('', 'a', 'a/', '/', '\u{1F600}'),
        fc.constantFrom('', '/', 'b'),
        fc.integer({ min: 1, max: 5 }),
        async (all, prefix, delimiter, MaxKeys) => {
          const storage = startStorage();
          for (const key of all) await storage.put(key);
          const matching = all.filter((key) => key.startsWith(prefix)).toSorted(byBytes);
          const cut = (key: string) => (delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length));
          const listed = await listAll(storage, { Prefix: prefix, Delimiter: delimiter, MaxKeys });
          expect(listed.keys).toEqual(matching.filter((key) => cut(key) < 0));
          expect(listed.prefixes).toEqual([
            ...new Set(matching.filter((key) => cut(key) >= 0).map((key) => key.slice(0, cut(key) + delimiter.length))),
          ]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('lifecycle rules', () => {
  const rule = (more: Readonly<Record<string, unknown>>) => ({
    LifecycleConfiguration: { Rules: [{ Id: 'r', Status: 'Enabled', ExpirationInDays: 2, Prefix: 'tmp/', ...more }] },
  });

  test('delete objects under their prefix at the first midnight after their days', async () => {
    const storage = startStorage(rule({}));
    await storage.put('tmp/a');
    await storage.put('kept');
    await storage.clock.advance(2.5 * DAY_MS - 1);
    expect(storage.engine.inspect('files').map(({ key }) => key)).toEqual(['kept', 'tmp/a']);
    await storage.clock.advance(1);
    expect(storage.engine.inspect('files').map(({ key }) => key)).toEqual(['kept']);
  });

  test('count from when an object was last written', async () => {
    const storage = startStorage(rule({}));
    await storage.put('tmp/a', 'one');
    await storage.clock.advance(2 * DAY_MS);
    await storage.put('tmp/a', 'two');
    await storage.clock.advance(2 * DAY_MS);
    expect(await storage.read('tmp/a')).toBe('two');
    await storage.clock.advance(DAY_MS);
    expect(storage.engine.inspect('files')).toEqual([]);
  });

  test('that are disabled, or concern old versions only, delete nothing', async () => {
    const disabled = startStorage(rule({ Status: 'Disabled' }));
    const versions = startStorage(rule({ ExpirationInDays: undefined, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }));
    for (const storage of [disabled, versions]) {
      await storage.put('tmp/a');
      await storage.clock.advance(30 * DAY_MS);
      expect(storage.engine.inspect('files')).toHaveLength(1);
    }
  });
});

describe('buckets', () => {
  test.each([
    ['NotificationConfiguration', { NotificationConfiguration: {} }],
    ['ReplicationConfiguration', { ReplicationConfiguration: {} }],
    ['TagFilters', { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 1, TagFilters: [] }] } }],
    ['ExpirationDate', { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationDate: '2030-01-01' }] } }],
  ])('with %s are refused by name', (property, properties) => {
    expect(() => startStorage(properties)).toThrow(property);
  });

  test('have valid names of their own, are listed, and go only when empty', async () => {
    const { engine, send, put } = startStorage({ VersioningConfiguration: { Status: 'Enabled' }, BucketEncryption: {} });
    expect(engine.createBucket({ name: 'another', properties: {} })).toEqual({ arn: 'arn:aws:s3:::another' });
    expect(() => engine.createBucket({ name: 'another', properties: {} })).toThrow('you own it');
    expect(() => engine.createBucket({ name: 'Another', properties: {} })).toThrow('not valid');
    const { Buckets } = await engine.call({
      caller: { name: 'tester', principal: 'tester' },
      service: 's3',
      action: 'ListBuckets',
      input: {},
    });
    expect((Buckets as { Name: string }[]).map(({ Name }) => Name)).toEqual(['another', 'files']);
    await put('k');
    expect(() => engine.deleteBucket('files')).toThrow('not empty');
    await send('DeleteObject', { Key: 'k' });
    engine.deleteBucket('files');
    await expect(send('HeadBucket')).rejects.toMatchObject({ status: 404 });
  });
});
