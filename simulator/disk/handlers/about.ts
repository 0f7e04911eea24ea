import type { Inode } from '../inode.ts';
import type { Volume } from '../volume.ts';
import { EEXIST, ENODATA, ERANGE } from '../wire/errno.ts';
import { INIT_FLAGS, MAX_PAGES, MAX_WRITE_BYTES, VERSION, XATTR } from '../wire/protocol.ts';
import type { Reply } from '../wire/reply.ts';
import type { Handlers } from './handler.ts';

const BLOCK_BYTES = 4096;

/** What the kernel wants to know about the disk and its files: attributes, extended attributes, free space. */
export const about: Handlers = {
  init(_volume, request, reply) {
    const [readAheadBytes, offered] = [request.u32(8), request.u32(12)];
    reply.u32(VERSION.major).u32(VERSION.minor).u32(readAheadBytes).u32((offered & INIT_FLAGS) >>> 0);
    reply.u16(12).u16(9).u32(MAX_WRITE_BYTES).u32(1).u16(MAX_PAGES).zeros(34);
  },

  getattr: (volume, request, reply) => void reply.zeros(16).attributes(volume.find(request.inode)),

  statfs(volume, _request, reply) {
    const blocks = (bytes: number) => Math.max(0, Math.floor(bytes / BLOCK_BYTES));
    const free = blocks(volume.freeBytes);
    reply.u64(blocks(volume.options.quotaBytes)).u64(free).u64(free).u64(1e6).u64(1e6 - volume.inodeCount);
    reply.u32(BLOCK_BYTES).u32(255).u32(BLOCK_BYTES).zeros(28);
  },

  setxattr(volume, request) {
    volume.refuseIfReadOnly();
    const inode = volume.find(request.inode);
    const [bytes, flags] = [request.u32(0), request.u32(4)];
    const name = request.text(8);
    if (flags & XATTR.create && inode.xattrs.has(name)) throw EEXIST;
    if (flags & XATTR.replace && !inode.xattrs.has(name)) throw ENODATA;
    setXattr(volume, inode, name, Buffer.from(request.bytes(request.after(8), bytes)));
  },

  removexattr(volume, request) {
    volume.refuseIfReadOnly();
    const inode = volume.find(request.inode);
    if (!inode.xattrs.has(request.text(0))) throw ENODATA;
    setXattr(volume, inode, request.text(0), undefined);
  },

  getxattr(volume, request, reply) {
    const value = volume.find(request.inode).xattrs.get(request.text(8));
    if (!value) throw ENODATA;
    valueOrSize(reply, value, request.u32(0));
  },

  listxattr(volume, request, reply) {
    const names = [...volume.find(request.inode).xattrs.keys()].map((name) => `${name}\0`).join('');
    valueOrSize(reply, Buffer.from(names), request.u32(0));
  },
};

/** Who asks with no space wants to know how much it takes. */
function valueOrSize(reply: Reply, value: Buffer, spaceBytes: number): void {
  if (spaceBytes === 0) reply.u32(value.length).u32(0);
  else if (spaceBytes < value.length) throw ERANGE;
  else reply.bytes(value);
}

function setXattr(volume: Volume, inode: Inode, name: string, value: Buffer | undefined): void {
  const set = (to: Buffer | undefined) => void (to ? inode.xattrs.set(name, to) : inode.xattrs.delete(name));
  const before = inode.xattrs.get(name);
  volume.attribute(inode, { redo: () => set(value), undo: () => set(before) });
}
