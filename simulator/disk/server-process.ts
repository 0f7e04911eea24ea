import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../sibling-module.ts';
import type { Command } from './control.ts';
import type { VolumeOptions } from './volume.ts';
import { invalidateInode } from './wire/reply.ts';

/**
 * The server of one volatile disk: a process of its own, so that whoever uses the disk can block on it. It mounts the
 * disk unless it is handed one that is mounted (`device`), passes commands on to the thread that serves it, and
 * unmounts when told to or when its parent is gone, however that ended.
 */
export interface ServerOptions {
  folder: string;
  /** Shown in the list of mounts, so that what a killed server leaves behind can be told from the rest. */
  source: string;
  /** The descriptor of a mounted /dev/fuse, from fusermount3. */
  device?: number;
  allowOther: boolean;
  unmount: string[];
  volume: VolumeOptions;
}

export type ToServer = { id: number; command: Command | { do: 'unmount' } };
export type FromServer = { ready: true } | { id: number; answer?: unknown; error?: string };

const options = JSON.parse(process.argv[2]!) as ServerOptions;
if (process.argv[3]) options.device = Number(process.argv[3]);
const device = options.device ?? mount();
const thread = new Worker(siblingModule(import.meta.url, './serve-thread'), { workerData: { device, options: options.volume } });
thread.on('error', fail);
process.on('uncaughtException', fail);
thread.on('message', ({ id, answer, changed }: { id: number; answer: unknown; changed?: number[] }) => {
  for (const inode of changed ?? []) invalidateInode(device, inode);
  tell({ id, answer });
});

process.on('message', (message: ToServer) => {
  if (message.command.do === 'unmount') return end(message.id);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  thread.postMessage(message);
  ring().catch((error: Error) => tell({ id: message.id, error: error.message }));
});
process.on('disconnect', () => end());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {}); // its parent decides

await ring();
tell({ ready: true });

/** Makes the kernel send a request, so that the thread looks up from the device. */
function ring(): Promise<unknown> {
  return statfs(options.folder);
}

function mount(): number {
  const opened = openSync('/dev/fuse', 'r+');
  const ids = `rootmode=40000,user_id=${process.getuid!()},group_id=${process.getgid!()},default_permissions`;
  const what = `fd=3,${ids}${options.allowOther ? ',allow_other' : ''}`;
  const { status, stderr } = spawnSync('mount', ['-i', '-t', 'fuse', '-o', what, options.source, options.folder], { stdio: ['ignore', 'ignore', 'pipe', opened] });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exit(1);
  }
  return opened;
}

function fail(error: unknown): void {
  process.stderr.write(`volatile disk: ${(error as Error).stack}\n`);
  end();
}

/** The thread may be blocked on the device for ever, so that nothing gentler ends this process. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function tell(message: FromServer): void {
  if (process.connected) process.send!(message);
}

function end(id?: number): void {
  const [program, ...args] = options.unmount;
  spawnSync(program!, [...args, options.folder], { stdio: 'ignore' }); // whether it worked shows in the list of mounts
  if (id === undefined || !process.connected) die();
  else process.send!({ id } satisfies FromServer, die);
}
