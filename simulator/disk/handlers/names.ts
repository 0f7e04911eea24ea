import type { Inode } from '../inode.ts';
import type { Volume } from '../volume.ts';
import { EEXIST, EINVAL, ENAMETOOLONG, ENOENT, ENOTDIR, ENOTEMPTY } from '../wire/errno.ts';
import { MODE, OPEN, RENAME } from '../wire/protocol.ts';
import type { Reply } from '../wire/reply.ts';
import type { Request } from '../wire/request.ts';
import type { Handlers } from './handler.ts';

/** Look-ups, and everything that changes what names lead to. */
export const names: Handlers = {
  lookup(volume, request, reply) {
    const child = folderOf(volume, request).entries!.get(request.text(0));
    if (!child) throw ENOENT;
    entry(reply, child);
  },

  forget: (volume, request) => volume.forget(request.inode, request.u64(0)),

  'batch-forget'(volume, request) {
    for (let at = 8, left = request.u32(0); left > 0; at += 16, left--) volume.forget(request.u64(at), request.u64(at + 8));
  },

  mknod: (volume, request, reply) => entry(reply, create(volume, request, 16, { mode: request.u32(0), device: request.u32(4) })),
  mkdir: (volume, request, reply) => entry(reply, create(volume, request, 8, { mode: MODE.folder | request.u32(0) })),
  symlink: (volume, request, reply) => entry(reply, create(volume, request, 0, { mode: MODE.link | 0o777, target: request.text(request.after(0)) })),

  create(volume, request, reply) {
    const existing = folderOf(volume, request).entries!.get(request.text(16));
    if (existing && request.u32(0) & OPEN.exclusive) throw EEXIST;
    if (existing && request.u32(0) & OPEN.truncate) volume.resize(existing, 0);
    entry(reply, existing ?? create(volume, request, 16, { mode: MODE.file | request.u32(4) }));
    reply.opened();
  },

  /** A file that has no name (O_TMPFILE); it may be given one later, by `link`. */
  tmpfile(volume, request, reply) {
    volume.refuseIfReadOnly();
    entry(reply, volume.make({ mode: MODE.file | (request.u32(4) & MODE.permissions), uid: request.uid, gid: request.gid }));
    reply.opened();
  },

  link(volume, request, reply) {
    const inode = volume.find(request.u64(0));
    give(volume, request, 8, inode);
    entry(reply, inode);
  },

  unlink: (volume, request) => remove(volume, request),
  rmdir: (volume, request) => remove(volume, request),
  rename: (volume, request) => rename(volume, request, 8, 0),
  rename2: (volume, request) => rename(volume, request, 16, request.u32(8)),

  readlink: (volume, request, reply) => void reply.text(volume.find(request.inode).target ?? ''),

  opendir(volume, request, reply) {
    const folder = folderOf(volume, request);
    reply.opened(volume.list([['.', folder], ['..', folder.parent ?? folder], ...folder.entries!]));
  },

  readdir(volume, request, reply) {
    const listed = volume.listings.get(request.u64(0)) ?? [];
    for (let index = request.u64(8); index < listed.length; index++) {
      const [name, inode] = listed[index]!;
      if (!reply.folderEntry(name, inode, index + 1, request.u32(16))) return;
    }
  },

  releasedir: (volume, request) => void volume.listings.delete(request.u64(0)),
};

function entry(reply: Reply, inode: Inode): void {
  inode.lookups++;
  reply.entry(inode);
}

function folderOf(volume: Volume, request: Request, id = request.inode): Inode {
  const folder = volume.find(id);
  if (!folder.entries) throw ENOTDIR;
  return folder;
}

function create(volume: Volume, request: Request, nameAt: number, kind: { mode: number; device?: number; target?: string }): Inode {
  const type = kind.mode & MODE.type || MODE.file;
  const mode = type | (kind.mode & MODE.permissions);
  const inode = volume.make({ ...kind, mode, uid: request.uid, gid: request.gid });
  try {
    give(volume, request, nameAt, inode);
  } catch (error) {
    volume.releaseIfGone(inode);
    throw error;
  }
  return inode;
}

function give(volume: Volume, request: Request, nameAt: number, inode: Inode): void {
  volume.refuseIfReadOnly();
  const folder = folderOf(volume, request);
  const name = request.text(nameAt);
  if (Buffer.byteLength(name) > 255) throw ENAMETOOLONG;
  if (folder.entries!.has(name)) throw EEXIST;
  volume.name({ folder, name, after: inode });
}

function remove(volume: Volume, request: Request): void {
  volume.refuseIfReadOnly();
  const folder = folderOf(volume, request);
  const name = request.text(0);
  const inode = folder.entries!.get(name);
  if (!inode) throw ENOENT;
  if (inode.entries?.size) throw ENOTEMPTY;
  volume.name({ folder, name, after: undefined });
}

function rename(volume: Volume, request: Request, namesAt: number, flags: number): void {
  volume.refuseIfReadOnly();
  if (flags & ~(RENAME.noReplace | RENAME.exchange)) throw EINVAL;
  const from = { folder: folderOf(volume, request), name: request.text(namesAt) };
  const to = { folder: folderOf(volume, request, request.u64(0)), name: request.text(request.after(namesAt)) };
  if (Buffer.byteLength(to.name) > 255) throw ENAMETOOLONG;
  const moved = from.folder.entries!.get(from.name);
  const replaced = to.folder.entries!.get(to.name);
  if (!moved || (flags & RENAME.exchange && !replaced)) throw ENOENT;
  if (flags & RENAME.noReplace && replaced) throw EEXIST;
  if (moved === replaced) return;
  const exchanged = flags & RENAME.exchange ? replaced : undefined;
  if (!exchanged && replaced?.entries?.size) throw ENOTEMPTY;
  volume.name({ ...from, after: exchanged }, { ...to, after: moved });
}
