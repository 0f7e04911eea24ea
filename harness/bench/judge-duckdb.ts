/** node judge-duckdb.ts FOLDER: loss, duplicates, order and gaps only, by DuckDB from its own file. Prints one JSON line. */
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { peakMegabytes } from './measure.ts';

const startMs = performance.now();
const instance = await DuckDBInstance.create(path.join(process.argv[2]!, 'peer.duckdb'), { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
const one = async (sql: string) => Number((await (await connection.runAndReadAll(sql)).getRows())[0]![0]);
await connection.run('CREATE TEMP TABLE seen AS SELECT device, n, count(*)::INT AS c FROM delivered GROUP BY device, n');
const duplicates = await one('SELECT sum(c - 1) FROM seen');
await connection.run('CREATE TEMP TABLE lost AS SELECT t.device, t.n, t.latched FROM truth t ANTI JOIN seen s USING (device, n)');
const lost = await one('SELECT count(*) FROM lost');
const reordered = await one(
  'SELECT count(*) FROM (SELECT n, max(n) OVER (PARTITION BY device ORDER BY stamp, ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS m FROM delivered) WHERE n < m',
);
const declared = await one('SELECT count(*) FROM lost l SEMI JOIN gaps g ON l.device = g.device AND l.latched BETWEEN g.start AND g.stop');
const seconds = (performance.now() - startMs) / 1000;
console.log(JSON.stringify({ seconds, peakMegabytes: peakMegabytes(), found: { lost, duplicates, reordered, declared } }));
process.exit();
