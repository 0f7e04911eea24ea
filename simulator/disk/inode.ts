import type { Content } from './content.ts';
import type { Write } from './operation.ts';
import { MODE } from './wire/protocol.ts';

/** A file, a folder, a symbolic link, a socket or a pipe, as the programs see it now. */
export class Inode {
  readonly id: number;
  mode: number;
  uid: number;
  gid: number;
  /** Of a device file. */
  readonly device: number;
  atimeMs = Date.now();
  mtimeMs = this.atimeMs;
  ctimeMs = this.atimeMs;
  readonly xattrs = new Map<string, Buffer>();

  /** Of a folder. */
  readonly entries: Map<string, Inode> | undefined;
  parent: Inode | undefined;
  /** How many folders are in this one; each has an entry that leads back. */
  subfolders = 0;
  /** Of a file. */
  readonly content: Content | undefined;
  /** What was written to this file and not yet synced, oldest first. */
  readonly pending = new Set<Write>();
  /** Of a symbolic link. */
  readonly target: string | undefined;

  /** How many names lead here. */
  names = 0;
  /** How many times the kernel has looked it up and not yet forgotten it: it may be open. */
  lookups = 0;
  /** How many changes of names that a power cut may undo mention it. */
  mentions = 0;
  /** Its bytes no longer count as used. */
  spaceReleased = false;

  constructor(id: number, init: { mode: number; uid: number; gid: number; device?: number; content?: Content; target?: string }) {
    this.id = id;
    this.mode = init.mode;
    this.uid = init.uid;
    this.gid = init.gid;
    this.device = init.device ?? 0;
    this.content = init.content;
    this.target = init.target;
    if (this.isFolder) this.entries = new Map();
  }

  get isFolder(): boolean {
    return (this.mode & MODE.type) === MODE.folder;
  }

  get sizeBytes(): number {
    return this.content?.sizeBytes ?? (this.target === undefined ? 0 : Buffer.byteLength(this.target));
  }

  /** As `stat` shows it: a folder counts its own entry `.` and the `..` of every folder in it. */
  get linkCount(): number {
    return this.entries && this.names > 0 ? 2 + this.subfolders : this.names;
  }

  /** Whether any program can still reach it. */
  get reachable(): boolean {
    return this.names > 0 || this.lookups > 0;
  }

  touched(what: 'content' | 'attributes'): void {
    this.ctimeMs = Date.now();
    if (what === 'content') this.mtimeMs = this.ctimeMs;
  }
}

/** Makes a name lead somewhere else or, with undefined, nowhere. The one place where names and their counts change. */
export function point(folder: Inode, name: string, to: Inode | undefined): void {
  const from = folder.entries!.get(name);
  if (from === to) return;
  if (from) {
    from.names--;
    if (from.isFolder) folder.subfolders--;
    folder.entries!.delete(name);
  }
  if (to) {
    to.names++;
    if (to.isFolder) {
      folder.subfolders++;
      to.parent = folder;
    }
    folder.entries!.set(name, to);
  }
}
