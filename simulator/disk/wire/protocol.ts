/**
 * The words of the FUSE kernel protocol, version 7.31, as far as this server speaks it.
 * Source: linux/include/uapi/linux/fuse.h. All numbers are in the byte order of the machine.
 */

export const OPCODE = {
  lookup: 1, forget: 2, getattr: 3, setattr: 4, readlink: 5, symlink: 6, mknod: 8, mkdir: 9, unlink: 10, rmdir: 11,
  rename: 12, link: 13, open: 14, read: 15, write: 16, statfs: 17, release: 18, fsync: 20, setxattr: 21, getxattr: 22,
  listxattr: 23, removexattr: 24, init: 26, opendir: 27, readdir: 28, releasedir: 29, fsyncdir: 30, create: 35,
  interrupt: 36, destroy: 38, 'batch-forget': 42, fallocate: 43, rename2: 45, syncfs: 50, tmpfile: 51,
} as const;
export type OperationName = keyof typeof OPCODE;

export const VERSION = { major: 7, minor: 31 } as const;
export const ROOT_ID = 1;

/** `fuse_in_header` and `fuse_out_header`. */
export const REQUEST_HEADER_BYTES = 40;
export const REPLY_HEADER_BYTES = 16;

/** The most that one write carries; the kernel may need a page and a header around it. */
export const MAX_WRITE_BYTES = 1 << 20;
export const MAX_PAGES = MAX_WRITE_BYTES / 4096;
export const REQUEST_BUFFER_BYTES = MAX_WRITE_BYTES + 8192;

/** What we ask of the kernel at INIT, if it offers it. */
export const INIT_FLAGS =
  (1 << 0) | // ASYNC_READ: several reads of one file at once
  (1 << 3) | // ATOMIC_O_TRUNC: O_TRUNC comes with OPEN
  (1 << 5) | // BIG_WRITES
  (1 << 18) | // PARALLEL_DIROPS
  (1 << 22) | // MAX_PAGES: up to MAX_WRITE_BYTES at once
  (1 << 28); // HANDLE_KILLPRIV_V2: we clear setuid bits, so that not every write asks for security.capability first

/** Bits of `fuse_setattr_in.valid`. */
export const SET = { mode: 1, uid: 2, gid: 4, size: 8, atime: 16, mtime: 32, atimeNow: 128, mtimeNow: 256, killPrivileges: 2048 } as const;
export const WRITE_KILLS_PRIVILEGES = 1 << 2;
export const OPEN_KILLS_PRIVILEGES = 1 << 0;
export const RENAME = { noReplace: 1, exchange: 2 } as const;
export const XATTR = { create: 1, replace: 2 } as const;
export const FALLOCATE_KEEPS_SIZE = 1;

/** `fuse_notify_code`: the kernel is to forget what it has cached of an inode. */
export const NOTIFY_INVALIDATE_INODE = 2;

export const MODE = { type: 0o170000, folder: 0o040000, file: 0o100000, link: 0o120000, setuid: 0o4000, setgid: 0o2000, groupExecutes: 0o010, permissions: 0o7777 } as const;
export const OPEN = { accessMode: 3, truncate: 0o1000, exclusive: 0o200 } as const;
