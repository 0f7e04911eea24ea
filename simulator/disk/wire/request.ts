import { readSync } from 'node:fs';
import { REQUEST_BUFFER_BYTES, REQUEST_HEADER_BYTES as BODY } from './protocol.ts';

/** One request of the kernel, read into a buffer that is used again for the next. Offsets count from the end of its header. */
export class Request {
  readonly #bytes = Buffer.alloc(REQUEST_BUFFER_BYTES);
  readonly #words = new Uint32Array(this.#bytes.buffer, this.#bytes.byteOffset, REQUEST_BUFFER_BYTES / 4);

  /** Blocks until there is a request; false once the disk is unmounted. */
  read(device: number): boolean {
    for (;;) {
      try {
        return readSync(device, this.#bytes, 0, REQUEST_BUFFER_BYTES, null) > 0;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENODEV') return false;
        if (code !== 'ENOENT' && code !== 'EINTR' && code !== 'EAGAIN') throw error; // ENOENT: taken back before we saw it
      }
    }
  }

  get length(): number {
    return this.#words[0]!;
  }
  get opcode(): number {
    return this.#words[1]!;
  }
  /** The two halves of what the reply has to repeat. */
  get unique(): [low: number, high: number] {
    return [this.#words[2]!, this.#words[3]!];
  }
  get inode(): number {
    return this.#words[4]! + this.#words[5]! * 2 ** 32;
  }
  get uid(): number {
    return this.#words[6]!;
  }
  get gid(): number {
    return this.#words[7]!;
  }

  u32(offset: number): number {
    return this.#words[(BODY + offset) >> 2]!;
  }

  u64(offset: number): number {
    return this.u32(offset) + this.u32(offset + 4) * 2 ** 32;
  }

  /** The text at this offset up to its NUL. */
  text(offset: number): string {
    return this.#bytes.toString('utf8', BODY + offset, this.#bytes.indexOf(0, BODY + offset));
  }

  /** Where the text at this offset is over, its NUL included. */
  after(offset: number): number {
    return this.#bytes.indexOf(0, BODY + offset) + 1 - BODY;
  }

  /** A view into the buffer: valid until the next request. */
  bytes(offset: number, length: number): Buffer {
    return this.#bytes.subarray(BODY + offset, BODY + offset + length);
  }
}
