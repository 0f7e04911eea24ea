import { ROW_BYTES } from './limits.ts';

const LF = 10;

/** Makes lines of bytes that come in pieces. Of a line that is longer than a row may be, only the beginning is kept. */
export class LineSplitter {
  #pending: Buffer[] = [];
  /** Of the line that has begun and not ended: more than is kept of it where it is too long. */
  #bytes = 0;

  /** Calls back for each line that ends in this piece, without its LF. `whole` is false where it was too long. */
  push(piece: Buffer, onLine: (text: string, whole: boolean) => void): void {
    const first = piece.indexOf(LF);
    if (first === -1) return this.#keep(piece);
    this.#keep(piece.subarray(0, first));
    const begun = Buffer.concat(this.#pending).toString('utf8');
    const whole = this.#bytes <= ROW_BYTES;
    this.#pending = [];
    this.#bytes = 0;
    onLine(begun, whole);
    const last = piece.lastIndexOf(LF);
    this.#keep(piece.subarray(last + 1));
    if (last === first) return;
    // All at once: a conversion per line takes longer than all else.
    for (const line of piece.toString('utf8', first + 1, last).split('\n')) onLine(line, line.length <= ROW_BYTES);
  }

  #keep(part: Buffer): void {
    const room = ROW_BYTES - this.#bytes;
    // A copy: the caller may read into the same buffer again.
    if (room > 0 && part.length > 0) this.#pending.push(Buffer.from(part.subarray(0, room)));
    this.#bytes += part.length;
  }
}
