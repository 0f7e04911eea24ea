import { execFileSync, spawnSync } from 'node:child_process';
import { openSync, unlinkSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Holds a real file system on a loop device, in a mount namespace of its own, for the process that started it. When
 * this process ends, however it ends, nothing is left: the namespace takes the mount with it, the mount its loop device
 * (autoclear), and the image has no name.
 */
export interface LoopOptions {
  folder: string;
  image: string;
  fileSystem: 'ext4' | 'xfs';
  sizeBytes: number;
}
export type LoopCommand = 'cut' | 'unmount';
export type LoopAnswer = { done: true } | { error: string };

/** FS_IOC_SHUTDOWN (EXT4_IOC_SHUTDOWN, XFS_IOC_GOINGDOWN) with NOLOGFLUSH: whatever has not reached the device never will. */
const SHUT_DOWN = 'open(F, "<", $ARGV[0]) or die "open: $!\\n"; my $flags = pack("L", 2); ioctl(F, 0x8004587d, $flags) or die "shutdown: $!\\n"';

const { folder, image, fileSystem, sizeBytes } = JSON.parse(process.argv[2]!) as LoopOptions;
process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {}); // its parent decides

run('truncate', '-s', String(sizeBytes), image);
run(...(fileSystem === 'ext4' ? ['mkfs.ext4', '-q', '-F', '-m', '0', image] : ['mkfs.xfs', '-q', '-f', image]));
const opened = openSync(image, 'r+');
unlinkSync(image);
mount();
tell({ done: true });

for (;;) {
  const [command] = (await once(process, 'message')) as [LoopCommand];
  try {
    if (command === 'cut') {
      run('perl', '-e', SHUT_DOWN, folder);
      await unmount();
      mount();
      tell({ done: true });
    } else {
      await unmount();
      tell({ done: true });
      process.disconnect();
    }
  } catch (error) {
    tell({ error: (error as Error).message });
  }
}

/** The loop device detaches itself with the last user, so that each mount takes a new one. */
function mount(): void {
  const device = run('losetup', '--find', '--show', `/proc/${process.pid}/fd/${opened}`).trim();
  run('mount', '-t', fileSystem, ...(fileSystem === 'xfs' ? ['-o', 'nouuid'] : []), device, folder);
  run('losetup', '--detach', device);
}

/** Programs that were just killed may take a moment to let go. */
async function unmount(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { status, stderr } = spawnSync('umount', [folder], { encoding: 'utf8' });
    if (status === 0) return;
    if (attempt === 20) throw new Error(stderr.trim());
    await sleep(50);
  }
}

function run(...[program, ...args]: string[]): string {
  return execFileSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function tell(answer: LoopAnswer): void {
  if (process.connected) process.send!(answer);
}
