import type { Inode } from './inode.ts';
import type { Journal, Metadata } from './journal.ts';
import { redo, touchedBy, undo, type Operation, type Write } from './operation.ts';
import { randomStream } from '../random.ts';

/**
 * - `none`: nothing that was not synced survives.
 * - `prefix`: it survives up to some moment, drawn from the seed, as on a disk that never changes the order.
 * - `torn`: each sector survives or does not, drawn from the seed, in whatever order the disk had in mind.
 */
export type CutMode = 'none' | 'prefix' | 'torn';
export const CUT_MODES = ['none', 'prefix', 'torn'] as const satisfies CutMode[];

/** What a power cut took: operations and bytes that programs had seen on the disk and that nobody had synced. */
export interface CutReport {
  lostWrites: number;
  lostBytes: number;
  /** Names and attributes: files that are gone or back again, renames undone. */
  lostMetadata: number;
  /** Operations that nobody had synced and that survived nevertheless. */
  survivingOperations: number;
}

/** What a disk writes as a whole or not at all. */
const SECTOR_BYTES = 512;

/** One operation, and which parts of it survive: [from, to) counted in bytes from its offset. */
interface Fate {
  operation: Operation;
  survives: boolean;
  parts: Part[];
  /** What a write wrote, once it is taken back. */
  bytes?: Buffer;
}
type Part = { from: number; to: number };

/** The power is gone: the disk is as it would be found at the next boot. Returns that, and the inodes that changed. */
export function cutPower(journal: Journal, metadata: Metadata, { mode, seed }: { mode: CutMode; seed: number }): { report: CutReport; changed: Set<Inode> } {
  const { failed, operations } = journal.take();
  const fates = decide(operations, mode, metadata, randomStream(seed, 'power cut'));
  for (const fate of fates.toReversed()) takeBack(fate);
  for (const write of failed.toReversed()) undo(write);
  for (const fate of fates) restore(fate);
  const changed = new Set([...failed, ...operations].flatMap(touchedBy));
  return { report: reportOf(fates, failed), changed };
}

function decide(operations: Operation[], mode: CutMode, metadata: Metadata, random: () => number): Fate[] {
  if (mode === 'none') return operations.map(lost);
  if (mode === 'prefix') return inOrder(operations, random);
  return inAnyOrder(operations, metadata, random);
}

/** Everything up to a moment, and of the write that it falls into, the first sectors. */
function inOrder(operations: Operation[], random: () => number): Fate[] {
  const last = Math.floor(random() * (operations.length + 1));
  return operations.map((operation, index) => {
    if (index < last) return whole(operation);
    const parts = index === last && operation.kind === 'write' ? sectors(operation) : [];
    return { operation, survives: false, parts: parts.slice(0, Math.floor(random() * parts.length)) };
  });
}

/** Sectors by themselves; names in their order, as a journal replays them, or where there is none, in any that makes sense. */
function inAnyOrder(operations: Operation[], metadata: Metadata, random: () => number): Fate[] {
  const changes = operations.filter(({ kind }) => kind !== 'write').length;
  let replayed = Math.floor(random() * (changes + 1));
  const broken = new Set<Inode>();
  return operations.map((operation) => {
    if (operation.kind === 'write') {
      const parts = joined(sectors(operation).filter(() => random() < 0.5));
      return { operation, survives: operation.length === 0 && random() < 0.5, parts };
    }
    const touched = touchedBy(operation);
    const survives = metadata === 'journal' ? replayed-- > 0 : random() < 0.5 && !touched.some((it) => broken.has(it));
    if (!survives) for (const inode of touched) broken.add(inode);
    return { operation, survives, parts: [] };
  });
}

const lost = (operation: Operation): Fate => ({ operation, survives: false, parts: [] });

function whole(operation: Operation): Fate {
  const parts = operation.kind === 'write' && operation.length > 0 ? [{ from: 0, to: operation.length }] : [];
  return { operation, survives: true, parts };
}

/** Neighbours as one. */
function joined(parts: Part[]): Part[] {
  const runs: Part[] = [];
  for (const { from, to } of parts) {
    const last = runs.at(-1);
    if (last?.to === from) last.to = to;
    else runs.push({ from, to });
  }
  return runs;
}

function sectors({ offset, length }: Write): Part[] {
  const parts: Part[] = [];
  for (let from = 0; from < length; ) {
    const to = Math.min(length, from + SECTOR_BYTES - ((offset + from) % SECTOR_BYTES));
    parts.push({ from, to });
    from = to;
  }
  return parts;
}

/** Undoes it, but keeps what survives in part: the file holds just what this write left there, as all newer ones are undone. */
function takeBack(fate: Fate): void {
  const { operation, parts } = fate;
  if (operation.kind === 'write' && parts.length > 0) {
    fate.bytes = Buffer.alloc(operation.length);
    operation.inode.content!.read(operation.offset, fate.bytes);
  }
  undo(operation);
}

function restore({ operation, survives, parts, bytes }: Fate): void {
  if (operation.kind !== 'write') {
    if (survives) redo(operation);
    return;
  }
  const content = operation.inode.content!;
  for (const { from, to } of parts) content.write(operation.offset + from, bytes!.subarray(from, to));
  if (survives && operation.length === 0) content.resize(operation.sizeAfter);
}

function reportOf(fates: Fate[], failed: Write[]): CutReport {
  const report: CutReport = { lostWrites: 0, lostBytes: 0, lostMetadata: 0, survivingOperations: 0 };
  for (const { operation, survives, parts } of [...failed.map(lost), ...fates]) {
    if (operation.kind === 'write') {
      const lostBytes = operation.length - parts.reduce((bytes, { from, to }) => bytes + to - from, 0);
      report.lostBytes += lostBytes;
      if (operation.length > 0 ? lostBytes === 0 : survives) report.survivingOperations++;
      else report.lostWrites++;
    } else if (survives) report.survivingOperations++;
    else report.lostMetadata++;
  }
  return report;
}
