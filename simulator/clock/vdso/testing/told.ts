import { once } from 'node:events';
import { startRunClock } from '../../../run-clock.ts';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Skew } from '../../skewable-clock.ts';
import { perlProgram } from '../perl.ts';
import { VdsoClock } from '../vdso-clock.ts';

const PATIENCE_MS = 10_000;

/** Programs that print their wall clock, in seconds since 1970, again and again, and are on every machine. */
export const tellers: Record<string, string[]> = {
  'Node.js': [process.execPath, '-e', "setInterval(() => console.log(Date.now() / 1000), 20)"],
  'time() of Perl': ['perl', '-e', '$| = 1; while (1) { print time, "\\n"; select undef, undef, undef, 0.02 }'],
  bash: ['bash', '-c', 'while :; do echo $EPOCHREALTIME; read -rt 0.02 <> <(:); done'],
  'a shell with one `date` after the other': ['sh', '-c', 'while :; do date +%s.%N; sleep 0.02; done'],
  'a wrapper that runs another program': ['sh', '-c', 'exec env bash -c "while :; do echo \\$EPOCHREALTIME; read -rt 0.02 <> <(:); done"'],
};

/** One node under a clock of its own, and what it prints. */
export function told() {
  const runClock = startRunClock();
  const clock = new VdsoClock(perlProgram()!, runClock);
  const groups: number[] = [];
  return {
    runClock,
    clock,
    skew: (offsetSeconds: number, rate = 0): Skew => ({ offsetMicros: offsetSeconds * 1e6, rate, sinceMicros: runClock.nowMicros() }),
    async start(command: readonly string[], env: Record<string, string | undefined> = process.env) {
      const lines: { seconds: number; atMs: number; text: string }[] = [];
      const { child, started } = clock.launch(command, { detached: true, stdio: ['ignore', 'pipe', 'inherit'], env });
      if (child.pid !== undefined) groups.push(child.pid);
      createInterface({ input: child.stdout! }).on('line', (text) => lines.push({ seconds: Number(text), atMs: Date.now(), text }));
      await started;
      return {
        child,
        lines,
        /** What it says next, and how far that is ahead of this machine's clock, in seconds. */
        async next() {
          const { length } = lines;
          for (const limitMs = Date.now() + PATIENCE_MS; lines.length <= length + 1; await sleep(2)) {
            if (Date.now() > limitMs) throw new Error(`it said nothing more after ${lines.at(-1)?.text}`);
          }
          const { seconds, atMs, text } = lines.at(-1)!;
          return { seconds, text, aheadSeconds: seconds - atMs / 1000 };
        },
        async end(signal: NodeJS.Signals = 'SIGKILL') {
          const ended = once(child, 'exit');
          if (child.exitCode === null && child.signalCode === null) {
            process.kill(-child.pid!, signal);
            await ended;
          }
          return { code: child.exitCode, signal: child.signalCode };
        },
      };
    },
    [Symbol.dispose]() {
      for (const group of groups) {
        try {
          process.kill(-group, 'SIGKILL');
        } catch {
          // gone
        }
      }
    },
  };
}
