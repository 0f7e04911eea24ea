import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test, vi, type TestContext } from 'vitest';
import { siblingModule } from '../sibling-module.ts';
import { mountsAt, unmountDeadDisks } from './forgetful-disk.ts';
import { freshDisk } from './testing/fresh-disk.ts';
import type { VolatileDisk } from './volatile-disk.ts';
import { waysToMount } from './ways-to-mount.ts';

let shared: VolatileDisk | undefined;
afterAll(() => shared?.[Symbol.asyncDispose]());

/** One disk for all tests that need no special one, as mounting takes longer than using it. */
async function emptyDisk(context: TestContext): Promise<VolatileDisk> {
  shared ??= await freshDisk(context);
  for (const name of fs.readdirSync(shared.folder)) fs.rmSync(path.join(shared.folder, name), { recursive: true });
  sync(shared.folder);
  return shared;
}

/** The process that serves a disk: a child of whoever mounted it. */
function serverOf(parent: number, folder: string): number {
  const children = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  return Number(children.find((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)));
}

const cut = (disk: VolatileDisk) => disk.cut({ mode: 'none', seed: 1 });

function sync(file: string): void {
  const opened = fs.openSync(file, 'r');
  fs.fsyncSync(opened);
  fs.closeSync(opened);
}

test('what was synced survives a cut, the rest is gone, and the cut says how much that was', async (context) => {
  const disk = await emptyDisk(context);
  const file = path.join(disk.folder, 'log');
  fs.writeFileSync(file, 'synced ', { flush: true });
  fs.appendFileSync(file, 'not synced');
  fs.writeFileSync(path.join(disk.folder, 'new'), 'not synced either');
  expect(await disk.statistics()).toMatchObject({ unsyncedOperations: 3, unsyncedBytes: 27 });
  expect(await cut(disk)).toEqual({ lostWrites: 2, lostBytes: 27, lostMetadata: 1, survivingOperations: 0 });
  expect(fs.readFileSync(file, 'utf8')).toBe('synced ');
  expect(fs.readdirSync(disk.folder)).toEqual(['log']);
  expect(await cut(disk)).toMatchObject({ lostWrites: 0, lostMetadata: 0 });
});

test('overwritten bytes, a cut-off end and a removed file are back after a cut', async (context) => {
  const disk = await emptyDisk(context);
  const [file, other] = [path.join(disk.folder, 'a'), path.join(disk.folder, 'b')];
  const content = Buffer.alloc(3_000_000, 'original ');
  fs.writeFileSync(file, content, { flush: true });
  fs.writeFileSync(other, 'keep', { flush: true });
  fs.truncateSync(file, 1_000_000);
  fs.writeFileSync(file, 'xyz', { flag: 'r+' });
  fs.appendFileSync(file, 'more');
  fs.rmSync(other);
  await cut(disk);
  expect(fs.readFileSync(file).equals(content)).toBe(true);
  expect(fs.readFileSync(other, 'utf8')).toBe('keep');
});

test('O_SYNC and O_DSYNC writes are safe when they return', async (context) => {
  const disk = await emptyDisk(context);
  const { O_CREAT, O_WRONLY, O_SYNC, O_DSYNC } = fs.constants;
  for (const [name, flag] of Object.entries({ O_SYNC, O_DSYNC })) {
    const file = fs.openSync(path.join(disk.folder, name), O_CREAT | O_WRONLY | flag);
    fs.writeSync(file, 'safe');
    fs.closeSync(file);
  }
  await cut(disk);
  for (const name of ['O_SYNC', 'O_DSYNC']) expect(fs.readFileSync(path.join(disk.folder, name), 'utf8')).toBe('safe');
});

