import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';

/**
 * Opens a file for reading that is nothing but a file: a FIFO or a device could keep a reader for ever.
 * The error's message goes after the name of the file: `does not exist`, `is a FIFO, expected a regular file`.
 */
export async function openRegular(file: string): Promise<{ handle: FileHandle; found: Stats }> {
  // A FIFO of which nobody writes the other end would block in open; what is a file now may be one in a moment.
  refuseOther(await stat(file).catch(explain));
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(explain);
  try {
    const found = await handle.stat();
    refuseOther(found);
    return { handle, found };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A small file, whole. Errors are as those of `openRegular`. */
export async function readWhole(file: string, mostBytes: number): Promise<string> {
  const { handle, found } = await openRegular(file);
  try {
    if (found.size > mostBytes) throw new Error(`is larger than ${mostBytes} bytes`);
    const buffer = Buffer.alloc(mostBytes);
    const { bytesRead } = await handle.read(buffer, 0, mostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function refuseOther(found: Stats): void {
  if (found.isFile()) return;
  const what = found.isFIFO() ? 'a FIFO' : found.isDirectory() ? 'a folder' : found.isSocket() ? 'a socket' : 'a device';
  throw new Error(`is ${what}, expected a regular file`);
}

function explain(error: NodeJS.ErrnoException): never {
  const said: Record<string, string> = { ENOENT: 'does not exist', EACCES: 'may not be read', ENOTDIR: 'is below something that is no folder', ELOOP: 'is a link to itself' };
  throw new Error(said[error.code ?? ''] ?? `cannot be read: ${error.message}`);
}
