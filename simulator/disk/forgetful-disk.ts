import { readFileSync } from 'node:fs';

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

/** How many file systems this process sees mounted at a folder. */
export function mountsAt(folder: string): number {
  const escaped = folder.replaceAll(/[\s\\]/g, (it) => `\\${it.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return readFileSync('/proc/self/mounts', 'utf8').split('\n').filter((line) => line.split(' ')[1] === escaped).length;
}
