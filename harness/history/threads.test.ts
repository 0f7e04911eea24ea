import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { randomStream } from '../../simulator/random.ts';
import { siblingModule } from '../../simulator/sibling-module.ts';
import { saveHistory } from './create.ts';
import type { History, HistoryMeta } from './history.ts';
import { isShared } from './memory.ts';
import { readHistory } from './read.ts';
import { Thread } from './thread.ts';
import { memoryHistory } from './writer.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'threads-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two chunks of readings, three of rows; the wider numbers and the optional field begin in the second. */
function written(file: string): string {
  const memory = memoryHistory({ format: 1 } as HistoryMeta);
  for (let n = 0; n < 20_000; n++) memory.reading({ device: `machine-${n % 3}`, n, atMicros: n * 1e6, value: n / 8, handover: 'acknowledged', ...(n > 18_000 && { counter: n }) });
  for (let n = 0; n < 40_000; n++) memory.delivery({ device: `machine-${n % 3}`, n: n < 30_000 ? n : n * 1e5, value: n / 7, stampMicros: n * 1e6 + 0.5, seenAtMicros: n * 1e6 });
  memory.event({ kind: 'window', atMicros: 5, fromMicros: 0, toMicros: 5 });
  memory.event({ kind: 'phase', atMicros: 6, phase: 'judge' });
  saveHistory(file, memory.history());
  return file;
}

/** The same columns whatever memory they are in. */
function plain({ readings, deliveries, ...others }: History): unknown {
  return { ...others, readings: numbersOf(readings), deliveries: numbersOf(deliveries) };
}

function numbersOf(columns: object): unknown[] {
  return Object.entries(columns).map(([name, it]) => (ArrayBuffer.isView(it) ? [name, it.constructor.name, Array.from(it as Uint8Array)] : [name, it]));
}

function outcome(file: string, threads: 1 | 2): unknown {
  try {
    return plain(readHistory(file, { threads }));
  } catch (error) {
    const { name, problem, message } = error as Error & { problem?: string };
    return { name, problem, message };
  }
}

test('two threads read what one reads, into memory that both see', () => {
  const file = written(path.join(folder, 'history.sqlite'));
  expect(outcome(file, 2)).toEqual(outcome(file, 1));
  expect([1, 2].map((threads) => isShared(readHistory(file, { threads: threads as 1 | 2 })))).toEqual([false, true]);

  // Wherever it is damaged, the error is the same.
  const whole = readFileSync(file);
  const random = randomStream(1, 'damage');
  const problems = Array.from({ length: 16 }, () => {
    const damaged = Uint8Array.from(whole);
    const at = Math.floor(random() * (damaged.length - 16));
    damaged.fill(0xa5, at, at + 16);
    writeFileSync(file, damaged);
    const found = outcome(file, 1) as { problem?: string };
    expect(outcome(file, 2)).toEqual(found);
    return found.problem;
  });
  expect(problems.filter((problem) => problem === 'damaged').length).toBeGreaterThan(8);
});

test('a thread that cannot do what it is asked gives nothing', () => {
  using stream = new Thread<Pick<typeof import('./stream.ts'), 'readReadings'>>(siblingModule(import.meta.url, './stream'));
  const [nowhere, somewhere] = [path.join(folder, 'nowhere'), written(path.join(folder, 'another.sqlite'))].map((file) => stream.call('readReadings', file));
  expect(somewhere!()).toMatchObject({ columns: { rows: 20_000 } });
  expect(nowhere!()).toBeUndefined();
  using nothing = new Thread(siblingModule(import.meta.url, './nothing'));
  expect(nothing.call('at all')()).toBeUndefined();
});
