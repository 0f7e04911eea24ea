import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const { DurableQueue } = require('./queue.cjs');

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'queue-')); });
afterEach(() => rmSync(folder, { recursive: true }));

const open = (options = {}) => new DurableQueue({ file: join(folder, 'queue.sqlite'), boot: 'boot-1', wallOffsetMicros: 0, gapAfterMicros: 350_000, ...options });
const reading = (n: number, atMicros = n * 100_000) => ({
  machine: 'press', askedMicros: atMicros - 500, answeredMicros: atMicros + 500, n, bits: 0x7fc00001, uptimeMs: atMicros / 1000, state: 1, counter: n, alarms: 0, trouble: null,
});
const kinds = (queue: any) => queue.read(0, Infinity, 1000).map((it: any) => it.kind);

test('what was committed is there after a start, bit for bit, and the ids go on', () => {
  let queue = open();
  queue.commit([reading(1), reading(2)]);
  const [{ id: queueId }, before] = [queue, queue.read(0, Infinity, 10)];
  queue.close();
  queue = open();
  expect(queue.id).toBe(queueId);
  expect(queue.size).toBe(2);
  expect(queue.read(0, Infinity, 10)).toEqual(before);
  expect(before[0].body.bits).toBe(0x7fc00001);
  queue.close();
});

test('an id is never used twice, even after everything was confirmed and the process started anew', () => {
  let queue = open();
  queue.commit([reading(1), reading(2)]);
  queue.confirm(1, 2);
  queue.close();
  queue = open();
  expect(queue.newestId).toBe(2);
  queue.commit([reading(3)]);
  expect(queue.read(0, Infinity, 10)[0].id).toBe(3);
  queue.close();
});

test('the gap of a crash is queued with the first reading after it, though all before was confirmed', () => {
  let queue = open();
  queue.commit([reading(1)]);
  queue.confirm(1, 1);
  queue.close();
  queue = open();
  queue.commit([reading(20)]);
  expect(queue.read(0, Infinity, 10)).toMatchObject([
    { kind: 'gap', machine: 'press', micros: 2_000_000, body: { fromBoot: 'boot-1', fromMicros: 100_000, reason: 'the gateway was down' } },
    { kind: 'reading', machine: 'press', micros: 2_000_000 },
  ]);
  queue.close();
});

test('a gap ends when the reading after it was made, however late its answer came, over a crash of the gateway', () => {
  const late = { ...reading(20), askedMicros: 1_700_000, answeredMicros: 2_600_000 };
  const gapOf = (boot: string) => {
    let queue = open();
    queue.commit([reading(1)]);
    queue.confirm(1, queue.newestId);
    queue.close();
    queue = open({ boot });
    queue.commit([late]);
    const [gap] = queue.read(0, Infinity, 10);
    queue.close();
    return gap;
  };
  const { micros, errorMicros } = gapOf('boot-1');
  expect(Math.abs(micros - 2_000_000)).toBeLessThan(3000);
  expect(errorMicros).toBeLessThan(3000);
  // In the time of another boot, nothing is known of the machine but this answer, and the gap admits it.
  expect(gapOf('boot-2')).toMatchObject({ micros: 2_150_000, errorMicros: 450_000 });
});

test('a commit that fails leaves nothing behind, and can be repeated', () => {
  const queue = open();
  queue.commit([reading(1)]);
  expect(() => queue.commit([reading(20), { ...reading(21), machine: null }])).toThrow();
  expect(kinds(queue)).toEqual(['reading']);
  expect(queue.size).toBe(1);
  queue.commit([reading(20), reading(21)]);
  expect(kinds(queue)).toEqual(['reading', 'gap', 'reading', 'reading']);
  queue.close();
});

test('a full queue says so and still takes what was already read', () => {
  const queue = open({ capacity: 2 });
  queue.commit([reading(1), reading(2)]);
  expect(queue.full).toBe(true);
  queue.commit([reading(3)]);
  queue.confirm(1, 2);
  expect(queue.full).toBe(false);
  queue.close();
});

test('nothing that was committed is lost by a SIGKILL', async () => {
  const program = `
    const { DurableQueue } = require(${JSON.stringify(require.resolve('./queue.cjs'))});
    const queue = new DurableQueue({ file: ${JSON.stringify(join(folder, 'queue.sqlite'))}, boot: 'boot-1', wallOffsetMicros: 0, gapAfterMicros: 350000 });
    for (let n = 1; ; n++) {
      queue.commit([{ machine: 'press', askedMicros: n * 100000, answeredMicros: n * 100000 + 1000, n, bits: 0, uptimeMs: n * 100, state: 1, counter: n, alarms: 0 }]);
      require('node:fs').writeSync(1, n + '\\n');
    }`;
  const child = spawn(process.execPath, ['--no-warnings', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let committed = 0;
  for await (const line of createInterface(child.stdout)) {
    committed = Number(line);
    if (committed === 50) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');
  const queue = open();
  expect(committed).toBeGreaterThanOrEqual(50);
  expect(queue.size).toBeGreaterThanOrEqual(committed);
  expect(queue.read(0, Infinity, 100_000).map((it: any) => it.body.n)).toEqual(Array.from({ length: queue.size }, (_, i) => i + 1));
  queue.close();
});
