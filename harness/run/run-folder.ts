import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../simulator/make-folder.ts';
import { removeHistory } from '../history/create.ts';
import { HarnessProblem } from '../problem.ts';

/** Makes `runs/<time>-<name>`, with a number behind it if that is there already. */
export function makeRunFolder(runsFolder: string, name: string, now = new Date()): string {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  try {
    makeFolder(runsFolder);
    for (let nth = 1; ; nth++) {
      const folder = path.join(runsFolder, `${time}-${name}${nth > 1 ? `-${nth}` : ''}`);
      if (existsSync(folder)) continue;
      mkdirSync(folder);
      return folder;
    }
  } catch (error) {
    throw new HarnessProblem(`cannot make a folder for the run in ${runsFolder}: ${(error as Error).message}`);
  }
}

/**
 * Points `runs/latest` at this run, from one moment to the next: there is always one. Returns why it could not; it is a
 * convenience only.
 */
export function markLatest(runFolder: string): string | undefined {
  const link = path.join(path.dirname(runFolder), 'latest');
  const made = `${link}.${process.pid}`;
  try {
    rmSync(made, { force: true });
    symlinkSync(path.basename(runFolder), made, 'dir');
    renameSync(made, link);
    return undefined;
  } catch (error) {
    rmSync(made, { force: true, recursive: false });
    const isFolder = lstatSync(link, { throwIfNoEntry: false })?.isDirectory();
    return isFolder ? `${link} is a folder, so it does not lead to this run` : `${link} does not lead to this run: ${(error as Error).message}`;
  }
}

/** Removes the record of a run that failed, which says nothing; its logs stay, and where there are none, the folder goes too. */
export function removeRecord(runFolder: string): void {
  removeHistory(path.join(runFolder, 'history.sqlite'));
  if (readdirSync(runFolder, { recursive: true, withFileTypes: true }).every((entry) => entry.isDirectory())) removeRunFolder(runFolder);
}

/** Removes the folder of a run that was broken off, and the folder of all runs if this was the only one. */
export function removeRunFolder(runFolder: string): void {
  rmSync(runFolder, { recursive: true, force: true });
  const runsFolder = path.dirname(runFolder);
  if (readdirSync(runsFolder).length === 0) rmSync(runsFolder, { recursive: true });
}
