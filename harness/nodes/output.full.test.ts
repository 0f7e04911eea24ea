import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ProcessNode } from './process-node.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'output-'));
afterAll(() => rmSync(folder, { recursive: true }));
const nothing = () => {};
const watcher = { started: nothing, ready: nothing, killed: nothing, stopped: nothing, exited: nothing, ended: nothing, gone: nothing, interrupted: nothing };

test('of output without an end the log keeps a part, and the harness does not grow', async () => {
  const endless = "const s = Buffer.alloc(1 << 20, 120); let n = 0; const f = () => { while (n++ < 150 && process.stdout.write(s)); if (n < 150) process.stdout.once('drain', f); else console.log('\\nend'); }; f();";
  const many = 'for (let n = 0; n < 300000; n++) console.log("x".repeat(99));';
  for (const program of [`${endless} setInterval(() => {}, 1000)`, `${many} console.log('\\nend'); setInterval(() => {}, 1000)`]) {
    const logFile = path.join(folder, `${Math.random()}.log`);
    const node = new ProcessNode({ name: 'n', command: [process.execPath, '-e', program], cwd: folder, env: {}, ready: { log: 'end', withinMs: 60_000 }, logFile }, watcher);
    const before = process.memoryUsage.rss();
    await node.boot();
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20);
    await node[Symbol.asyncDispose]();
    expect(statSync(logFile).size).toBeLessThan(17 * 2 ** 20);
    expect(readFileSync(logFile, 'utf8')).toMatch(/\[brownout: .*left out.*\n[^]*end\n$/);
  }
});
