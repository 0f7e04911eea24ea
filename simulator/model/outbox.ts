import { readingsIn } from './entries.ts';
import type { Entry, NewEntry, ReadingsEntry } from './entries.ts';

/** When a boot began by the calendar, as far as the gateway knows. */
export interface BootRecord {
  startsAtMicros: number;
  /** Confirmed by the time service, so that stamps of this boot are not uncertain. */
  confirmed: boolean;
}

/**
 * The gateway's disk: a queue of entries in the order of seq, with two depths. What was appended is in the page cache:
 * it survives a crash. What was synced survives a power cut. A removal is a write like any other: a power cut can undo
 * it, and the entry is sent again.
 */
export class Outbox {
  /** What the gateway knows of its boots, oldest first; index 0 is the calendar itself. Written rarely, always synced. */
  readonly boots: BootRecord[] = [{ startsAtMicros: 0, confirmed: true }];
  /** Keys of what was typed in at the panel. */
  readonly keys = new Set<string>();
  nextSeq = 1;
  /** Readings held. */
  readings = 0;
  /** By device: its last entry in the page cache. */
  last: (ReadingsEntry | undefined)[];
  #syncedLast: (ReadingsEntry | undefined)[];
  #syncedSeq = 0;
  /** `#entries[i]` has the seq `#firstSeq + i`. */
  #entries: (Entry | undefined)[] = [];
  #head = 0;
  #firstSeq = 1;
  #unsynced: Entry[] = [];
  #removedUnsynced: Entry[] = [];

  constructor(machines: number) {
    this.last = new Array(machines);
    this.#syncedLast = new Array(machines);
  }

  /** The smallest seq that may be held. */
  get oldestSeq(): number {
    return this.#firstSeq + this.#head;
  }

  /** Entries that are appended but not synced. */
  get unsynced(): number {
    return this.#unsynced.length;
  }

  get isEmpty(): boolean {
    return this.#head === this.#entries.length;
  }

  get(seq: number): Entry | undefined {
    return this.#entries[seq - this.#firstSeq];
  }

  append(entry: NewEntry): Entry {
    const appended = entry as Entry;
    appended.seq = this.nextSeq++;
    this.#entries.push(appended);
    this.#unsynced.push(appended);
    this.readings += readingsIn(appended);
    if (appended.kind === 'readings') for (const d of appended.batch.devices) this.last[d] = appended;
    if (appended.kind === 'manual') this.keys.add(appended.key);
    return appended;
  }

  /** Takes a number and remembers the machines as read, but holds nothing. */
  passBy(entry: NewEntry): Entry {
    const passed = this.append(entry);
    this.remove(passed.seq);
    return passed;
  }

  /** Everything up to this seq is on the platter, and so are the removals. */
  synced(throughSeq = this.nextSeq - 1): void {
    this.#syncedSeq = Math.max(this.#syncedSeq, throughSeq);
    let count = 0;
    for (const entry of this.#unsynced) {
      if (entry.seq > throughSeq) break;
      if (entry.kind === 'readings') for (const d of entry.batch.devices) this.#syncedLast[d] = entry;
      count++;
    }
    this.#unsynced = this.#unsynced.slice(count);
    this.#removedUnsynced = [];
  }

  remove(seq: number): Entry | undefined {
    const at = seq - this.#firstSeq;
    const entry = this.#entries[at];
    if (!entry) return undefined;
    this.#entries[at] = undefined;
    this.readings -= readingsIn(entry);
    this.#removedUnsynced.push(entry);
    this.#trim();
    return entry;
  }

  /** The page cache is gone; returns how many entries went with it. */
  losePageCache(): number {
    const lost = this.#unsynced.length;
    for (const entry of this.#unsynced) this.#forget(entry);
    for (const entry of this.#removedUnsynced) if (entry.seq <= this.#syncedSeq) this.#restore(entry);
    this.nextSeq = this.#syncedSeq + 1;
    if (this.nextSeq < this.#firstSeq) {
      this.#firstSeq = this.nextSeq;
      this.#head = 0;
    }
    this.#entries.length = this.nextSeq - this.#firstSeq;
    this.last = this.#syncedLast.slice();
    this.#unsynced = [];
    this.#removedUnsynced = [];
    this.#trim();
    return lost;
  }

  /** Nothing was ever on the disk. The numbering and the memory of devices go on: a gap can still be declared. */
  loseEverything(): void {
    for (let seq = this.oldestSeq; seq < this.nextSeq; seq++) this.remove(seq);
    this.synced();
  }

  /** What is held gets new numbers: nobody can tell any more that it was sent before. */
  renumber(): void {
    const held = this.#entries.filter((entry) => entry !== undefined);
    this.loseEverything();
    for (const entry of held) this.append({ ...entry });
    this.synced();
  }

  #forget(entry: Entry): void {
    if (this.#entries[entry.seq - this.#firstSeq]) this.readings -= readingsIn(entry);
    if (entry.kind === 'manual') this.keys.delete(entry.key);
  }

  #restore(entry: Entry): void {
    while (entry.seq < this.#firstSeq) {
      this.#entries.unshift(undefined);
      this.#firstSeq--;
    }
    this.#entries[entry.seq - this.#firstSeq] = entry;
    this.#head = Math.min(this.#head, entry.seq - this.#firstSeq);
    this.readings += readingsIn(entry);
  }

  #trim(): void {
    while (this.#head < this.#entries.length && this.#entries[this.#head] === undefined) this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#firstSeq += this.#head;
      this.#head = 0;
    }
  }
}
