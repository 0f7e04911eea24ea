/** node disk-peer.ts FOLDER MODULE: a file system in memory with the npm package fuse-native (found at MODULE), as small as it can be. Serves until its parent ends. */
import { createRequire } from 'node:module';

const [, , folder, module] = process.argv;
const Fuse = createRequire(import.meta.url)(module!);
const files = new Map<string, { bytes: Buffer; size: number }>();
const now = new Date();
const attributes = (mode: number, size: number) => ({ mtime: now, atime: now, ctime: now, nlink: 1, size, mode, uid: process.getuid!(), gid: process.getgid!() });
type Done = (errno: number, value?: unknown) => void;

const fuse = new Fuse(
  folder,
  {
    getattr(path: string, done: Done) {
      if (path === '/') return done(0, attributes(0o040755, 4096));
      const file = files.get(path);
      return file ? done(0, attributes(0o100644, file.size)) : done(Fuse.ENOENT);
    },
    readdir: (_path: string, done: Done) => done(0, [...files.keys()].map((path) => path.slice(1))),
    create(path: string, _mode: number, done: Done) {
      files.set(path, { bytes: Buffer.alloc(1 << 26), size: 0 });
      done(0, 1);
    },
    open: (_path: string, _flags: number, done: Done) => done(0, 1),
    write(path: string, _handle: number, bytes: Buffer, length: number, offset: number, done: (written: number) => void) {
      const file = files.get(path)!;
      bytes.copy(file.bytes, offset, 0, length);
      file.size = Math.max(file.size, offset + length);
      done(length);
    },
    fsync: (_path: string, _datasync: boolean, _handle: number, done: Done) => done(0),
    flush: (_path: string, _handle: number, done: Done) => done(0),
    release: (_path: string, _handle: number, done: Done) => done(0),
  },
  { force: true, autoUnmount: true },
);

process.on('disconnect', () => fuse.unmount(() => process.exit()));
fuse.mount((error: Error | null) => process.send!(error ? String(error) : 'mounted'));
