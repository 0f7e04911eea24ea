import type { ReadingsEntry } from './entries.ts';

/** When each machine was last read. Usually one entry holds the last reading of all of them, and then it is noted once. */
export class LastRead {
  readonly #machines: number;
  #together: ReadingsEntry | undefined;
  /** By device: what came after `#together`. */
  #apart: (ReadingsEntry | undefined)[] = [];

  constructor(machines: number) {
    this.#machines = machines;
  }

  of(device: number): ReadingsEntry | undefined {
    return this.#apart[device] ?? this.#together;
  }

  /** The entry that holds the last reading of every machine, if there is one. */
  get ofAll(): ReadingsEntry | undefined {
    return this.#apart.length === 0 ? this.#together : undefined;
  }

  note(entry: ReadingsEntry): void {
    const { devices } = entry.batch;
    if (devices.length < this.#machines) {
      for (const device of devices) this.#apart[device] = entry;
      return;
    }
    this.#together = entry;
    if (this.#apart.length > 0) this.#apart = [];
  }

  copy(): LastRead {
    const copy = new LastRead(this.#machines);
    copy.#together = this.#together;
    copy.#apart = this.#apart.slice();
    return copy;
  }
}
