/** node make-case.ts READINGS FOLDER: writes the same case as `history.sqlite` and as DuckDB's own `peer.duckdb`. */
import path from 'node:path';
import { DuckDBDataChunk, DuckDBInstance, DOUBLE, INTEGER, type DuckDBConnection, type DuckDBType } from '@duckdb/node-api';
import { saveHistory } from '../history/create.ts';
import { judgeCase } from './judge-case.ts';

const [readings, folder] = [Number(process.argv[2]), process.argv[3]!];
const SEED = 42;
const CHUNK_ROWS = 2048;

const history = judgeCase(readings, SEED);
saveHistory(path.join(folder, 'history.sqlite'), history);

const instance = await DuckDBInstance.create(path.join(folder, 'peer.duckdb'));
const connection = await instance.connect();
const { readings: truth, deliveries: rows } = history;
await connection.run('CREATE TABLE truth (device INT, n INT, latched DOUBLE)');
await append(connection, 'truth', truth.rows, [[INTEGER, truth.device], [INTEGER, truth.n], [DOUBLE, truth.atMicros]]);
await connection.run('CREATE TABLE delivered (ord INT, device INT, n INT, stamp DOUBLE)');
const ord = Int32Array.from({ length: rows.rows }, (_, index) => index);
await append(connection, 'delivered', rows.rows, [[INTEGER, ord], [INTEGER, rows.device], [INTEGER, rows.n], [DOUBLE, rows.stampMicros]]);
await connection.run('CREATE TABLE gaps (device INT, start DOUBLE, stop DOUBLE)');
const gaps = history.events.filter((event) => event.kind === 'gap');
await append(connection, 'gaps', gaps.length, [
  [INTEGER, gaps.map((gap) => history.devices.indexOf(gap.device!))],
  [DOUBLE, gaps.map((gap) => gap.fromMicros)],
  [DOUBLE, gaps.map((gap) => gap.toMicros)],
]);
await connection.run('CHECKPOINT');
connection.closeSync();
instance.closeSync();

async function append(target: DuckDBConnection, table: string, count: number, columns: [DuckDBType, ArrayLike<number>][]): Promise<void> {
  const appender = await target.createAppender(table);
  const chunk = DuckDBDataChunk.create(columns.map(([type]) => type), CHUNK_ROWS);
  for (let from = 0; from < count; from += CHUNK_ROWS) {
    chunk.rowCount = Math.min(CHUNK_ROWS, count - from);
    columns.forEach(([, values], index) => {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < chunk.rowCount; row++) vector.setItem(row, values[from + row]!);
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
