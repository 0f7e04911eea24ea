import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** The memory of a process of ours. Opened for each piece of work: after an exec, what was opened before leads nowhere. */
export class ProcessMemory implements Disposable {
  readonly #file: number;

  constructor(pid: number) {
    this.#file = openSync(`/proc/${pid}/mem`, 'r+');
  }

  read(address: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    let read = 0;
    while (read < length) {
      const count = readSync(this.#file, bytes, read, length - read, address + read);
      if (count === 0) throw Object.assign(new Error('the process is gone'), { code: 'ESRCH' });
      read += count;
    }
    return bytes;
  }

  write(address: number, bytes: Buffer): void {
    if (writeSync(this.#file, bytes, 0, bytes.length, address) !== bytes.length) throw Object.assign(new Error('the process is gone'), { code: 'ESRCH' });
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
