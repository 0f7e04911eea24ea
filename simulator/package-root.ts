import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the `brownout` package: where `scenarios/library` and the other files that ship as data are found,
 * from the sources of a repository as well as from `dist/` inside an installed package.
 */
export function packageRoot(): string {
  root ??= findRoot(path.dirname(fileURLToPath(import.meta.url)));
  return root;
}

/** The version of this package. */
export function toolVersion(): string {
  return manifestOf(packageRoot()).version;
}

let root: string | undefined;

function findRoot(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json')) && manifestOf(folder).name === 'brownout') return folder;
    if (path.dirname(folder) === folder) throw new Error(`No package.json of brownout above ${start}`);
  }
}

function manifestOf(folder: string): { name?: string; version: string } {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
}
