import { readingsIn } from './entries.ts';
import type { Entry, NewEntry, ReadingsEntry } from './entries.ts';
import { LastRead } from './last-read.ts';

/** When a boot began by the calendar, as far as the gateway knows. */
export interface BootRecord {
  startsAtMicros: number;
  /** Confirmed by the time service, so that stamps of this boot are not uncertain. */
  confirmed: boolean;
  /** The machines' uptimes bridged the time since the boot before: then it began this much later than that one. */
  previous?: { boot: number; laterByMicros: number };
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
  /** As far as the page cache knows. */
  last: LastRead;
  #syncedLast: LastRead;
  /** Everything up to this seq survives a power cut. */
  syncedSeq = 0;
  /** `#entries[i]` has the seq `#firstSeq + i`. */
  #entries: (Entry | undefined)[] = [];
  #head = 0;
  #firstSeq = 1;
  /** No readings are held below it. */
  #readingsFromSeq = 1;
  #unsynced: Entry[] = [];
  #removedUnsynced: Entry[] = [];

  constructor(machines: number) {
    this.last = new LastRead(machines);
    this.#syncedLast = new LastRead(machines);
  }

  /** The smallest seq that may be held. */
  get oldestSeq(): number {
    return this.#firstSeq + this.#head;
  }

  /** Writes, appended entries and removals, that are not synced. */
  get unsyncedWrites(): number {
    return this.#unsynced.length + this.#removedUnsynced.length;
  }

  get isEmpty(): boolean {
    return this.#head === this.#entries.length;
  }

  get(seq: number): Entry | undefined {
    return this.#entries[seq - this.#firstSeq];
  }

  /** The entry with the oldest readings that are held. */
  oldestReadings(): ReadingsEntry | undefined {
    this.#readingsFromSeq = Math.max(this.#readingsFromSeq, this.oldestSeq);
    for (; this.#readingsFromSeq < this.nextSeq; this.#readingsFromSeq++) {
      const entry = this.get(this.#readingsFromSeq);
      if (entry?.kind === 'readings') return entry;
    }
    return undefined;
  }

  append(entry: NewEntry): Entry {
    const appended = entry as Entry;
    appended.seq = this.nextSeq++;
    this.#entries.push(appended);
    this.#unsynced.push(appended);
    this.readings += readingsIn(appended);
    if (appended.kind === 'readings') this.last.note(appended);
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
    this.syncedSeq = Math.max(this.syncedSeq, throughSeq);
    let count = 0;
    for (const entry of this.#unsynced) {
      if (entry.seq > throughSeq) break;
      if (entry.kind === 'readings') this.#syncedLast.note(entry);
      count++;
    }
    this.#unsynced = this.#unsynced.slice(count);
    this.#removedUnsynced = [];
  }

  /** The disk says so, and it is not true. */
  believedSynced(throughSeq: number): void {
    this.syncedSeq = Math.max(this.syncedSeq, throughSeq);
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

  /** The page cache is gone; returns how many entries went with it. Their numbers are not given again. */
  losePageCache(): number {
    const lost = this.#unsynced.length;
    for (const entry of this.#unsynced) this.#forget(entry);
    for (const entry of this.#removedUnsynced) if (entry.seq <= this.syncedSeq) this.#restore(entry);
    this.last = this.#syncedLast.copy();
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
    const at = entry.seq - this.#firstSeq;
    if (this.#entries[at]) this.readings -= readingsIn(entry);
    this.#entries[at] = undefined;
    if (entry.kind === 'manual') this.keys.delete(entry.key);
  }

  #restore(entry: Entry): void {
    while (entry.seq < this.#firstSeq) {
      this.#entries.unshift(undefined);
      this.#firstSeq--;
    }
    this.#entries[entry.seq - this.#firstSeq] = entry;
    this.#head = Math.min(this.#head, entry.seq - this.#firstSeq);
    this.#readingsFromSeq = Math.min(this.#readingsFromSeq, entry.seq);
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
