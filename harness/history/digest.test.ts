import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { anyGoodStory } from '../oracle/testing/arbitrary-story.ts';
import { goodStory, historyOf } from '../oracle/testing/story.ts';
import { createHistory, saveHistory } from './create.ts';
import { digestOf } from './digest.ts';
import type { History } from './history.ts';
import { readHistory } from './read.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-digest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => path.join(folder, `${++files}.sqlite`);

const OPTIONS = { devices: 2, firstN: 1, outageMicros: 4_000_000, cutMicros: 1_500_000, firstOutageMicros: 2_000_000, random: () => 0.6 };
const story = () => historyOf(goodStory(OPTIONS));

test('the same record has the same digest in memory, in a file, in other pieces, and read by one thread or two', async () => {
  await fc.assert(fc.asyncProperty(anyGoodStory, fc.integer({ min: 1, max: 200 }), async ({ story: it }, flushEvery) => {
    const history = historyOf(it);
    const digest = digestOf(history);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const [whole, pieces] = [fresh(), fresh()];
    saveHistory(whole, history);
    for (const threads of [1, 2] as const) expect(digestOf(readHistory(whole, { threads }))).toBe(digest);
    const writer = createHistory(pieces, it.meta);
    let written = 0;
    const write = <Row>(rows: Row[], record: (row: Row) => void) => {
      for (const row of rows) {
        record(row);
        if (++written % flushEvery === 0) writer.flush();
      }
    };
    write(it.readings, (row) => writer.reading(row));
    write(it.deliveries, (row) => writer.delivery(row));
    write(it.events, (row) => writer.event(row));
    await writer.close();
    expect(digestOf(readHistory(pieces))).toBe(digest);
  }), { numRuns: 5, seed: 4 });
});

test('the digest of a known record is the one that a program in another language finds by the description', () => {
  const meta = { b: [1, { d: Infinity, c: 'ö' }], a: undefined } as unknown as History['meta'];
  const readings = { rows: 2, device: Uint8Array.of(0, 0), n: Uint8Array.of(1, 2), atMicros: Float64Array.of(0.5, -0), value: Float32Array.of(1.5, NaN), acknowledged: Uint8Array.of(1, 0) };
  const deliveries = { rows: 0, device: new Uint8Array(), n: new Uint8Array(), value: new Float32Array(), stampMicros: new Float64Array(), seenAtMicros: new Float64Array(), flags: new Uint8Array() };
  const history = { meta, devices: ['machine-1'], readings, deliveries, events: [] };
  expect(digestOf(history)).toBe('aaa7a8c730af31915e40e2a9e4e679393bee01de6aa5bd3edc25888f0d818e8b');
});

test.each<[what: string, change: (history: History) => void]>([
  ['a word of the meta', (it) => void ((it.meta as { seed: number }).seed += 1)],
  ['the name of a device', (it) => void (it.devices[0] += ' ')],
  ['one bit of one value', (it) => void (it.readings.value[3]! += 2 ** -18)],
  ['who took one reading', (it) => void (it.readings.acknowledged[5] = 1 - it.readings.acknowledged[5]!)],
  ['two rows that change places', (it) => {
    for (const column of [it.deliveries.n, it.deliveries.seenAtMicros, it.deliveries.stampMicros]) [column[0], column[1]] = [column[1]!, column[0]!];
  }],
  ['a row less', (it) => void it.deliveries.rows--],
  ['the beginning of the window', (it) => {
    for (const event of it.events) if (event.kind === 'window') event.fromMicros += 1;
  }],
  ['the order of two events', (it) => void it.events.splice(1, 2, it.events[2]!, it.events[1]!)],
])('%s changes the digest', (_, change) => {
  const history = story();
  const before = digestOf(history);
  change(history);
  expect(digestOf(history)).not.toBe(before);
});
