import type { Inode } from './inode.ts';
import { point } from './inode.ts';

/** Bytes written to a file, or its size changed (`length` 0). */
export interface Write {
  kind: 'write';
  inode: Inode;
  offset: number;
  length: number;
  sizeBefore: number;
  sizeAfter: number;
  /** What was there before, from `offset` on, as far as there was something. */
  before: Uint8Array;
}

/** One change of names: created, linked, renamed, exchanged, removed. All of it is undone, or nothing. */
export interface Naming {
  kind: 'naming';
  changes: { folder: Inode; name: string; before: Inode | undefined; after: Inode | undefined }[];
}

/** Mode and owner, or an extended attribute. */
export interface Attribute {
  kind: 'attribute';
  inode: Inode;
  undo(): void;
  redo(): void;
}

export type Operation = Write | Naming | Attribute;

/** The files and folders whose sync makes an operation safe. */
export function touchedBy(operation: Operation): Inode[] {
  return operation.kind === 'naming' ? operation.changes.map(({ folder }) => folder) : [operation.inode];
}

/** Every inode that must be kept for as long as the operation may be taken back. */
export function mentionedBy(operation: Naming | Attribute): Inode[] {
  if (operation.kind === 'attribute') return [operation.inode];
  return operation.changes.flatMap(({ folder, before, after }) => [folder, before, after].filter((it) => it !== undefined));
}

/** Takes an operation back. Everything newer has been taken back already. */
export function undo(operation: Operation): void {
  if (operation.kind === 'attribute') operation.undo();
  else if (operation.kind === 'naming') for (const { folder, name, before } of operation.changes) point(folder, name, before);
  else {
    operation.inode.content!.resize(operation.sizeBefore);
    if (operation.before.length > 0) operation.inode.content!.write(operation.offset, operation.before);
  }
}

/** Does it once more, as whole as it was; what a write wrote is up to who remembers it. */
export function redo(operation: Naming | Attribute): void {
  if (operation.kind === 'attribute') operation.redo();
  else for (const { folder, name, after } of operation.changes) point(folder, name, after);
}
