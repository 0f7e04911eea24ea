import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseResult, type Result } from '../../reports/index.ts';
import type { Case } from './case.ts';
import { writeFiles } from './files.ts';
import { HarnessProcess, type Ended } from './harness-process.ts';

/** What came of a case. */
export interface Outcome extends Ended {
  /** Undefined where nothing was judged. */
  result: Result | undefined;
  /** The folder of the run's reports and logs. */
  runFolder: string;
}

/** A machine that cannot make what a case needs, such as a tmpfs. */
export class CannotHere extends Error {
  override name = 'CannotHere';
}

const SEED = '7';
const SMALL_DISK = 'disk';

/** Runs a case in an empty folder. Throws CannotHere. */
export async function attempt(it: Case, folder: string): Promise<Outcome> {
  writeFiles(it, folder);
  using owned = new DisposableStack();
  if (it['runs-on-bytes'] !== undefined) owned.use(smallDisk(path.join(folder, SMALL_DISK), it['runs-on-bytes']));
  const first = await call(it, argumentsOf(it), folder);
  const ended = it.forge ? await reportOnForged(it, folder, first) : first;
  return { ...ended, result: resultOf(ended.stdout), runFolder: path.join(folder, 'runs/latest') };
}

function argumentsOf(it: Case): string[] {
  if (it.predict) return ['predict', ...it.predict];
  const files = [it.pipeline ?? 'pipeline.yaml', ...(it.scenario ? ['scenario.yaml'] : [])];
  const runs = it['runs-on-bytes'] === undefined ? 'runs' : `${SMALL_DISK}/runs`;
  return it.check ? ['check', ...files] : ['run', ...files, '--seed', SEED, '--json', '--runs', runs];
}

async function call(it: Case, args: string[], folder: string): Promise<Ended> {
  const limitMs = (it.right?.within ?? 120_000) + 5000 + (it.suspend?.for ?? 0);
  const harness = new HarnessProcess(args, { folder, limitMs, stderr: it.stderr });
  const ended = harness.end();
  if (it.suspend && (await harness.shows(` s  ${it.suspend.phase}`))) {
    await sleep(it.suspend.after);
    harness.signal('SIGSTOP');
    await sleep(it.suspend.for);
    harness.signal('SIGCONT');
  }
  if (it.interrupt && (!it.interrupt.phase || (await harness.shows(` s  ${it.interrupt.phase}`)))) {
    await sleep(it.interrupt.after);
    harness.signal(it.interrupt.signal);
  }
  return ended;
}

/** Forges the record of a run, and asks for its report against the digest that the run itself printed. */
async function reportOnForged(it: Case, folder: string, run: Ended): Promise<Ended> {
  const digest = /\b[0-9a-f]{64}\b/.exec(run.stderr)?.[0];
  const script = path.join(import.meta.dirname, 'forge.py');
  const { status, stderr } = spawnSync('python3', [script, path.join(folder, 'runs/latest/history.sqlite'), '4'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`forge.py: ${stderr}`);
  return call(it, ['report', 'runs/latest', '--json', ...(digest ? ['--expect', digest] : [])], folder);
}

function smallDisk(folder: string, bytes: number): Disposable {
  mkdirSync(folder);
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { encoding: 'utf8' });
  if (status !== 0) throw new CannotHere(`no tmpfs can be mounted: ${stderr.trim()}; run it as root`);
  return { [Symbol.dispose]: () => void spawnSync('umount', [folder]) };
}

function resultOf(stdout: string): Result | undefined {
  return stdout.startsWith('{') && stdout.includes('brownout-result/') ? parseResult(stdout) : undefined;
}