test('a shared memory map is safe after msync, and not before', async (context) => {
  if (spawnSync('python3', ['-V']).status !== 0) context.skip('python3 is not installed, and Node.js has no mmap');
  const disk = await emptyDisk(context);
  const file = path.join(disk.folder, 'map');
  fs.writeFileSync(file, '-'.repeat(8192), { flush: true });
  const write = `
import mmap, sys
with open(sys.argv[1], 'r+b') as f:
  m = mmap.mmap(f.fileno(), 0)
  m[0:4] = b'safe'
  m.flush()
  m[4096:4100] = b'lost'
`;
  execFileSync('python3', ['-c', write, file]);
  expect(fs.readFileSync(file, 'utf8').slice(4096, 4100)).toBe('lost');
  await cut(disk);
  expect(fs.readFileSync(file, 'utf8')).toBe(`safe${'-'.repeat(8188)}`);
});

test('a program that keeps a file open sees after the cut what the disk holds', async (context) => {
  const disk = await emptyDisk(context);
  const file = path.join(disk.folder, 'open');
  fs.writeFileSync(file, 'safe', { flush: true });
  const opened = fs.openSync(file, 'r+');
  fs.writeSync(opened, 'lost', 0);
  const read = () => {
    const bytes = Buffer.alloc(4);
    fs.readSync(opened, bytes, 0, 4, 0);
    return String(bytes);
  };
  expect(read()).toBe('lost');
  await cut(disk);
  expect(read()).toBe('safe');
  fs.closeSync(opened);
});

test('link counts are right after a cut undid links, renames over each other, and folders', async (context) => {
  const disk = await emptyDisk(context);
  const at = (name: string) => path.join(disk.folder, name);
  fs.mkdirSync(at('folder'));
  for (const name of ['a', 'b']) fs.writeFileSync(at(name), name, { flush: true });
  const counts = () => ['', 'folder', 'a', 'b'].map((name) => fs.statSync(at(name)).nlink);
  const before = counts();
  expect(before).toEqual([3, 2, 1, 1]);
  fs.linkSync(at('a'), at('folder/a2'));
  fs.mkdirSync(at('folder/inner'));
  fs.renameSync(at('b'), at('a'));
  expect(fs.statSync(at('folder/a2')).nlink).toBe(1);
  expect(fs.statSync(at('folder')).nlink).toBe(3);
  await cut(disk);
  expect(counts()).toEqual(before);
  expect(fs.readFileSync(at('a'), 'utf8') + fs.readFileSync(at('b'), 'utf8')).toBe('ab');
  fs.rmSync(at('folder'), { recursive: true });
  expect(fs.statSync(disk.folder).nlink).toBe(2);
});

test('metadata strict: a name is safe only once its folder was synced; metadata journal: any sync is enough', async (context) => {
  for (const metadata of ['strict', 'journal'] as const) {
    await using disk = await freshDisk(context, { metadata });
    fs.writeFileSync(path.join(disk.folder, 'a'), 'a', { flush: true });
    await cut(disk);
    expect(fs.readdirSync(disk.folder)).toEqual(metadata === 'strict' ? [] : ['a']);
    fs.writeFileSync(path.join(disk.folder, 'b'), 'b', { flush: true });
    sync(disk.folder);
    await cut(disk);
    expect(fs.readFileSync(path.join(disk.folder, 'b'), 'utf8')).toBe('b');
  }
});

test('modes, owners, symbolic links, sockets and extended attributes work as on any disk, and are undone if not synced', async (context) => {
  const disk = await emptyDisk(context);
  const at = (name: string) => path.join(disk.folder, name);
  fs.writeFileSync(at('file'), '', { mode: 0o640, flush: true });
  fs.symlinkSync('file', at('link'));
  expect(fs.readlinkSync(at('link'))).toBe('file');
  fs.chmodSync(at('link'), 0o600);
  expect(fs.statSync(at('file')).mode & 0o777).toBe(0o600);
  const python = (code: string) => execFileSync('python3', ['-c', `import os, socket, sys\np = sys.argv[1]\n${code}`, at('file')], { encoding: 'utf8' }).trim();
  if (spawnSync('python3', ['-V']).status === 0) {
    python("socket.socket(socket.AF_UNIX).bind(p + '.sock')");
    expect(fs.statSync(at('file.sock')).isSocket()).toBe(true);
    expect(python("os.setxattr(p, 'user.a', b'x' * 200); os.setxattr(p, 'user.b', b'y'); print(os.listxattr(p), len(os.getxattr(p, 'user.a')))")).toBe("['user.a', 'user.b'] 200");
    await cut(disk);
    expect(python('print(os.listxattr(p))')).toBe('[]');
  }
  await cut(disk);
  expect(fs.readdirSync(disk.folder)).toEqual(['file']);
  expect(fs.statSync(at('file')).mode & 0o777).toBe(0o640);
});

