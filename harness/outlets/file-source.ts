import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { LineSplitter } from './line-splitter.ts';
import type { Limit } from './limits.ts';
import { partProblem, type Part } from './part.ts';
import { openRegular } from './regular-file.ts';
import { takeLine, type RowSource, type RowTaker } from './rows.ts';

const PIECE_BYTES = 256 * 1024;
/** So much before the place is compared with what stood there, to tell a file that grew from one that was written anew. */
const MARK_BYTES = 64;

/** How far a file has been read. */
interface Place {
  device: number;
  inode: number;
  bytes: number;
  mark: Buffer;
  splitter: LineSplitter;
}

/** A file of JSON lines. Each read goes on where the last one ended, unless the file was replaced, cut or written anew. */
export class FileSource implements RowSource {
  readonly #file: string;
  readonly #part: Part;
  #place: Place | undefined;

  constructor(file: string, part: Part) {
    this.#file = file;
    this.#part = part;
  }

  async read(_cursor: string, limit: Limit, taker: RowTaker): Promise<void> {
    const opening = openRegular(this.#file);
    const { handle, found } = await limit.race(opening).catch((error: Error) => {
      void opening.then((late) => late.handle.close()).catch(() => {});
      throw limit.signal.aborted ? error : partProblem(this.#part, error.message);
    });
    try {
      const place = (await limit.race(this.#same(handle, found))) ?? this.#start(found, taker);
      this.#place = place;
      await readOn(handle, found.size, place, limit, taker);
    } finally {
      void handle.close().catch(() => {});
    }
  }

  /** The place, if the file still is what it was up to there. */
  async #same(handle: FileHandle, { dev, ino, size }: Stats): Promise<Place | undefined> {
    const place = this.#place;
    if (!place || place.device !== dev || place.inode !== ino || size < place.bytes) return undefined;
    const before = Buffer.alloc(place.mark.length);
    await handle.read(before, 0, before.length, place.bytes - before.length);
    return before.equals(place.mark) ? place : undefined;
  }

  #start({ dev, ino }: Stats, taker: RowTaker): Place {
    taker.anew();
    return { device: dev, inode: ino, bytes: 0, mark: Buffer.alloc(0), splitter: new LineSplitter() };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Up to the size that the file had as it was opened: one that grows faster than it is read would have no end. The last line may be in the writing. */
async function readOn(handle: FileHandle, size: number, place: Place, limit: Limit, taker: RowTaker): Promise<void> {
  const buffer = Buffer.alloc(Math.min(PIECE_BYTES, Math.max(1, size - place.bytes)));
  while (place.bytes < size) {
    const { bytesRead } = await limit.race(handle.read(buffer, 0, Math.min(buffer.length, size - place.bytes), place.bytes));
    if (bytesRead === 0) return; // it was cut meanwhile
    const piece = buffer.subarray(0, bytesRead);
    limit.tookBytes(bytesRead);
    place.bytes += bytesRead;
    place.mark = Buffer.concat([place.mark, piece.subarray(-MARK_BYTES)]).subarray(-MARK_BYTES);
    place.splitter.push(piece, (line, whole) => takeLine(line, whole, taker));
  }
}
