import { rebase } from './failed-sync.ts';
import type { Inode } from './inode.ts';
import { mentionedBy, touchedBy, type Attribute, type Naming, type Operation, type Write } from './operation.ts';

/**
 * What happened to the disk and is not yet safe: the operations that a power cut may undo.
 *
 * The disk itself always holds what programs see. Each operation remembers what it replaced, so that a cut takes back
 * what was not synced, newest first, and a sync has nothing to do but to forget.
 */

export type Metadata = 'journal' | 'strict';

/** More than this is not remembered: the oldest gets to the disk by itself, as with a kernel that writes back. */
const MOST_OPERATIONS = 100_000;
export const MOST_BYTES = 256 << 20;

export class Journal {
  readonly #metadata: Metadata;
  readonly #settled: (inode: Inode) => void;
  /** All that is not safe, oldest first. */
  readonly #operations = new Set<Operation>();
  readonly #metadataOperations = new Set<Naming | Attribute>();
  /** What a failed sync has lost, though programs still see it: no later sync brings it to the disk. */
  readonly #failed = new Map<Inode, Write[]>();
  #bytes = 0;

  /**
   * @param metadata `journal`: a sync of anything makes every change of names and attributes before it safe, as ext4 and
   * xfs do. `strict`: a sync covers its own file or folder and nothing else, which is all that POSIX promises.
   * @param settled is told of each inode that an operation mentioned which is safe now.
   */
  constructor(metadata: Metadata, settled: (inode: Inode) => void) {
    this.#metadata = metadata;
    this.#settled = settled;
  }

  get operations(): number {
    return this.#operations.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(operation: Operation): void {
    this.#operations.add(operation);
    if (operation.kind === 'write') {
      operation.inode.pending.add(operation);
      this.#bytes += weight(operation);
    } else {
      this.#metadataOperations.add(operation);
      for (const inode of mentionedBy(operation)) inode.mentions++;
    }
    while (this.#operations.size > MOST_OPERATIONS || this.#bytes > MOST_BYTES) {
      const [oldest] = this.#operations;
      this.#forgetAll([oldest!]);
    }
  }

  /** What was done to this file or folder until now is safe. */
  sync(inode: Inode): void {
    const failed = this.#failed.get(inode);
    if (failed && inode.pending.size > 0) this.#failed.set(inode, rebase(inode.content!, failed, [...inode.pending]));
    this.#drain(inode);
    if (this.#metadataOperations.size > 0) this.#forgetAll(this.#metadata === 'journal' ? this.#metadataOperations : this.#closure(inode));
  }

  /** A sync of this file fails: the kernel takes its pages for written, and they never are. */
  fail(inode: Inode): void {
    if (inode.pending.size === 0) return;
    this.#failed.set(inode, [...(this.#failed.get(inode) ?? []), ...inode.pending]);
    this.#drain(inode);
  }

  /** Everything that was done until now is safe, but for what a failed sync has lost. */
  syncAll(): void {
    for (const operation of this.#operations) if (operation.kind === 'write') this.sync(operation.inode);
    this.#forgetAll(this.#metadataOperations);
  }

  /** Hands over all that is not safe, oldest first, and forgets it: what may survive a cut, and what cannot. */
  take(): { failed: Write[]; operations: Operation[] } {
    const failed = [...this.#failed.values()].flat();
    const operations = [...this.#operations];
    this.#failed.clear();
    for (const operation of operations) this.#remove(operation);
    return { failed, operations };
  }

  /** What was done to the contents of this file is no longer of interest: it is safe, or nothing can reach it any more. */
  drop(inode: Inode): void {
    this.#failed.delete(inode);
    this.#drain(inode);
  }

  /** In strict mode: what has to be safe for this inode to be, as no change of names outlives one that it builds upon. */
  #closure(inode: Inode): Operation[] {
    const covered = new Set([inode]);
    return [...this.#metadataOperations].toReversed().filter((operation) => {
      const touched = touchedBy(operation);
      if (!touched.some((it) => covered.has(it))) return false;
      for (const it of touched) covered.add(it);
      return true;
    });
  }

  #forgetAll(operations: Iterable<Operation>): void {
    for (const operation of operations) {
      this.#remove(operation);
      if (operation.kind !== 'write') for (const inode of mentionedBy(operation)) this.#settled(inode);
    }
  }

  #drain(inode: Inode): void {
    for (const write of inode.pending) this.#remove(write);
  }

  #remove(operation: Operation): void {
    this.#operations.delete(operation);
    if (operation.kind === 'write') {
      operation.inode.pending.delete(operation);
      this.#bytes -= weight(operation);
      return;
    }
    this.#metadataOperations.delete(operation);
    for (const inode of mentionedBy(operation)) inode.mentions--;
  }
}

const weight = ({ length, before }: Write) => length + before.length;
