import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { siblingModule } from '../sibling-module.ts';
import { enterNamespaces, type ForgetfulDisk } from './forgetful-disk.ts';
import type { LoopAnswer, LoopCommand, LoopOptions } from './loop-disk-process.ts';
import { DiskUnavailable } from './volatile-disk.ts';
import { missing, mayMount, type Obstacle } from './ways-to-mount.ts';

/** A real file system of this machine's kernel whose power can be cut. */
export interface LoopDisk extends ForgetfulDisk {
  /**
   * What the kernel has not yet brought to the device is gone; resolves when the file system is mounted again, its own
   * journal replayed. No program may have a file of it open any more: throws if one has.
   */
  cut(): Promise<void>;
}

export interface LoopDiskOptions {
  folder: string;
  fileSystem: LoopOptions['fileSystem'];
  sizeBytes?: number;
}

/** The smallest that mkfs.xfs makes. */
const DEFAULT_SIZE_BYTES = 320 * 2 ** 20;

/** Undefined if this machine can have such a disk. */
export function loopDiskUnavailable(fileSystem: LoopOptions['fileSystem']): Obstacle | undefined {
  const needed = ['unshare', 'nsenter', 'losetup', 'mount', 'perl', `mkfs.${fileSystem}`];
  if (process.platform !== 'linux') return { reason: `a loop disk needs Linux, and this is ${process.platform}`, fix: 'use Linux' };
  const obstacle = mayMount() ?? needed.map(missing).find((it) => it !== undefined);
  if (obstacle) return obstacle;
  const { status, stderr } = spawnSync('losetup', ['--find'], { encoding: 'utf8' });
  return status === 0 ? undefined : { reason: `no loop device is free: ${stderr.trim()}`, fix: 'modprobe loop; in a container: --privileged' };
}

/**
 * ext4 or xfs on a loop device over an image in the temporary folder, for root: the second opinion on what a power cut
 * costs. It is mounted in a namespace of its own; programs enter it (`enter`), this process looks in by `outside`.
 *
 * @throws DiskUnavailable with a reason and a fix.
 */
export async function mountLoopDisk({ folder, fileSystem, sizeBytes = DEFAULT_SIZE_BYTES }: LoopDiskOptions): Promise<LoopDisk> {
  const obstacle = loopDiskUnavailable(fileSystem);
  if (obstacle) throw new DiskUnavailable(obstacle.reason, obstacle.fix);
  const options: LoopOptions = { folder, fileSystem, sizeBytes, image: path.join(os.tmpdir(), `brownout-${process.pid}-${path.basename(folder)}.img`) };
  const module = siblingModule(import.meta.url, './loop-disk-process');
  const child = spawn('unshare', ['--mount', '--propagation', 'private', process.execPath, module, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close').then(() => [{ error: stderr.trim() || 'its process is gone' }]);
  const answer = async () => {
    const [message] = (await Promise.race([once(child, 'message'), closed])) as [LoopAnswer];
    if ('error' in message) throw new Error(`the ${fileSystem} disk at ${folder}: ${message.error}`);
  };
  const ask = (command: LoopCommand) => {
    child.send(command, () => {});
    return answer();
  };
  await answer();
  const unmount = async () => {
    if (child.connected) await ask('unmount');
    await closed;
  };
  return {
    engine: fileSystem,
    folder,
    outside: path.join(`/proc/${child.pid}/root`, folder),
    enter: (command, cwd) => enterNamespaces(child.pid!, ['--mount'], command, cwd),
    cut: () => ask('cut'),
    unmount,
    [Symbol.asyncDispose]: unmount,
  };
}
