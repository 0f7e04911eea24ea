import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Delivery, HistoryEvent, Reading, Recorder } from '../../simulator/recorder.ts';
import { createHistory, saveHistory } from './create.ts';
import type { History, HistoryMeta } from './history.ts';
import { isFinishedRecord, readHistory } from './read.ts';
import { memoryHistory } from './writer.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

const META = { format: 1, seed: 7, pipeline: { name: 'p', nodes: ['gateway'] } } as unknown as HistoryMeta;
const END: HistoryEvent[] = [
  { kind: 'window', atMicros: 5, fromMicros: 0, toMicros: 5 },
  { kind: 'phase', atMicros: 6, phase: 'judge' },
];

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const micros = fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const fields = {
  uptimeMs: fc.option(u32, { nil: undefined }),
  state: fc.option(fc.nat(65_535), { nil: undefined }),
  counter: fc.option(u32, { nil: undefined }),
  alarms: fc.option(fc.nat(65_535), { nil: undefined }),
};
const device = fc.constantFrom('machine-1', 'machine-2', 'Zähler "3"');
const reading: fc.Arbitrary<Reading> = fc.record({
  device, n: u32, atMicros: micros, value: fc.float(), handover: fc.constantFrom('acknowledged', 'indeterminate'), ...fields,
});
const delivery: fc.Arbitrary<Delivery> = fc.record({
  device, n: u32, value: fc.double(), stampMicros: fc.oneof(micros, fc.constant(NaN)), seenAtMicros: micros,
  uncertain: fc.boolean(), manual: fc.boolean(), ...fields,
});
/** As the time of an event -0 is 0: SQLite keeps no sign of a zero outside of chunks. */
const eventMicros = micros.map((at) => at + 0);
const event: fc.Arbitrary<HistoryEvent> = fc.oneof(
  fc.record({ kind: fc.constant('gap' as const), atMicros: eventMicros, device: fc.option(device), fromMicros: fc.nat(), toMicros: fc.oneof(fc.nat(), fc.constant(Infinity)) }),
  fc.record({ kind: fc.constant('unreadable-row' as const), atMicros: eventMicros, row: fc.string({ unit: 'grapheme' }), why: fc.string() }),
);
type Record = { reading: Reading } | { delivery: Delivery } | { event: HistoryEvent } | 'flush';
const records: fc.Arbitrary<Record[]> = fc.array(
  fc.oneof(fc.record({ reading }), fc.record({ delivery }), fc.record({ event }), fc.constant('flush' as const)),
);

/** With the numbers of its columns, however wide they are. */
function plain(history: Partial<History>): unknown {
  return Object.fromEntries(Object.entries(history).map(([part, value]) => [part, part === 'readings' || part === 'deliveries' ? numbersOf(value) : value]));
}

function numbersOf(columns: object): object {
  return Object.fromEntries(Object.entries(columns).map(([name, it]) => [name, ArrayBuffer.isView(it) ? Array.from(it as Uint8Array) : it]));
}

function replay(all: Record[], recorder: Recorder & { flush(): void }): void {
  for (const record of all) {
    if (record === 'flush') recorder.flush();
    else if ('reading' in record) recorder.reading(record.reading);
    else if ('delivery' in record) recorder.delivery(record.delivery);
    else recorder.event(record.event);
  }
  for (const end of END) recorder.event(end);
}

test('whatever is written reads back equal, from a live writer, from memory and from a saved run', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(records, async (all) => {
      const [live, saved] = [`${path}-${run++}`, `${path}-${run++}`];
      const memory = memoryHistory(META);
      await using writer = createHistory(live, META);
      replay(all, memory);
      replay(all, writer);
      await writer.close();
      saveHistory(saved, memory.history());
      expect(plain(readHistory(live))).toEqual(plain(memory.history()));
      expect(plain(readHistory(saved))).toEqual(plain(memory.history()));
    }),
    { numRuns: 25 },
  );
});

test('rows beyond one chunk keep their order and their values', () => {
  const memory = memoryHistory(META);
  for (let n = 1; n <= 150_000; n++) {
    memory.reading({ device: `machine-${n % 3}`, n, atMicros: n * 1e5, value: n / 7, handover: n % 5 ? 'acknowledged' : 'indeterminate' });
  }
  for (const end of END) memory.event(end);
  saveHistory(path, memory.history());
  const { readings } = readHistory(path);
  expect(readings.rows).toBe(150_000);
  expect(plain({ readings })).toEqual(plain({ readings: memory.history().readings }));
});

