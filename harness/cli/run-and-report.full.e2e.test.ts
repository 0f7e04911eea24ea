import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadPipeline, loadScenario } from '../../scenarios/schema/load.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import type { PhaseName } from '../../simulator/recorder.ts';
import { silent } from '../run/progress.ts';
import { judgeRun } from './reports-of.ts';
import { runAndReport } from './run-and-report.ts';

/** Runs a correct pipeline and fails as soon as a phase has begun; returns the record that is left, if any. */
async function recordOfFailure(failing: PhaseName, use: (historyFile: string) => void): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-'));
  try {
    const own = path.join(packageRoot(), 'harness/testing/own-pipeline');
    const progress = { ...silent, phase: (phase: PhaseName) => { if (phase === failing) throw new Error('no space left on device'); } };
    const run = runAndReport({
      loaded: await loadPipeline(path.join(own, 'pipeline.yaml')), scenario: await loadScenario(path.join(own, 'quick.yaml')), seed: 7,
      runsFolder: folder, progress, signal: new AbortController().signal,
    });
    await expect(run).rejects.toThrow('no space left on device');
    const runFolder = readdirSync(folder).find((name) => name !== 'latest')!;
    use(path.join(folder, runFolder, 'history.sqlite'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the record of a run that came to its end is kept, whatever fails after that', { timeout: 60_000 }, () =>
  recordOfFailure('judge', (historyFile) => expect(judgeRun(historyFile).counts.acknowledged).toBeGreaterThan(0)));

test('one that failed before leaves no record that could be taken for one', { timeout: 60_000 }, () =>
  recordOfFailure('faults', (historyFile) => expect(existsSync(historyFile)).toBe(false)));
