import { spawnSync } from 'node:child_process';
import { readFileSync, statfsSync } from 'node:fs';

/** A folder that loses, when its power is cut, what was not synced. */
export interface ForgetfulDisk extends AsyncDisposable {
  /** What is behind it, in words. */
  readonly engine: string;
  /** The folder as programs see it that were started by `enter`. */
  readonly folder: string;
  /** The same folder as this process sees it. Where that leads into a namespace, SQLite cannot open what is in it: it resolves the path. */
  readonly outside: string;
  /** The command that runs a command so that it sees the disk, in this folder. */
  enter(command: string[], cwd: string): string[];
  /** Ends it; what it held is gone. May be called again. Throws if it is still mounted afterwards. */
  unmount(): Promise<void>;
}

/** The command that runs a command in namespaces of another process. They bring their own root, so that `cwd` is entered after. */
export function enterNamespaces(pid: number, namespaces: string[], command: string[], cwd: string): string[] {
  return ['nsenter', ...namespaces, '--target', String(pid), '--', 'sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', cwd, ...command];
}

/** What stands in the list of mounts for a disk of ours. */
export const MOUNT_SOURCE = 'brownout';

/** How many file systems this process sees mounted at a folder. */
export function mountsAt(folder: string): number {
  return mounts().filter((it) => it.folder === folder).length;
}

/** Unmounts the disks of servers that were killed, so that nobody serves them any more. Returns their folders. */
export function unmountDeadDisks(): string[] {
  const dead = mounts().filter((it) => it.source === MOUNT_SOURCE && it.type.startsWith('fuse') && isDead(it.folder));
  for (const { folder } of dead) {
    if (spawnSync('umount', ['-l', folder]).status !== 0) spawnSync('fusermount3', ['-u', '-z', '--', folder]);
  }
  return dead.map(({ folder }) => folder);
}

/** Without the octal codes that stand for blanks. */
const plain = (text: string) => text.replaceAll(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));

function mounts(): { source: string; folder: string; type: string }[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [source, folder, type] = line.split(' ') as [string, string, string];
    return { source, folder: plain(folder), type };
  });
}

function isDead(folder: string): boolean {
  try {
    statfsSync(folder);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTCONN';
  }
}
