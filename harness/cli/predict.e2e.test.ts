import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../simulator/package-root.ts';
import type { Prediction } from '../predict/prediction.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-predict-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('predict answers in text, JSON and HTML, and exits with 1 if anything would be missing', async () => {
  const page = path.join(folder, 'prediction.html');
  const { exitCode, stdout, stderr } = await brownout('predict', '--pipeline', 'node-red-resilient', '--outage', '20min', '--buffer', '1MB', '--json', '--html', page);
  const prediction = JSON.parse(stdout) as Prediction;
  expect(prediction).toMatchObject({ name: 'node-red-resilient', outageMs: 1_200_000, readingsPerSecond: 40, missing: { end: 'oldest' } });
  expect(prediction.buffer.fullAfterMs).toBeCloseTo((16_666 / 40) * 1000, -4);
  expect(stderr).toContain('the oldest; its buffer is full after 6 min');
  expect(readFileSync(page, 'utf8')).toContain('<svg');
  expect(exitCode).toBe(1);
});

test.each([
  [['predict', '--outage', '72'], /expected a duration with its unit/],
  [['predict', '--outage', '1h', '--pipeline', 'no-such'], /no-such/],
  [['predict', '--outage', '1h', '--measured', 'no-such'], /no such run: no-such/],
])('%j is refused with a reason and exit code 4', async (args, reason) => {
  const { exitCode, stderr } = await brownout(...args);
  expect(stderr).toMatch(reason);
  expect(exitCode).toBe(4);
});

function brownout(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(packageRoot(), 'harness/cli/main.ts'), ...args], { env: { ...process.env, NO_COLOR: '1' } }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }));
  });
}
