import type { Content } from './content.ts';
import { undo, type Write } from './operation.ts';

const PAGE_BYTES = 4096;

/**
 * After a sync has failed, Linux takes the pages for written: programs go on reading them, and a later sync that
 * succeeds does not bring them to the disk (https://lwn.net/Articles/752063/). Only a page that is written to once more
 * gets there, as a whole.
 *
 * This is such a later sync. `later` becomes safe, and with it every page that it touches; what remains of `failed` is
 * returned, anew: what the disk lacks although programs see it. The file reads afterwards as it did before.
 */
export function rebase(content: Content, failed: readonly Write[], later: readonly Write[]): Write[] {
  const { sizeBytes } = content;
  const seen = failed.map((write) => rangeOf(content, write.offset, write.offset + write.length));
  const written = later.map(({ offset, length }) => rangeOf(content, down(offset), down(offset + length + PAGE_BYTES - 1)));
  for (const write of [...failed, ...later].toReversed()) undo(write);

  for (const { offset, bytes } of written) content.write(offset, bytes);
  content.resize(sizeBytes);
  return seen.flatMap(({ offset, bytes }) => {
    const before = rangeOf(content, offset, offset + bytes.length).bytes;
    if (before.equals(bytes)) return [];
    content.write(offset, bytes);
    return [{ kind: 'write', inode: failed[0]!.inode, offset, length: bytes.length, sizeBefore: sizeBytes, sizeAfter: sizeBytes, before }];
  });
}

/** What a file holds from one offset to another, as far as it reaches. */
function rangeOf(content: Content, from: number, to: number): { offset: number; bytes: Buffer } {
  const bytes = Buffer.alloc(Math.max(0, Math.min(to, content.sizeBytes) - from));
  content.read(from, bytes);
  return { offset: from, bytes };
}

const down = (offset: number) => offset - (offset % PAGE_BYTES);
