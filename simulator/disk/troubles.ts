/** What can be wrong with a disk, one at a time; several may be in force at once. */
export type Trouble =
  /** Nothing is free any more: files grow only into what the node itself frees from now on (ENOSPC). */
  | { kind: 'full' }
  /** It takes no writes of any kind, as after an error that made the kernel remount it (EROFS). */
  | { kind: 'read-only' }
  /** Every read, write and sync takes this much longer. */
  | { kind: 'slow'; latencyMs: number }
  /** This many syncs fail with EIO, and what they were for never gets to the disk. */
  | { kind: 'failing-sync'; times: number }
  /** Syncs succeed at once and do nothing, as with a drive that confirms out of its cache. */
  | { kind: 'lying-sync' };

/** A trouble in force, and how many requests it has hit. */
export type Imposed = Trouble & { hits: number; mostBytes?: number };

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** The troubles of one disk by the number that they were given. */
export class Troubles {
  readonly #imposed = new Map<number, Imposed>();

  impose(id: number, trouble: Trouble, usedBytes: number): void {
    this.#imposed.set(id, { ...trouble, hits: 0, ...(trouble.kind === 'full' ? { mostBytes: usedBytes } : {}) });
  }

  /** Undefined if it was lifted already. */
  hits(id: number): number | undefined {
    return this.#imposed.get(id)?.hits;
  }

  lift(id: number): Imposed | undefined {
    const imposed = this.#imposed.get(id);
    this.#imposed.delete(id);
    return imposed;
  }

  /** How many bytes files may take in all, while the disk is full. */
  get mostBytes(): number {
    return Math.min(...[...this.#imposed.values()].map((it) => it.mostBytes ?? Infinity), Infinity);
  }

  /** Whether a trouble of this kind hits now; counted as a hit of each of them. */
  hit(kind: Trouble['kind'], applies: (imposed: Imposed) => boolean = () => true): boolean {
    let hit = false;
    for (const imposed of this.#imposed.values()) {
      if (imposed.kind !== kind || !applies(imposed)) continue;
      imposed.hits++;
      hit = true;
    }
    return hit;
  }

  /** Takes as long as the slowness in force adds up to. The whole disk waits, as a disk does one thing at a time. */
  delay(): void {
    let delayMs = 0;
    this.hit('slow', (it) => (delayMs += (it as { latencyMs: number }).latencyMs) > 0);
    if (delayMs > 0) Atomics.wait(sleeper, 0, 0, delayMs);
  }
}
