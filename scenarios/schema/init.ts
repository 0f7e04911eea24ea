import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../simulator/make-folder.ts';
import { packageRoot } from '../../simulator/package-root.ts';

/**
 * Puts a starter `pipeline.yaml` and a scenario into a folder, which is made if need be. What is already there stays as
 * it is. Gives the names of the files, relative to the folder: `written` now, `kept` because they were there.
 */
export async function writeStarter(folder: string): Promise<{ written: string[]; kept: string[] }> {
  const templates = path.join(packageRoot(), 'scenarios/starter');
  const names = (await readdir(templates, { recursive: true })).filter((it) => it.endsWith('.yaml')).toSorted();
  const written: string[] = [];
  const kept: string[] = [];
  for (const name of names) {
    const isNew = await writeIfAbsent(path.join(folder, name), await readFile(path.join(templates, name)));
    (isNew ? written : kept).push(name);
  }
  return { written, kept };
}

async function writeIfAbsent(file: string, content: Buffer): Promise<boolean> {
  makeFolder(path.dirname(file));
  try {
    await writeFile(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