test('a row whose number no reading can have becomes an unreadable row, not another number', () => {
  const memory = memoryHistory(META);
  for (const n of [-1, 1.5, NaN, 2 ** 32]) memory.delivery({ device: 'machine-1', n, value: 0, stampMicros: 0, seenAtMicros: 9 });
  expect(memory.history().deliveries.rows).toBe(0);
  expect(memory.history().events.map((it) => it.kind)).toEqual(Array(4).fill('unreadable-row'));
  expect(() => memory.reading({ device: 'machine-1', n: -1, atMicros: 0, value: 0, handover: 'acknowledged' })).toThrow(RangeError);
});

test('a closed history is one file', async () => {
  const writer = createHistory(path, META);
  writer.event(END[0]!);
  writer.flush();
  expect(existsSync(`${path}-wal`)).toBe(true);
  await writer.close();
  await writer.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
  expect(existsSync(`${path}-shm`)).toBe(false);
});

test('a crash of the harness keeps everything that was flushed', () => {
  const script = `
    import { createHistory } from ${JSON.stringify(new URL('./create.ts', import.meta.url).href)};
    const writer = createHistory(${JSON.stringify(path)}, { format: 1 });
    for (let n = 1; n <= 500; n++) writer.reading({ device: 'machine-1', n, atMicros: n, value: n, handover: 'acknowledged' });
    writer.flush();
    writer.reading({ device: 'machine-1', n: 501, atMicros: 501, value: 1, handover: 'acknowledged' });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(child.signal, child.stderr).toBe('SIGKILL');
  expect(problem(path)).toBe('unfinished');
  expect(readHistory(path, { unfinished: true }).readings.rows).toBe(500);
});

test('a record counts as finished once its run came to its judgement, and nothing else does', async () => {
  expect(isFinishedRecord(path)).toBe(false);
  for (const events of [[], END.slice(0, 1), END.slice(1), END]) {
    const file = `${path}-${events.length}-${events[0]?.kind}`;
    const writer = createHistory(file, META);
    for (const it of events) writer.event(it);
    await writer.close();
    expect(isFinishedRecord(file)).toBe(events === END);
  }
  writeFileSync(path, 'something else');
  expect(isFinishedRecord(path)).toBe(false);
});

test('a flipped bit is damage, or in a place that holds nothing: it never makes another history', () => {
  const memory = memoryHistory(META);
  for (let n = 0; n < 500; n++) {
    memory.reading({ device: `machine-${n % 3}`, n, atMicros: n * 1e5, value: n / 7, handover: 'acknowledged' });
    memory.delivery({ device: `machine-${n % 3}`, n, value: n / 7, stampMicros: n * 1e5 + 0.5, seenAtMicros: n * 1e5 + 7 });
    memory.event({ kind: 'unreadable-row', atMicros: n, row: `row ${n}`, why: 'x' });
  }
  for (const end of END) memory.event(end);
  saveHistory(path, memory.history());
  const whole = readFileSync(path);
  const written = JSON.stringify(plain(memory.history()));
  let damaged = 0;
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
      const flipped = Uint8Array.from(whole);
      flipped[at]! ^= 1 << bit;
      writeFileSync(path, flipped);
      if (problem(path) === 'none') expect(JSON.stringify(plain(readHistory(path)))).toBe(written);
      else damaged++;
    }),
    { numRuns: 200 },
  );
  expect(damaged).toBeGreaterThan(20);
});

function problem(of: string): string {
  try {
    readHistory(of);
    return 'none';
  } catch (error) {
    return (error as { problem?: string }).problem ?? String(error);
  }
}

test('what is no whole history is refused with the reason', () => {
  expect(problem(path)).toBe('missing');

  writeFileSync(path, 'not a database at all, but long enough to be taken for one'.repeat(100));
  expect(problem(path)).toBe('not-a-history');
  expect(() => createHistory(path, META)).toThrow(expect.objectContaining({ problem: 'exists' }));
  writeFileSync(path, '');
  expect(problem(path)).toBe('not-a-history');
  rmSync(path);
  new DatabaseSync(path).exec('CREATE TABLE other (x)');
  expect(problem(path)).toBe('not-a-history');
  rmSync(path);

  const memory = memoryHistory(META);
  replay(Array.from({ length: 20_000 }, (_, n) => ({ reading: { device: 'a', n, atMicros: n, value: n, handover: 'acknowledged' } })), memory);
  saveHistory(path, memory.history());
  expect(problem(path)).toBe('none');
  const whole = readFileSync(path);
  for (const part of [0.25, 0.5, 0.9]) {
    writeFileSync(path, whole);
    truncateSync(path, Math.floor(whole.length * part));
    expect(problem(path)).toMatch(/damaged|not-a-history/);
  }
  writeFileSync(path, whole);
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 2');
  db.close();
  expect(problem(path)).toBe('newer-format');
});
