import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The most memory that this process ever had resident. Linux only; elsewhere what it has now. */
export function peakMegabytes(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  } catch {
    return process.memoryUsage.rss() / 1024 ** 2;
  }
}

/** Runs a script of this folder as a process of its own and returns the JSON that it prints last. */
export function measure<T>(script: string, ...args: string[]): T {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} failed: ${stderr}`);
  const last = stdout.trim().split('\n').at(-1);
  return (last ? JSON.parse(last) : undefined) as T;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
