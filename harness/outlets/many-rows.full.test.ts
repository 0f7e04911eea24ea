import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { pipelineSchema } from '../../scenarios/schema/pipeline.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import { Outlet } from './outlet.ts';
import { serve } from './testing/serve.ts';

const ROWS = 1_000_000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'many-rows-'));
const file = path.join(folder, 'rows.sqlite');
const database = new DatabaseSync(file);
database.exec(`CREATE TABLE r (id INTEGER PRIMARY KEY, device TEXT, n INTEGER, value REAL);
  INSERT INTO r WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id+1 FROM c WHERE id < ${ROWS}) SELECT id, 'machine-1', id, id / 2.0 FROM c`);
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

test('a million rows are read within the limits: over HTTP by pages, from SQLite at once and by pages, from a file', async () => {
  const page = database.prepare('SELECT * FROM r WHERE id > ? ORDER BY id LIMIT 1000');
  await using server = await serve(({ url }, response) => response.end(JSON.stringify(page.all(Number(new URL(url!, 'http://x').searchParams.get('after'))))));
  const lines = path.join(folder, 'rows.ndjson');
  writeFileSync(lines, Array.from({ length: ROWS }, (_, index) => `{"device":"machine-1","n":${index + 1},"value":${(index + 1) / 2}}\n`).join(''));
  const outlets = [
    { kind: 'http', url: `${server.origin}/?after=\${cursor}`, cursor: 'id' },
    { kind: 'sqlite', file, query: 'SELECT * FROM r ORDER BY id' },
    { kind: 'sqlite', file, query: 'SELECT * FROM r WHERE id > ${cursor} ORDER BY id LIMIT 5000', cursor: 'id' },
    { kind: 'file', file: lines },
  ];
  for (const readings of outlets) {
    const pipeline = { version: 1, name: 'test', nodes: { n: { command: ['node'], ready: { log: 'up' } } }, links: {}, outlet: { readings } };
    await using outlet = new Outlet(pipelineSchema.parse(pipeline).outlet, 'registers', startRunClock());
    const startMs = performance.now();
    const { deliveries, unreadable } = await outlet.readAll();
    console.log(`${readings.kind} ${readings.query ?? ''}: ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
    expect(unreadable).toEqual([]);
    expect(deliveries).toHaveLength(ROWS);
    expect(deliveries.at(-1)).toMatchObject({ device: 'machine-1', n: ROWS, value: ROWS / 2 });
  }
});
