import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { nearestWord } from './nearest.ts';
import { parseYaml } from './parse-yaml.ts';
import type { YamlFile } from './parse-yaml.ts';
import { wholeFile } from './problem.ts';

/** A YAML file as it was read, with what identifies and quotes it. */
export interface SourceFile {
  /** Absolute. */
  file: string;
  folder: string;
  /** Of the file's bytes, in hex. */
  sha256: string;
  /** The text of the file. */
  source: string;
  /** The parsed text, for problems that point into it. */
  yaml: YamlFile;
}

const MAX_BYTES = 1_000_000;

/** Reads a YAML file. Throws FileProblems if it cannot be read or is not YAML; they name it relative to `cwd`. */
export async function readYaml(file: string, cwd: string): Promise<SourceFile> {
  const shown = shownPath(file, cwd);
  return sourceOf(file, shown, await readBytes(file, shown));
}

/** The bytes of a YAML file, understood. Throws FileProblems, which name the file as `shown`. */
export function sourceOf(file: string, shown: string, bytes: Uint8Array): SourceFile {
  const source = decode(bytes, shown);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file, folder: path.dirname(file), sha256, source, yaml: parseYaml(shown, source) };
}

/** What there is at a path: a file, a folder, something else, or nothing. */
export async function kindOfPath(file: string): Promise<'file' | 'folder' | 'other' | 'nothing'> {
  try {
    const it = await stat(file);
    return it.isFile() ? 'file' : it.isDirectory() ? 'folder' : 'other';
  } catch {
    return 'nothing';
  }
}

/** The path as the user would type it: relative to where they stand, if it is below. */
export function shownPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative === '' ? '.' : relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/** The file in the same folder whose name comes closest, as the user would type it. */
export async function nearestFile(file: string, cwd: string): Promise<string | undefined> {
  const folder = path.dirname(file);
  const names = await readdir(folder).catch(() => []);
  const nearest = nearestWord(path.basename(file), names);
  return nearest && shownPath(path.join(folder, nearest), cwd);
}

/** Never more than the limit is taken into memory, however large the file is or grows. */
async function readBytes(file: string, shown: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    if (bytesRead <= MAX_BYTES) return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw wholeFile(shown, { message: `cannot be read (${(error as NodeJS.ErrnoException).code ?? error})` });
  }
  throw wholeFile(shown, { message: 'the file is larger than 1 MB' });
}

function decode(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw wholeFile(shown, { message: `the file is not UTF-8${utf16 ? ' but UTF-16' : ''}`, expected: 'a text file in UTF-8' });
  }
}
