import http from 'node:http';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pipelineSchema, type Pipeline } from '../../scenarios/schema/pipeline.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import { Outlet } from './outlet.ts';
import { pourOut, serve } from './testing/serve.ts';

const clock = startRunClock();
const folder = mkdtempSync(path.join(os.tmpdir(), 'outlet-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The outlet part of a pipeline file, with defaults filled in. */
function outletOf(outlet: object): Pipeline['outlet'] {
  const pipeline = { version: 1, name: 'test', nodes: { n: { command: ['node'], ready: { log: 'up' } } }, links: {}, outlet };
  return pipelineSchema.parse(pipeline).outlet;
}

const row = (id: number, n: number) => ({ id, device: 'machine-1', n, value: n / 2, time: clock.wallAnchorMicros / 1000 + n });

/** A server with pages of two rows, as somebody's API would have them. */
const served: unknown[] = [];
let server: http.Server;
let url: string;
beforeAll(async () => {
  server = http.createServer((request, response) => {
    const after = Number(new URL(request.url!, 'http://x').searchParams.get('after'));
    const page = served.filter((it) => (it as { id: number }).id > after).slice(0, 2);
    response.end(JSON.stringify({ data: { items: page } }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rows?after=\${cursor}`;
});
afterAll(() => server.close());

test('rows over HTTP are read page by page, each is fresh once, and the final read starts anew', async () => {
  served.splice(0, served.length, row(1, 1), row(2, 2), row(3, 3));
  const outlet = new Outlet(outletOf({ readings: { kind: 'http', url, rows: 'data.items', cursor: 'id', fields: { time: 'time' } } }), 'registers', clock);
  const { fresh } = await outlet.look();
  expect(fresh.map(({ n, stampMicros }) => [n, Math.round(stampMicros)])).toEqual([[1, 1000], [2, 2000], [3, 3000]]);
  served.push(row(4, 4));
  expect((await outlet.look()).fresh.map(({ n }) => n)).toEqual([4]);

  served.splice(1, 1); // a row that vanishes again does not count in the end
  const { deliveries } = await outlet.readAll();
  expect(deliveries.map(({ n }) => n)).toEqual([1, 3, 4]);
  expect(deliveries.map(({ seenAtMicros }) => seenAtMicros)[0]).toBe(fresh[0]!.seenAtMicros);
});

test('rows in SQLite are read by the query of the user', async () => {
  const file = path.join(folder, 'rows.sqlite');
  using database = new DatabaseSync(file);
  database.exec('CREATE TABLE r (id INTEGER PRIMARY KEY, machine TEXT, number INT, v REAL)');
  database.exec("INSERT INTO r (machine, number, v) VALUES ('machine-1', 7, 0.1), ('machine-1', 7, 0.1)");
  const readings = { kind: 'sqlite', file, query: 'SELECT * FROM r WHERE id > ${cursor}', cursor: 'id', fields: { device: 'machine', n: 'number', value: 'v' } };
  const { deliveries } = await new Outlet(outletOf({ readings }), 'registers', clock).readAll();
  const twice = { device: 'machine-1', n: 7, value: 0.1 };
  expect(deliveries.map(({ device, n, value }) => ({ device, n, value }))).toEqual([twice, twice]);
  expect(deliveries[0]!.stampMicros).toBeNaN();
});

test('a file of JSON lines may be in the writing: its last line counts once it is ended', async () => {
  const file = path.join(folder, 'rows.ndjson');
  writeFileSync(file, `${JSON.stringify(row(1, 1))}\n{"device":"mach`);
  const outlet = new Outlet(outletOf({ readings: { kind: 'file', file } }), 'registers', clock);
  expect((await outlet.look()).fresh.map(({ n }) => n)).toEqual([1]);
  appendFileSync(file, `ine-1","n":2,"value":1}\n`);
  expect((await outlet.look()).fresh.map(({ n }) => n)).toEqual([2]);
});

test('the same reading twice without a cursor is two rows', async () => {
  const file = path.join(folder, 'twice.ndjson');
  writeFileSync(file, `${JSON.stringify(row(1, 1))}\n`.repeat(2));
  const outlet = new Outlet(outletOf({ readings: { kind: 'file', file } }), 'registers', clock);
  expect((await outlet.look()).fresh).toHaveLength(2);
  expect((await outlet.look()).fresh).toHaveLength(0);
});

test('a row that no reading can be recognised in is kept as evidence, and told at once', async () => {
  const file = path.join(folder, 'odd.ndjson');
  writeFileSync(file, '{"device":"machine-1","n":"many","value":1}\n');
  const outlet = new Outlet(outletOf({ readings: { kind: 'file', file } }), 'registers', clock);
  expect((await outlet.look()).problem?.message).toContain('field "n": expected a number, found "many"');
  expect((await outlet.readAll()).unreadable).toEqual([{ row: '{"device":"machine-1","n":"many","value":1}', why: 'field "n": expected a number, found "many"' }]);
});

test('a cursor that does not move is an error and no endless loop', async () => {
  served.splice(0, served.length, { ...row(1, 1), id: 5 });
  const readings = { kind: 'http', url, rows: 'data.items', cursor: 'nothing' };
  await expect(new Outlet(outletOf({ readings }), 'registers', clock).look()).rejects.toThrow('the cursor "nothing" is missing in the last row, which has id, device, n, value, time, expected');
});

test('what a look had found before it failed is handed out by the next one, and was seen when it was seen', async () => {
  let broken = true;
  await using flaky = await serve((request, response) => {
    const after = Number(new URL(request.url!, 'http://x').searchParams.get('after'));
    if (after === 2 && broken) response.writeHead(503).end('busy');
    else response.end(JSON.stringify([row(1, 1), row(2, 2), row(3, 3)].filter(({ id }) => id > after).slice(0, 2)));
  });
  await using outlet = new Outlet(outletOf({ readings: { kind: 'http', url: `${flaky.origin}/?after=\${cursor}`, cursor: 'id' } }), 'registers', clock);
  await expect(outlet.look()).rejects.toThrow('answered 503: busy');
  const failedAtMicros = clock.nowMicros();
  broken = false;
  const { fresh } = await outlet.look();
  expect(fresh.map(({ n, seenAtMicros }) => [n, seenAtMicros <= failedAtMicros])).toEqual([[1, true], [2, true], [3, false]]);
});

test('one torn line is told and is one unreadable row; a file without any row is no file of rows', async () => {
  const file = path.join(folder, 'torn.ndjson');
  writeFileSync(file, 'id,device,n\n1,machine-1,1\n');
  await using outlet = new Outlet(outletOf({ readings: { kind: 'file', file } }), 'registers', clock);
  for (let look = 1; look <= 2; look++) {
    await expect(outlet.look()).rejects.toThrow(`outlet.readings (${file}): found "id,device,n" (no JSON), expected one JSON object per line`);
  }
  writeFileSync(file, `${JSON.stringify(row(1, 1))}\n{"id":2,"dev${JSON.stringify(row(3, 3))}\n${JSON.stringify(row(4, 4))}\n`);
  const { fresh, problem } = await outlet.look();
  expect(fresh.map(({ n }) => n)).toEqual([1, 4]);
  expect(problem?.message).toContain('(no JSON), expected one JSON object per line');
  const { deliveries, unreadable } = await outlet.readAll();
  expect(deliveries.map(({ n }) => n)).toEqual([1, 4]);
  expect(unreadable).toEqual([{ row: expect.stringContaining('{"id":2,"dev{"id":3'), why: 'no JSON' }]);
});

test('a file that is read on keeps equal rows apart, over looks and in the final read', async () => {
  const file = path.join(folder, 'equal.ndjson');
  const line = `${JSON.stringify(row(1, 1))}\n`;
  writeFileSync(file, line);
  await using outlet = new Outlet(outletOf({ readings: { kind: 'file', file } }), 'registers', clock);
  const first = (await outlet.look()).fresh;
  appendFileSync(file, line);
  const second = (await outlet.look()).fresh;
  expect([first.length, second.length]).toEqual([1, 1]);
  const { deliveries } = await outlet.readAll();
  expect(deliveries.map(({ seenAtMicros }) => seenAtMicros)).toEqual([first[0]!.seenAtMicros, second[0]!.seenAtMicros]);
  writeFileSync(file, line + line + line + line); // written anew: two of these were there before
  expect((await outlet.look()).fresh).toHaveLength(2);
});

test('a signal ends look, health and final read at once', async () => {
  await using other = await serve((_request, response) => pourOut(response.writeHead(200), ' ', 20));
  const outlet = new Outlet(outletOf({ readings: { kind: 'http', url: other.origin }, health: { url: other.origin } }), 'registers', clock);
  for (const read of ['look', 'health', 'readAll'] as const) {
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(new Error('interrupted')), 100);
    const startMs = performance.now();
    await expect(outlet[read](interrupt.signal), read).rejects.toThrow('interrupted');
    expect(performance.now() - startMs).toBeLessThan(1000);
  }
});

test('health that is none is no statement while the run goes on, and told in the end', async () => {
  await using other = await serve((request, response) => response.end(request.url === '/health' ? '"fine"' : '[]'));
  const outlet = new Outlet(outletOf({ readings: { kind: 'http', url: other.origin }, health: { url: `${other.origin}/health` } }), 'registers', clock);
  expect(await outlet.health()).toBeUndefined();
  const { health, healthProblem } = await outlet.readAll();
  expect(health).toBeUndefined();
  expect(healthProblem?.message).toBe(`outlet.health (${other.origin}/health): answered "fine", expected a JSON object`);
});

test('what a pipeline sends is kept and shown without control characters, in bounded length', async () => {
  await using other = await serve((request, response) => {
    const odd = `\u001b[31m${'x'.repeat(5000)}`;
    if (request.url === '/health') response.end(JSON.stringify({ status: 'ok', said: odd }));
    else if (request.url === '/gaps') response.end(JSON.stringify([{ from: 1, to: 2, reason: odd }]));
    else response.end(JSON.stringify([{ device: 'machine-1', n: odd, value: 1 }, { device: 'machine-1\u0000', n: 1, value: 1 }]));
  });
  const readings = { kind: 'http', url: other.origin };
  const outlet = new Outlet(outletOf({ readings, gaps: { kind: 'http', url: `${other.origin}/gaps`, fields: { reason: 'reason' } } }), 'registers', clock);
  const { deliveries, unreadable, gaps } = await outlet.readAll();
  const { problem } = await outlet.look();
  expect(deliveries.map(({ device }) => device)).toEqual(['machine-1\uFFFD']);
  for (const text of [unreadable[0]!.row, unreadable[0]!.why, gaps[0]!.reason!, problem!.message]) {
    expect(text.length).toBeLessThan(600);
    expect(text).toContain('xxx');
    expect(text).not.toContain('\u001b');
  }
});
