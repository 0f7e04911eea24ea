import { readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unmountDeadDisks } from '../../simulator/disk/forgetful-disk.ts';
import { carriedBy, harnessOf } from '../../simulator/process-mark.ts';
import { WORK_FOLDER } from '../run/ownership.ts';

/** What a harness left that was killed together with its guardian. */
export interface Leftovers {
  processes: number[];
  folders: string[];
  disks: string[];
}

/**
 * Ends the nodes, unmounts the disks and removes the work folders of harnesses that live no more; whatever belongs to one
 * that lives is left alone. Linux; elsewhere only folders are found.
 */
export function cleanLeftovers(): Leftovers {
  const processes: number[] = [];
  for (let found = orphans(), sweep = 0; found.length > 0 && sweep < 50; found = orphans(), sweep++) {
    for (const pid of found) endQuietly(pid); // again, for what one of them has started meanwhile
    processes.push(...found.filter((pid) => !processes.includes(pid)));
  }
  const disks = process.platform === 'linux' ? unmountDeadDisks() : [];
  const folders = deadFolders();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { processes, folders, disks };
}

function orphans(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      const owner = harnessOf(carriedBy(entry));
      return owner !== undefined && !lives(owner);
    })
    .map(Number);
}

function deadFolders(): string[] {
  return readdirSync(os.tmpdir())
    .filter((entry) => !lives(Number(WORK_FOLDER.exec(entry)?.[1] ?? process.pid)))
    .map((entry) => path.join(os.tmpdir(), entry));
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}
