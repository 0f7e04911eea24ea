import { writeSync } from 'node:fs';
import type { Inode } from '../inode.ts';
import { MAX_WRITE_BYTES, NOTIFY_INVALIDATE_INODE, REPLY_HEADER_BYTES } from './protocol.ts';

/** The reply to one request, built from its beginning to its end in a buffer that is used again for the next. */
export class Reply {
  readonly #bytes = Buffer.alloc(MAX_WRITE_BYTES + 4096);
  readonly #words = new Uint32Array(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length / 4);
  #end = REPLY_HEADER_BYTES;

  clear(): void {
    this.#end = REPLY_HEADER_BYTES;
  }

  get bodyBytes(): number {
    return this.#end - REPLY_HEADER_BYTES;
  }

  u32(value: number): this {
    this.#words[this.#end >> 2] = value;
    this.#end += 4;
    return this;
  }

  u16(value: number): this {
    this.#end = this.#bytes.writeUInt16LE(value, this.#end);
    return this;
  }

  u64(value: number): this {
    return this.u32(value).u32(Math.floor(value / 2 ** 32));
  }

  zeros(bytes: number): this {
    this.#bytes.fill(0, this.#end, this.#end + bytes);
    this.#end += bytes;
    return this;
  }

  bytes(content: Uint8Array): this {
    this.#bytes.set(content, this.#end);
    this.#end += content.length;
    return this;
  }

  text(text: string): this {
    this.#end += this.#bytes.write(text, this.#end);
    return this;
  }

  /** Lets `fill` write up to this many bytes; what it returns is how many it wrote. */
  fill(bytes: number, fill: (space: Buffer) => number): this {
    this.#end += fill(this.#bytes.subarray(this.#end, this.#end + bytes));
    return this;
  }

  /** `fuse_attr`. */
  attributes(inode: Inode): this {
    const { atimeMs, mtimeMs, ctimeMs, sizeBytes } = inode;
    this.u64(inode.id).u64(sizeBytes).u64(Math.ceil(sizeBytes / 512));
    for (const ms of [atimeMs, mtimeMs, ctimeMs]) this.u64(Math.floor(ms / 1000));
    for (const ms of [atimeMs, mtimeMs, ctimeMs]) this.u32(Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1e6));
    return this.u32(inode.mode).u32(inode.linkCount).u32(inode.uid).u32(inode.gid).u32(inode.device).u32(4096).u32(0);
  }

  /** `fuse_entry_out`; the kernel keeps neither the name nor the attributes: a power cut changes both behind its back. */
  entry(inode: Inode): this {
    return this.u64(inode.id).zeros(32).attributes(inode);
  }

  /** `fuse_open_out`. */
  opened(handle = 0): this {
    return this.u64(handle).zeros(8);
  }

  /** `fuse_dirent`, unless it does not fit into what is left of the size asked for. */
  folderEntry(name: string, inode: Inode, nextOffset: number, maxBytes: number): boolean {
    const nameBytes = Buffer.byteLength(name);
    const padding = -(24 + nameBytes) & 7;
    if (this.bodyBytes + 24 + nameBytes + padding > maxBytes) return false;
    this.u64(inode.id).u64(nextOffset).u32(nameBytes).u32(inode.mode >> 12).text(name).zeros(padding);
    return true;
  }

  /** `errno` 0 for success. A request that was taken back meanwhile needs no reply any more. */
  send(device: number, [low, high]: [number, number], errno: number): void {
    if (errno !== 0) this.clear();
    this.#words.set([this.#end, -errno, low, high]);
    write(device, this.#bytes.subarray(0, this.#end));
  }
}


/** Tells the kernel that everything it has cached of an inode is out of date. */
export function invalidateInode(device: number, inode: number): void {
  const message = Buffer.alloc(REPLY_HEADER_BYTES + 24);
  message.writeUInt32LE(message.length, 0);
  message.writeInt32LE(NOTIFY_INVALIDATE_INODE, 4);
  message.writeBigUInt64LE(BigInt(inode), REPLY_HEADER_BYTES);
  write(device, message);
}

function write(device: number, message: Uint8Array): void {
  try {
    writeSync(device, message);
  } catch (error) {
    if (!['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code!)) throw error;
  }
}
