import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { Limit, LimitReached } from './limits.ts';
import { partOf } from './part.ts';
import type { Row } from './rows.ts';
import { SqliteSource } from './sqlite-source.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'sqlite-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ENDLESS = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c)';

/** What it started and what it let go. */
function keeper() {
  const started: number[] = [];
  const gone: number[] = [];
  return { started, gone, watchGroup: (pid: number) => void started.push(pid), forgetGroup: (pid: number) => void gone.push(pid) };
}

function sourceOf(query: string, file = ':memory:') {
  const kept = keeper();
  const source = new SqliteSource({ file, query }, partOf('outlet.readings', { file }), kept);
  const read = async ({ withinMs = 20_000, signal, cursor = '0' }: { withinMs?: number; signal?: AbortSignal; cursor?: string } = {}) => {
    const found = { rows: [] as Row[], torn: [] as string[] };
    using limit = new Limit(withinMs, signal);
    await source.read(cursor, limit, { anew() {}, row: (row) => void found.rows.push(row), torn: (_text, why) => void found.torn.push(why) });
    return found;
  };
  return { read, kept, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('one process answers every read and is gone afterwards; each read opens the database anew', async () => {
  const file = path.join(folder, 'replaced.sqlite');
  const fill = (name: string) => {
    rmSync(file, { force: true });
    using database = new DatabaseSync(file);
    database.exec(`CREATE TABLE r (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO r VALUES (1, 'first'), (2, '${name}')`);
  };
  const source = sourceOf('SELECT * FROM r WHERE id > ${cursor}', file);
  fill('second');
  expect((await source.read()).rows).toEqual([{ id: 1, name: 'first' }, { id: 2, name: 'second' }]);
  fill('another');
  expect((await source.read({ cursor: '1' })).rows).toEqual([{ id: 2, name: 'another' }]);
  expect(source.kept.started).toHaveLength(1);
  expect(isAlive(source.kept.started[0]!)).toBe(true);
  await source[Symbol.asyncDispose]();
  expect(source.kept.gone).toEqual(source.kept.started);
  expect(isAlive(source.kept.started[0]!)).toBe(false);
});

test.each([
  ['that gives no row', `${ENDLESS} SELECT max(x) AS device FROM c`, 'nothing came within 1.5 s'],
  ['of rows without an end', `${ENDLESS} SELECT x FROM c`, 'was not read to its end within 1.5 s: '],
])('an endless query %s ends when its time is over; this thread goes on meanwhile, and nothing is left', async (_what, query, why) => {
  await using source = sourceOf(query);
  let beats = 0;
  const beat = setInterval(() => beats++, 10);
  const error = await source.read({ withinMs: 1500 }).catch((it: Error) => it);
  clearInterval(beat);
  expect(error).toBeInstanceOf(LimitReached);
  expect((error as Error).message).toContain(why);
  expect(beats).toBeGreaterThan(10);
  expect(source.kept.gone).toEqual(source.kept.started);
  expect(isAlive(source.kept.started[0]!)).toBe(false);
});

test('a signal ends a query in the middle, and the next read starts a process of its own', async () => {
  await using source = sourceOf("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < ${cursor}) SELECT max(x) AS x FROM c");
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(new Error('interrupted')), 500);
  await expect(source.read({ signal: interrupt.signal, cursor: '1e15' })).rejects.toThrow('interrupted');
  expect((await source.read({ cursor: '5' })).rows).toEqual([{ x: 5 }]);
  expect(source.kept.started).toHaveLength(2);
});

test('a process that was killed from outside is an error once', async () => {
  await using source = sourceOf(`${ENDLESS} SELECT max(x) AS x FROM c WHERE x < \${cursor} LIMIT 1`.replace('FROM c WHERE', 'FROM (SELECT x FROM c LIMIT ${cursor}) WHERE'));
  expect((await source.read({ cursor: '5' })).rows).toEqual([{ x: 4 }]);
  setTimeout(() => process.kill(source.kept.started[0]!, 'SIGKILL'), 200);
  await expect(source.read({ cursor: '100000000000' })).rejects.toThrow('the process that reads SQLite ended by itself');
  expect((await source.read({ cursor: '3' })).rows).toEqual([{ x: 2 }]);
});

test('values that JSON has no word for come as text; what no row can hold is torn', async () => {
  await using source = sourceOf("SELECT 1764000000000000123 AS ns, 9007199254740991 AS most, -7 AS n, 0.1 AS value, 9e999 AS inf, x'0102' AS blob, NULL AS none");
  expect((await source.read()).rows).toEqual([{ ns: '1764000000000000123', most: 9007199254740991, n: -7, value: 0.1, inf: 'Infinity', blob: '2 bytes', none: null }]);
  await using long = sourceOf("SELECT replace(hex(zeroblob(400000)), '0', 'x') AS a, replace(hex(zeroblob(400000)), '0', 'y') AS b");
  expect(await long.read()).toEqual({ rows: [], torn: ['the row is longer than 1 MB'] });
  await using huge = sourceOf('SELECT zeroblob(900000000) AS all_of_it');
  await expect(huge.read()).rejects.toThrow('outlet.readings (:memory:): string or blob too big');
});

test('what is wrong with file or query is told', async () => {
  const fifo = path.join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  await expect(sourceOf('SELECT 1', fifo).read()).rejects.toThrow(`outlet.readings (${fifo}): is a FIFO, expected a regular file`);
  await expect(sourceOf('SELECT 1', `${folder}/none`).read()).rejects.toThrow(`outlet.readings (${folder}/none): does not exist`);
  const text = path.join(folder, 'text');
  writeFileSync(text, 'not a database '.repeat(100));
  await using other = sourceOf('SELECT * FROM r', text);
  await expect(other.read()).rejects.toThrow(`outlet.readings (${text}): file is not a database`);
  await using wrong = sourceOf('SELECT nme FROM r');
  await expect(wrong.read()).rejects.toMatchObject({ message: 'outlet.readings (:memory:): no such table: r', hint: 'The query was: SELECT nme FROM r' });
  await expect(wrong.read()).rejects.toThrow('no such table'); // by the same process
  expect(wrong.kept.started).toHaveLength(1);
});
