import { readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unmountDeadDisks } from '../../simulator/disk/forgetful-disk.ts';
import { HARNESS_PID, WORK_FOLDER } from '../run/ownership.ts';

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
  const processes = orphans();
  for (const pid of processes) endQuietly(pid);
  const disks = process.platform === 'linux' ? unmountDeadDisks() : [];
  const folders = deadFolders();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { processes, folders, disks };
}

function orphans(): number[] {
  if (process.platform !== 'linux') return [];
  const owned = new RegExp(`(?:^|\\0)${HARNESS_PID}=(\\d+)`);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      const owner = owned.exec(readQuietly(`/proc/${entry}/environ`));
      return owner !== null && !lives(Number(owner[1]));
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

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // gone meanwhile, or not ours
  }
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}
