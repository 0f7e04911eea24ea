import { Content } from './content.ts';
import { cutPower, type CutMode, type CutReport } from './cut.ts';
import { Inode, point } from './inode.ts';
import { Journal, MOST_BYTES, type Metadata } from './journal.ts';
import type { Attribute, Naming } from './operation.ts';
import { Troubles } from './troubles.ts';
import { EIO, ENOENT, ENOSPC, EROFS } from './wire/errno.ts';
import { MODE, ROOT_ID } from './wire/protocol.ts';

export interface VolumeOptions {
  metadata: Metadata;
  quotaBytes: number;
  /** Where the contents of files lie, as files without names. */
  contentFolder: string;
}

/** What a disk has been asked to do since it was mounted. */
export interface Counts {
  writes: number;
  writtenBytes: number;
  syncs: number;
  cuts: number;
}

type Listing = [name: string, inode: Inode][];

/** A file system in memory, but for the contents of its files, that knows what a power cut would leave of it. */
export class Volume {
  readonly options: VolumeOptions;
  readonly root: Inode;
  readonly troubles = new Troubles();
  readonly counts: Counts = { writes: 0, writtenBytes: 0, syncs: 0, cuts: 0 };
  readonly journal: Journal;
  /** What is listed of each open folder: its entries when it was opened, so that removing them meanwhile skips none. */
  readonly listings = new Map<number, Listing>();
  #nextListing = 1;
  readonly #inodes = new Map<number, Inode>();
  #nextId = ROOT_ID;
  #usedBytes = 0;

  constructor(options: VolumeOptions) {
    this.options = options;
    this.journal = new Journal(options.metadata, (inode) => this.releaseIfGone(inode));
    this.root = this.make({ mode: MODE.folder | 0o755, uid: process.getuid!(), gid: process.getgid!() });
    this.root.names = 1;
  }

  get inodeCount(): number {
    return this.#inodes.size;
  }

  /** The bytes of all files that some program can reach. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** What is left for files to grow, by the quota or by what filled the disk. */
  get freeBytes(): number {
    return Math.min(this.options.quotaBytes, this.troubles.mostBytes) - this.#usedBytes;
  }

  find(id: number): Inode {
    const inode = this.#inodes.get(id);
    if (!inode) throw ENOENT;
    return inode;
  }

  /** A new inode, without a name yet. */
  make({ mode, uid, gid, device, target }: { mode: number; uid: number; gid: number; device?: number; target?: string }): Inode {
    const content = (mode & MODE.type) === MODE.file ? new Content(this.options.contentFolder) : undefined;
    const inode = new Inode(this.#nextId++, { mode, uid, gid, device, target, content });
    this.#inodes.set(inode.id, inode);
    return inode;
  }

  /** The handle of a new listing. */
  list(entries: Listing): number {
    this.listings.set(this.#nextListing, entries);
    return this.#nextListing++;
  }

  refuseIfReadOnly(): void {
    if (this.troubles.hit('read-only')) throw EROFS;
  }

  /** Changes names, all at once, and remembers how to change them back. */
  name(...changes: { folder: Inode; name: string; after: Inode | undefined }[]): void {
    const naming: Naming = { kind: 'naming', changes: changes.map((it) => ({ ...it, before: it.folder.entries!.get(it.name) })) };
    for (const { folder, name, before, after } of naming.changes) {
      point(folder, name, after);
      folder.touched('content');
      for (const inode of [before, after]) inode?.touched('attributes');
    }
    this.journal.add(naming);
    for (const { before } of naming.changes) if (before) this.releaseIfGone(before);
  }

  /** Changes mode, owner or an extended attribute; `change` is done now, and once more if it survives a cut. */
  attribute(inode: Inode, change: { redo(): void; undo(): void }): void {
    change.redo();
    inode.touched('attributes');
    this.journal.add({ kind: 'attribute', inode, ...change } satisfies Attribute);
  }

  write(inode: Inode, offset: number, bytes: Uint8Array): void {
    const content = inode.content!;
    const sizeBefore = content.sizeBytes;
    const end = offset + bytes.length;
    this.#refuseToGrow(end - sizeBefore);
    const before = new Uint8Array(Math.max(0, Math.min(end, sizeBefore) - offset));
    content.read(offset, before);
    content.write(offset, bytes);
    this.#usedBytes += content.sizeBytes - sizeBefore;
    inode.touched('content');
    this.journal.add({ kind: 'write', inode, offset, length: bytes.length, sizeBefore, sizeAfter: content.sizeBytes, before });
    this.counts.writes++;
    this.counts.writtenBytes += bytes.length;
  }

  resize(inode: Inode, sizeBytes: number): void {
    const content = inode.content!;
    const sizeBefore = content.sizeBytes;
    if (sizeBytes === sizeBefore) return;
    this.#refuseToGrow(sizeBytes - sizeBefore);
    const tooMuch = sizeBefore - sizeBytes > MOST_BYTES; // more than is remembered for a cut: it gets to the disk at once
    const before = new Uint8Array(tooMuch ? 0 : Math.max(0, sizeBefore - sizeBytes));
    content.read(sizeBytes, before);
    content.resize(sizeBytes);
    this.#usedBytes += sizeBytes - sizeBefore;
    inode.touched('content');
    if (tooMuch) this.journal.drop(inode);
    else this.journal.add({ kind: 'write', inode, offset: sizeBytes, length: 0, sizeBefore, sizeAfter: sizeBytes, before });
  }

  sync(inode: Inode): void {
    this.counts.syncs++;
    if (this.troubles.hit('failing-sync', (it) => it.hits < (it as { times: number }).times)) {
      this.journal.fail(inode);
      throw EIO;
    }
    if (!this.troubles.hit('lying-sync')) this.journal.sync(inode);
  }

  /** The kernel has forgotten so many look-ups of it. */
  forget(id: number, lookups: number): void {
    const inode = this.#inodes.get(id);
    if (!inode || inode === this.root) return;
    inode.lookups -= lookups;
    this.releaseIfGone(inode);
  }

  /** Gives back what nobody can reach: its space at once, the rest when no power cut can bring it back. */
  releaseIfGone(inode: Inode): void {
    if (inode.reachable) return;
    if (!inode.spaceReleased) {
      inode.spaceReleased = true;
      this.#usedBytes -= inode.sizeBytes;
    }
    if (inode.mentions > 0) return;
    this.journal.drop(inode);
    inode.content?.close();
    this.#inodes.delete(inode.id);
  }

  /** The power is cut. Programs that still run see what is left. Returns what was lost, and what the kernel must look at anew. */
  cut(options: { mode: CutMode; seed: number }): { report: CutReport; changed: number[] } {
    this.counts.cuts++;
    const { report, changed } = cutPower(this.journal, this.options.metadata, options);
    this.#usedBytes = 0;
    for (const inode of this.#inodes.values()) {
      inode.spaceReleased = false;
      this.#usedBytes += inode.sizeBytes;
    }
    for (const inode of this.#inodes.values()) this.releaseIfGone(inode);
    return { report, changed: [...changed].filter(({ lookups }) => lookups > 0).map(({ id }) => id) };
  }

  #refuseToGrow(bytes: number): void {
    if (bytes <= 0) return;
    const needed = this.#usedBytes + bytes;
    if (this.troubles.hit('full', ({ mostBytes }) => needed > mostBytes!)) throw ENOSPC;
    if (needed > this.options.quotaBytes) throw ENOSPC;
  }
}
