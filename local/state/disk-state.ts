import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { StateError } from './state.ts';
import type { Section, State } from './state.ts';

/** Whose state a folder holds: another app's resources would not find their own again. */
export interface StateOwner {
  readonly stacks: readonly string[];
  readonly region: string;
  readonly accountId: string;
}

/** The cloud's time and the wall's at the last write, milliseconds since the epoch. */
export interface LastTime {
  readonly cloudMs: number;
  readonly wallMs: number;
}

export interface DiskState extends State {
  /** Absent in a new state. */
  readonly lastTime: LastTime | undefined;
  /** Where the cloud's time comes from, from now on. */
  readonly useClock: (now: () => number) => void;
  /** Puts the time as if something had been put: for a clock that was moved while nothing else happened. */
  readonly touch: () => void;
  /** Lets go on what waits for `released`. */
  readonly release: () => void;
  /** Resolves when all that was put so far is written; undefined where it is. @throws StateError where it cannot be written */
  readonly written: () => Promise<void> | undefined;
  /** Writes the rest; what is put later is lost, and `written` fails. */
  readonly close: () => void;
}

const FILE = 'state.db';
/** Raised with every change of what engines put that an older or newer one would misread. */
const FORMAT = 1;

type Value = string | Uint8Array;

interface Pending {
  readonly section: number;
  readonly key: string;
  /** Undefined removes. */
  readonly read: (() => Value) | undefined;
}

/**
 * Opens a folder as state, or makes it.
 * @throws StateError where it is in use, of another app or format, or no state at all
 */
export const openState = (folder: string, owner: StateOwner, log: (line: string) => void): DiskState => {
  const database = openDatabase(folder);
  try {
    checkOwner(database, folder, owner);
    return createDiskState(database, folder, log);
  } catch (error) {
    database.close();
    throw error;
  }
};

const openDatabase = (folder: string): DatabaseSync => {
  const path = join(folder, FILE);
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(path) && readdirSync(folder).length > 0) {
      throw new StateError(`${folder} holds other files and no state of a local cloud; choose an empty or a new folder`);
    }
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      // The lock is the operating system's: it goes with the process that holds it, however that ends.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE');
      database.exec(`
        CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS sections (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE IF NOT EXISTS entries (
          position INTEGER PRIMARY KEY, section INTEGER NOT NULL, key TEXT NOT NULL, value ANY NOT NULL, UNIQUE (section, key)
        ) STRICT;
        COMMIT`);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof StateError) throw error;
    throw new StateError(whyNot(folder, error), { cause: error });
  }
};

/** https://sqlite.org/rescode.html */
const whyNot = (folder: string, error: unknown): string => {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) % 256 : undefined;
  if (code === 5 || code === 6)
    return `the state in ${folder} is in use by a running local cloud; end that one, or choose another folder`;
  if (code === 26 || code === 11)
    return `${join(folder, FILE)} is damaged or no state of a local cloud; move it away to begin anew`;
  return `${folder} cannot hold the state: ${error instanceof Error ? error.message : String(error)}`;
};

const checkOwner = (database: DatabaseSync, folder: string, { stacks, region, accountId }: StateOwner): void => {
  const stored = new Map(
    database
      .prepare('SELECT name, value FROM about')
      .all()
      .map(({ name, value }) => [String(name), String(value)]),
  );
  const format = stored.get('format');
  if (format !== undefined && format !== String(FORMAT)) {
    throw new StateError(
      `the state in ${folder} has format ${format}, and this version reads format ${FORMAT}; choose another folder, or run the version that wrote it`,
    );
  }
  const mine = { stacks: stacks.toSorted().join(', '), region, accountId };
  for (const [name, value] of Object.entries(mine)) {
    const theirs = stored.get(name);
    if (theirs === undefined || theirs === value) continue;
    const what = { stacks: 'stacks', region: 'region', accountId: 'account' }[name] ?? name;
    throw new StateError(`the state in ${folder} belongs to the ${what} ${theirs}, not to ${value}; choose another folder`);
  }
  const put = database.prepare('INSERT OR IGNORE INTO about VALUES (?, ?)');
  for (const [name, value] of Object.entries({ format: String(FORMAT), ...mine })) put.run(name, value);
};

const createDiskState = (database: DatabaseSync, folder: string, log: (line: string) => void): DiskState => {
  const upsert = database.prepare(
    'INSERT INTO entries (section, key, value) VALUES (?, ?, ?) ON CONFLICT (section, key) DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM entries WHERE section = ? AND key = ?');
  const setTime = database.prepare("INSERT OR REPLACE INTO about VALUES ('time', ?)");
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let pending = new Map<string, Pending>();
  let flushing: PromiseWithResolvers<void> | undefined;
  let now: (() => number) | undefined;
  let closed = false;

  const write = (): void => {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const { section, key, read } of pending.values()) {
        if (read) upsert.run(section, key, read());
        else remove.run(section, key);
      }
      if (now) setTime.run(JSON.stringify({ cloudMs: now(), wallMs: Date.now() } satisfies LastTime));
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
    pending = new Map();
  };

  const flush = (): void => {
    const waiting = flushing;
    flushing = undefined;
    if (closed || !waiting) return;
    try {
      write();
      waiting.resolve();
    } catch (error) {
      // What could not be written is tried again with whatever is put next; until then nobody is told that it is done.
      log(`the state could not be written to ${folder}: ${String(error)}`);
      waiting.reject(new StateError(`the state cannot be written to ${folder}; is the disk full?`, { cause: error }));
    }
  };

  /** All microtasks of a turn run before this: what they put is one transaction. */
  const arm = (): void => {
    if (flushing || closed) return;
    flushing = Promise.withResolvers<void>();
    flushing.promise.catch(() => undefined);
    setImmediate(flush);
  };

  const open = <T>(name: string, encode: (value: T) => Value, decode: (stored: Value) => T): Section<T> => {
    const section = sectionId(database, name);
    const all: StatementSync = database.prepare('SELECT key, value FROM entries WHERE section = ? ORDER BY position');
    return {
      restored: () =>
        all.all(section).map(({ key, value }) => [JSON.parse(String(key)) as string, decode(value as Value)] as const),
      put: (key, value) => change(section, key, () => encode(value)),
      remove: (key) => change(section, key, undefined),
    };
  };

  const change = (section: number, key: string, read: Pending['read']): void => {
    // Keys may hold half a surrogate pair, which UTF-8 cannot.
    const safe = JSON.stringify(key);
    pending.set(`${section} ${safe}`, { section, key: safe, read });
    arm();
  };

  const time = database.prepare("SELECT value FROM about WHERE name = 'time'").get();
  return {
    section: <T>(name: string) => open<T>(name, JSON.stringify, (stored) => JSON.parse(String(stored)) as T),
    bytes: (name) =>
      open<Uint8Array>(
        name,
        (value) => value,
        (stored) => Buffer.from(stored as Uint8Array),
      ),
    released,
    lastTime: time && (JSON.parse(String(time['value'])) as LastTime),
    useClock: (source) => {
      now = source;
    },
    touch: arm,
    release,
    written: () => {
      if (closed) return Promise.reject(new StateError(`the state in ${folder} is closed`));
      if (pending.size > 0) arm();
      return flushing?.promise;
    },
    close: () => {
      if (closed) return;
      flush();
      closed = true;
      database.close();
    },
  };
};

const sectionId = (database: DatabaseSync, name: string): number => {
  database.prepare('INSERT OR IGNORE INTO sections (name) VALUES (?)').run(name);
  return Number(database.prepare('SELECT id FROM sections WHERE name = ?').get(name)?.['id']);
};
