import { spawn } from 'node:child_process';

const LOOP = "process.stdin.on('end', () => process.exit()).resume(); setInterval(() => { const end = performance.now() + 50; while (performance.now() < end); }, 0)";

/** Does something while `count` processes at normal priority do nothing but take the processor away. They end with it, or with this process. */
export async function whileBurning<Result>(count: number, something: () => Promise<Result>): Promise<Result> {
  const burners = Array.from({ length: count }, () => spawn(process.execPath, ['-e', LOOP], { stdio: ['pipe', 'ignore', 'ignore'] }));
  try {
    return await something();
  } finally {
    for (const burner of burners) burner.kill('SIGKILL');
  }
}
