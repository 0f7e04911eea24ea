import { ROW_BYTES } from './limits.ts';

const LF = 10;

/** Makes lines of bytes that come in pieces. Of a line that is longer than a row may be, only the beginning is kept. */
export class LineSplitter {
  #pending: Buffer[] = [];
  #bytes = 0;

  /** Calls back for each line that ends in this piece, without its LF. `whole` is false where it was too long. */
  push(piece: Buffer, onLine: (text: string, whole: boolean) => void): void {
    for (let start = 0; start < piece.length; ) {
      const end = piece.indexOf(LF, start);
      this.#keep(piece.subarray(start, end === -1 ? undefined : end));
      if (end === -1) return;
      const text = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
      const whole = this.#bytes <= ROW_BYTES;
      this.#pending = [];
      this.#bytes = 0;
      onLine(text.toString('utf8'), whole);
      start = end + 1;
    }
  }

  #keep(part: Buffer): void {
    const room = ROW_BYTES - this.#bytes;
    // A copy: the caller may read into the same buffer again.
    if (room > 0 && part.length > 0) this.#pending.push(Buffer.from(part.subarray(0, room)));
    this.#bytes += part.length;
  }
}
