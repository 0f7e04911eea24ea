/**
 * Outlives the harness by a moment. It is told, line by line, which runs there are and which process groups and folders
 * belong to them. When its standard input ends, the harness is done or was killed: it ends what is left of the runs and
 * removes the folders that are left.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ProcessFamily } from '../../simulator/process-family.ts';
import { RunMark } from '../../simulator/process-mark.ts';
import { killFamily } from '../nodes/family-signals.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const runs: RunMark[] = [];
const groups = new Set<number>();
const folders = new Set<string>();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const space = line.indexOf(' ');
    const [verb, what] = [line.slice(0, space), line.slice(space + 1)];
    if (verb === 'run') runs.push(new RunMark(what));
    if (verb === 'group') groups.add(Number(what));
    if (verb === 'group-gone') groups.delete(Number(what));
    if (verb === 'folder') folders.add(what);
    if (verb === 'folder-gone') folders.delete(what);
  })
  .on('close', () => {
    for (const group of groups) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // gone already
      }
    }
    void cleanUp();
  });

/** Processes first: as long as they live, they write to the folders. */
async function cleanUp(): Promise<void> {
  await Promise.all(runs.map((mark) => killFamily(new ProcessFamily(mark))));
  for (const folder of folders) void remove(folder);
}

/** Until it is gone, for five seconds: a volatile disk in it is being unmounted by its own server, which has lost its parent too. */
async function remove(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
