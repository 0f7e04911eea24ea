import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshDisk } from '../../../../simulator/disk/testing/fresh-disk.ts';

const require = createRequire(import.meta.url);
const { DurableQueue } = require('./queue.cjs');

const options = { boot: 'boot-1', wallOffsetMicros: 0, gapAfterMicros: 350_000 };
const reading = (n: number) => ({
  machine: 'press', askedMicros: n * 100_000, answeredMicros: n * 100_000 + 500, n, bits: 0, uptimeMs: n * 100, state: 1, counter: n, alarms: 0,
});

/** A queue in a process of its own, which can lose its power. */
function queueProcess(file: string) {
  const program = `
    const { DurableQueue } = require(${JSON.stringify(require.resolve('./queue.cjs'))});
    const queue = new DurableQueue(${JSON.stringify({ file, ...options })});
    process.on('message', ([what, ...args]) => {
      try { queue[what](...args); process.send('done'); } catch (error) { process.send(error.message); }
    });`;
  const child = spawn(process.execPath, ['--no-warnings', '-e', program], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    async does(what: string, ...args: unknown[]): Promise<string> {
      child.send([what, ...args]);
      return (await once(child, 'message'))[0];
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      if (child.signalCode === null) await once(child, 'exit');
    },
  };
}

test('what was committed survives a power cut, though a sync had failed and the disk had dropped what it was for', async (context) => {
  await using disk = await freshDisk(context);
  const file = join(disk.outside, 'queue.sqlite');
  {
    await using queue = queueProcess(file);
    expect(await queue.does('commit', [reading(1), reading(2)])).toBe('done');
    expect(await queue.does('confirm', 1, 1)).toBe('done');
    const trouble = await disk.impose({ kind: 'failing-sync', times: 1 });
    expect(await queue.does('commit', [reading(3)])).toBe('disk I/O error');
    expect(await trouble.hits()).toBe(1);
    expect(await queue.does('commit', [reading(3)])).toBe('done');
    expect(await queue.does('commit', [reading(4)])).toBe('done');
  }
  await disk.cut({ mode: 'none', seed: 1 });
  const queue = new DurableQueue({ file, ...options });
  try {
    expect(queue.read(0, Infinity, 10).map((entry: any) => entry.body.n)).toEqual([2, 3, 4]);
  } finally {
    queue.close();
  }
});
