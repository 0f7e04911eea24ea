import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';

let filesMade = 0;

const MOST_STALE_BYTES = 1 << 20;

/**
 * The bytes of one file of the disk. They lie in a nameless file of this machine, so that they take no memory and
 * vanish with the process, however it ends. It is made at the first write: most files of a disk are small or empty.
 */
export class Content {
  readonly #folder: string;
  #file: number | undefined;
  #sizeBytes = 0;
  /** What the nameless file holds; what it holds beyond the size is stale. */
  #heldBytes = 0;

  /** @param folder where the nameless files are made. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Fills the space from this offset on, as far as there is something; returns the number of bytes. */
  read(offset: number, space: Uint8Array): number {
    const length = Math.max(0, Math.min(space.length, this.#sizeBytes - offset));
    if (length === 0) return 0;
    const found = this.#file === undefined ? 0 : readSync(this.#file, space, 0, length, offset);
    space.fill(0, found, length);
    return length;
  }

  write(offset: number, bytes: Uint8Array): void {
    if (offset > this.#sizeBytes) this.#dropStale();
    this.#file ??= namelessFile(this.#folder);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done, bytes.length - done, offset + done);
    this.#sizeBytes = Math.max(this.#sizeBytes, offset + bytes.length);
    this.#heldBytes = Math.max(this.#heldBytes, this.#sizeBytes);
  }

  /** Cuts it off, or makes it longer with zeros. */
  resize(sizeBytes: number): void {
    if (sizeBytes > this.#sizeBytes) this.#dropStale();
    this.#sizeBytes = sizeBytes;
    if (this.#heldBytes - sizeBytes > MOST_STALE_BYTES) this.#dropStale();
  }

  /** Only when it matters: a cut shortens a file once for each line that was appended to it. */
  #dropStale(): void {
    if (this.#file === undefined || this.#heldBytes <= this.#sizeBytes) return;
    ftruncateSync(this.#file, this.#sizeBytes);
    this.#heldBytes = this.#sizeBytes;
  }

  /** Gives the space back; nothing can be read any more. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#sizeBytes = 0;
  }
}

function namelessFile(folder: string): number {
  const name = path.join(folder, `.brownout-${process.pid}-${filesMade++}`);
  const file = openSync(name, 'wx+', 0o600);
  unlinkSync(name);
  return file;
}
