import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A program under test for the node clock. It looks at `Date` only when it is asked something that needs it. */
const answers: Record<string, () => unknown> = {
  now: () => Date.now(),
  monotonic,
  worker: async () => {
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(new Date().getTime())", { eval: true });
    return (await once(worker, 'message'))[0];
  },
  child: () => Number(execFileSync(process.execPath, ['-p', 'Date.now()'], { encoding: 'utf8' })),
  date,
};

process.on('message', async (question: string) => process.send!(await answers[question]!()));

async function monotonic() {
  const hrtime = process.hrtime.bigint();
  const start = performance.now();
  await new Promise((done) => setTimeout(done, 200));
  const performanceMs = performance.now() - start;
  return { timerMs: performanceMs, hrtimeMs: Number(process.hrtime.bigint() - hrtime) / 1e6, performanceMs };
}

function date() {
  class Stamp extends Date {}
  const now = Date.now();
  return {
    name: Date.name,
    length: Date.length,
    instance: new Date() instanceof Date,
    constructor: new Date().constructor === Date,
    subclass: new Stamp() instanceof Stamp && new Stamp() instanceof Date,
    subclassAheadMs: new Stamp().getTime() - now,
    // oxlint-disable-next-line unicorn/new-for-builtins
    callAheadMs: new Date((Date as unknown as () => string)()).getTime() - now,
    argument: new Date(5).toISOString(),
    fields: new Date(Date.UTC(2024, 1, 29, 12)).getTime(),
    parse: Date.parse('2024-02-29'),
    clone: structuredClone(new Date(7)).getTime(),
    originAheadMs: performance.timeOrigin + performance.now() - now,
  };
}
