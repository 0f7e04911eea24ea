import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where Perl is on this machine. */
export function perlProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/bin'].filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, 'perl')).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
