import { spawnSync } from 'node:child_process';
import { MOUNT_SOURCE } from './forgetful-disk.ts';
import { accessSync, constants, readFileSync } from 'node:fs';

/** Why something cannot be done on this machine, and what would help. */
export interface Obstacle {
  reason: string;
  fix: string;
}

/** One way to get a FUSE file system mounted. */
export interface WayToMount {
  name: 'root' | 'user-namespace' | 'fusermount3';
  obstacle(): Obstacle | undefined;
  /** The command that runs the server, given what Node.js runs. */
  command(program: string, args: string[], folder: string): string[];
  allowOther: boolean;
  unmount: string[];
  /** The disk is seen only by processes that enter the server's namespaces, with these arguments of nsenter. */
  enter?: string[];
}

const CAP_SYS_ADMIN = 1n << 21n;

const root: WayToMount = {
  name: 'root',
  obstacle: () => missing('mount') ?? mayMount(),
  command: (program, args) => [program, ...args],
  allowOther: true,
  unmount: ['umount', '-l'],
};

const userNamespace: WayToMount = {
  name: 'user-namespace',
  obstacle: () =>
    missing('mount') ??
    missing('unshare') ??
    missing('nsenter') ??
    (spawnSync('unshare', ['-Urm', 'true']).status === 0
      ? undefined
      : { reason: 'this machine lets no ordinary user make a namespace (unshare -Urm)', fix: 'allow it: sysctl kernel.apparmor_restrict_unprivileged_userns=0 or user.max_user_namespaces=10000' }),
  command: (program, args) => ['unshare', '--user', '--map-root-user', '--mount', program, ...args],
  allowOther: false,
  unmount: ['umount', '-l'],
  enter: ['--user', '--preserve-credentials', '--mount'],
};

/** fusermount3 hands the mounted device over a socket, which Node.js cannot receive from. */
const HANDED_OVER = `
import os, socket, subprocess, sys
ours, theirs = socket.socketpair()
folder, source, *command = sys.argv[1:]
mount = ['fusermount3', '-o', 'default_permissions,fsname=' + source, '--', folder]
helper = subprocess.Popen(mount, env={**os.environ, '_FUSE_COMMFD': str(theirs.fileno())}, pass_fds=[theirs.fileno()])
theirs.close()
_, devices, _, _ = socket.recv_fds(ours, 4, 1)
if helper.wait() != 0 or not devices: sys.exit(1)
os.set_inheritable(devices[0], True)
os.execv(command[0], [*command, str(devices[0])])
`;

const fusermount3: WayToMount = {
  name: 'fusermount3',
  obstacle: () => missing('fusermount3') ?? missing('python3'),
  command: (program, args, folder) => ['python3', '-c', HANDED_OVER, folder, MOUNT_SOURCE, program, ...args],
  allowOther: false,
  unmount: ['fusermount3', '-u', '-z', '--'],
};

/** Best first: what everybody can see comes before what has to be entered. */
export const waysToMount: readonly WayToMount[] = [root, fusermount3, userNamespace];

/** Undefined if there is a way to mount a volatile disk here. */
export function unavailable(): Obstacle | undefined {
  const device = withoutDevice();
  if (device) return device;
  const obstacles: Obstacle[] = [];
  for (const way of waysToMount) {
    const obstacle = way.obstacle();
    if (!obstacle) return undefined;
    obstacles.push(obstacle);
  }
  return { reason: obstacles.map((it) => it.reason).join('; '), fix: `one of: ${obstacles.map((it) => it.fix).join('; ')}` };
}

/** Why no way at all can work here. */
export function withoutDevice(): Obstacle | undefined {
  if (process.platform !== 'linux') return { reason: `a volatile disk needs FUSE of Linux, and this is ${process.platform}`, fix: 'use Linux, or WSL 2' };
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return { reason: `/dev/fuse cannot be opened: ${(error as NodeJS.ErrnoException).code}`, fix: 'modprobe fuse; in a container: --device /dev/fuse' };
  }
}

const PACKAGES: Record<string, string> = { fusermount3: 'fuse3', 'mkfs.ext4': 'e2fsprogs', 'mkfs.xfs': 'xfsprogs', nsenter: 'util-linux', unshare: 'util-linux', losetup: 'mount' };

/** Why a program cannot be called, if it cannot. */
export function missing(program: string): Obstacle | undefined {
  const found = spawnSync('sh', ['-c', 'PATH="$PATH:/usr/sbin:/sbin" command -v "$1"', 'sh', program]).status === 0;
  return found ? undefined : { reason: `${program} is not installed`, fix: `apt-get install ${PACKAGES[program] ?? program}` };
}

/** Why this process may not mount anything, if it may not. */
export function mayMount(): Obstacle | undefined {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  if (BigInt(`0x${mask}`) & CAP_SYS_ADMIN) return undefined;
  return { reason: 'mounting takes root', fix: 'run as root, or in a container with --cap-add SYS_ADMIN' };
}