test('it has the size it was given, and what is removed is free again', async (context) => {
  await using disk = await freshDisk(context, { quotaBytes: 2 ** 20 });
  const file = path.join(disk.folder, 'big');
  const free = () => fs.statfsSync(disk.folder).bavail * fs.statfsSync(disk.folder).bsize;
  expect(() => fs.writeFileSync(file, Buffer.alloc(2 ** 20 + 1))).toThrow('ENOSPC');
  fs.writeFileSync(file, Buffer.alloc(2 ** 20));
  expect(free()).toBe(0);
  fs.rmSync(file);
  await vi.waitFor(() => expect(free()).toBe(2 ** 20));
});

test('thousands of files in one folder are listed and removed without skipping one', async (context) => {
  const disk = await emptyDisk(context);
  for (let i = 0; i < 3000; i++) fs.writeFileSync(path.join(disk.folder, `file-${i}`), '');
  expect(fs.readdirSync(disk.folder)).toHaveLength(3000);
  fs.mkdirSync(path.join(disk.folder, 'last'));
  execFileSync('sh', ['-c', 'rm -r "$1"/*', 'sh', disk.folder]);
  expect(fs.readdirSync(disk.folder)).toEqual([]);
});

test.for(waysToMount.map(({ name }) => name))('mounts by way of %s; programs that enter it see it in their folder', async (way, context) => {
  await using disk = await freshDisk(context, { way });
  const [program, ...args] = disk.enter(['sh', '-c', 'pwd && echo written > here'], disk.folder);
  expect(execFileSync(program!, args, { cwd: disk.folder, encoding: 'utf8' }).trim()).toBe(disk.folder);
  expect(fs.readFileSync(path.join(disk.outside, 'here'), 'utf8')).toBe('written\n');
  await cut(disk);
  expect(fs.readdirSync(disk.outside)).toEqual([]);
});

test('what a killed server leaves behind is unmounted: by its owner, or later by anybody', async (context) => {
  for (const clean of [(disk: VolatileDisk) => disk.unmount(), async () => void unmountDeadDisks()]) {
    await using disk = await freshDisk(context);
    process.kill(serverOf(process.pid, disk.folder), 'SIGKILL');
    await vi.waitFor(() => expect(() => fs.readdirSync(disk.folder)).toThrow('ENOTCONN'));
    await expect(disk.statistics()).rejects.toThrow('is gone');
    await clean(disk);
    expect(mountsAt(disk.folder)).toBe(0);
  }
});

test('is unmounted when whoever mounted it is killed', async (context) => {
  await emptyDisk(context); // says why if it cannot be
  const owner = fork(siblingModule(import.meta.url, './testing/owner'), { execArgv: [] });
  const [folder] = (await once(owner, 'message')) as [string];
  const server = serverOf(owner.pid!, folder);
  expect(mountsAt(folder)).toBe(1);
  owner.kill('SIGKILL');
  await vi.waitFor(() => expect(mountsAt(folder)).toBe(0), { timeout: 5000 });
  await vi.waitFor(() => expect(() => process.kill(server, 0)).toThrow('ESRCH'), { timeout: 5000 });
  fs.rmdirSync(folder);
});
