import { createWriteStream, type WriteStream } from 'node:fs';

/** How much of what a node or broker prints is kept per run: what it printed first, and what it printed last. */
export const LOG_HEAD_BYTES = 15 * 2 ** 20;
export const LOG_TAIL_BYTES = 2 ** 20;

/**
 * A log file that cannot grow beyond 16 MiB: the first 15 MiB are written as they come, of all that follows the last MiB at
 * the end, and between the two how much is left out.
 */
export class CappedLog {
  readonly #stream: WriteStream;
  #writtenBytes = 0;
  #leftOutBytes = 0;
  /** Two halves of the tail: when the younger one is full, the older one is left out. */
  #older: string[] = [];
  #olderBytes = 0;
  #younger: string[] = [];
  #youngerBytes = 0;
  /** What the file could not take, such as ENOSPC: the log is lost from there on, the run is not. */
  problem: Error | undefined;

  constructor(file: string) {
    this.#stream = createWriteStream(file, { flags: 'a' });
    this.#stream.on('error', (error) => (this.problem ??= error));
  }

  line(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#youngerBytes === 0 && this.#olderBytes === 0 && this.#writtenBytes + bytes <= LOG_HEAD_BYTES) {
      this.#writtenBytes += bytes;
      this.#stream.write(`${line}\n`);
      return;
    }
    if (this.#youngerBytes === 0 && this.#olderBytes === 0) {
      this.#stream.write(`[brownout: more than ${LOG_HEAD_BYTES / 2 ** 20} MiB of output; of what follows only the end is kept, and written when the run is over]\n`);
    }
    if (this.#youngerBytes + bytes > LOG_TAIL_BYTES / 2) {
      this.#leftOutBytes += this.#olderBytes;
      [this.#older, this.#olderBytes] = [this.#younger, this.#youngerBytes];
      [this.#younger, this.#youngerBytes] = [[], 0];
    }
    this.#younger.push(line);
    this.#youngerBytes += bytes;
  }

  /** Writes what is left; resolves once the file is closed, or it is known that it cannot be written. May be called again. */
  end(): Promise<void> {
    const tail = [...this.#older, ...this.#younger];
    [this.#older, this.#younger, this.#olderBytes, this.#youngerBytes] = [[], [], 0, 0];
    if (this.#leftOutBytes > 0) tail.unshift(`[brownout: ${this.#leftOutBytes} bytes are left out here]`);
    this.#leftOutBytes = 0;
    return new Promise((resolve) => {
      if (this.#stream.closed) return resolve();
      this.#stream.once('close', resolve);
      if (!this.#stream.writableEnded) this.#stream.end(tail.length > 0 ? `${tail.join('\n')}\n` : undefined);
    });
  }
}
