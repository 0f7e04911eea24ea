import type { Inode } from '../inode.ts';
import type { Volume } from '../volume.ts';
import { EINVAL, EOPNOTSUPP } from '../wire/errno.ts';
import { FALLOCATE_KEEPS_SIZE, MODE, OPEN, OPEN_KILLS_PRIVILEGES, SET, WRITE_KILLS_PRIVILEGES } from '../wire/protocol.ts';
import type { Request } from '../wire/request.ts';
import type { Handlers } from './handler.ts';

const { setuid, setgid, groupExecutes, permissions } = MODE;

/** The contents of files, and their syncs. */
export const files: Handlers = {
  open(volume, request, reply) {
    const inode = volume.find(request.inode);
    const flags = request.u32(0);
    if (flags & (OPEN.accessMode | OPEN.truncate)) volume.refuseIfReadOnly();
    if (request.u32(4) & OPEN_KILLS_PRIVILEGES) killPrivileges(volume, inode);
    if (flags & OPEN.truncate && inode.content) volume.resize(inode, 0);
    reply.opened();
  },

  release() {},

  read(volume, request, reply) {
    volume.troubles.delay();
    const content = contentOf(volume, request).content!;
    reply.fill(request.u32(16), (space) => content.read(request.u64(8), space));
  },

  write(volume, request, reply) {
    volume.troubles.delay();
    volume.refuseIfReadOnly();
    const inode = contentOf(volume, request);
    const bytes = request.u32(16);
    if (request.u32(20) & WRITE_KILLS_PRIVILEGES) killPrivileges(volume, inode);
    volume.write(inode, request.u64(8), request.bytes(40, bytes));
    reply.u32(bytes).u32(0);
  },

  fallocate(volume, request) {
    volume.refuseIfReadOnly();
    const mode = request.u32(24);
    if (mode & ~FALLOCATE_KEEPS_SIZE) throw EOPNOTSUPP;
    const inode = contentOf(volume, request);
    const end = request.u64(8) + request.u64(16);
    if (mode === 0 && end > inode.sizeBytes) volume.resize(inode, end);
  },

  fsync(volume, request) {
    volume.troubles.delay();
    volume.sync(volume.find(request.inode));
  },

  fsyncdir(volume, request) {
    volume.troubles.delay();
    volume.sync(volume.find(request.inode));
  },

  syncfs(volume) {
    volume.troubles.delay();
    volume.counts.syncs++;
    if (!volume.troubles.hit('lying-sync')) volume.journal.syncAll();
  },

  setattr(volume, request, reply) {
    volume.refuseIfReadOnly();
    const inode = volume.find(request.inode);
    const valid = request.u32(0);
    if (valid & SET.killPrivileges) killPrivileges(volume, inode);
    if (valid & SET.size) volume.resize(contentOf(volume, request), request.u64(16));
    setOwnerAndMode(volume, inode, request, valid);
    if (valid & SET.atime) inode.atimeMs = valid & SET.atimeNow ? Date.now() : request.u64(32) * 1000 + request.u32(56) / 1e6;
    if (valid & SET.mtime) inode.mtimeMs = valid & SET.mtimeNow ? Date.now() : request.u64(40) * 1000 + request.u32(60) / 1e6;
    reply.zeros(16).attributes(inode);
  },
};

function contentOf(volume: Volume, request: Request): Inode {
  const inode = volume.find(request.inode);
  if (!inode.content) throw EINVAL;
  return inode;
}

function setOwnerAndMode(volume: Volume, inode: Inode, request: Request, valid: number): void {
  if (!(valid & (SET.mode | SET.uid | SET.gid))) return;
  const { mode, uid, gid } = inode;
  const after = {
    mode: valid & SET.mode ? (mode & MODE.type) | (request.u32(68) & permissions) : mode,
    uid: valid & SET.uid ? request.u32(76) : uid,
    gid: valid & SET.gid ? request.u32(80) : gid,
  };
  volume.attribute(inode, { redo: () => void Object.assign(inode, after), undo: () => void Object.assign(inode, { mode, uid, gid }) });
}

/** A program that runs as its owner must not be changed by somebody else and still do so. */
function killPrivileges(volume: Volume, inode: Inode): void {
  const before = inode.mode;
  const after = before & ~setuid & (before & groupExecutes ? ~setgid : ~0);
  if (after === before) return;
  volume.attribute(inode, { redo: () => (inode.mode = after), undo: () => (inode.mode = before) });
}
