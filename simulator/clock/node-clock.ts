import { closeSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunClock } from '../run-clock.ts';

const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));

/** What a process of the node itself was told by its `Date`, compared with the truth. */
export interface ClockObservation {
  /** How far its wall clock was ahead of this machine's, to about a millisecond. Measured, not what was asked for. */
  offsetMicros: number;
  pid: number;
  /** Run time of the observation. */
  atMicros: number;
}

/**
 * The wall clock of one node that is a Node.js program: its `Date` can be set off from the truth while it runs, and
 * stays so when the node restarts. Needs nothing installed.
 *
 * It reaches every Node.js process and worker thread that the node starts. It does not reach: programs that are no
 * Node.js, the contexts of `node:vm` that bring their own `Date`, time stamps of files, the clock of SQLite, the Date
 * header of HTTP.
 */
export class NodeClock {
  readonly #folder: string;
  readonly #clock: RunClock;

  /** @param folder is created where it is missing, and must outlive the node. */
  constructor(folder: string, clock: RunClock) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#clock = clock;
    writeFileSync(join(folder, 'offset'), Buffer.alloc(8));
    writeFileSync(join(folder, 'observed'), '');
  }

  /** What to add to this environment of a process of the node; its `NODE_OPTIONS` is kept. */
  envOver(environment: Record<string, string | undefined>): Record<string, string> {
    const require = `--require ${JSON.stringify(PRELOAD)}`;
    return {
      BROWNOUT_CLOCK: this.#folder,
      NODE_OPTIONS: environment.NODE_OPTIONS ? `${environment.NODE_OPTIONS} ${require}` : require,
    };
  }

  /** How far the node's clock is set off, as its next look at `Date` will find it. */
  get offsetMicros(): number {
    const bytes = Buffer.alloc(8);
    const file = openSync(join(this.#folder, 'offset'), 'r');
    try {
      readSync(file, bytes, 0, 8, 0);
    } finally {
      closeSync(file);
    }
    return Math.round(bytes.readDoubleLE(0) * 1000);
  }

  /** Sets the node's clock off by this much from the truth, at once, whether it is up or down. 0 sets it right. */
  jump(offsetMicros: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(offsetMicros / 1000, 0);
    const file = openSync(join(this.#folder, 'offset'), 'r+');
    try {
      writeSync(file, bytes, 0, 8, 0);
    } finally {
      closeSync(file);
    }
  }

  /**
   * The last time that the node itself found its clock changed; undefined if it never did, for instance because it
   * was down all the while. A restarted node finds it at its first look at `Date`.
   */
  observed(): ClockObservation | undefined {
    const line = readFileSync(join(this.#folder, 'observed'), 'utf8').split('\n').at(-2);
    if (!line) return undefined;
    const { pid, nowMs, hrtimeMicros } = JSON.parse(line) as { pid: number; nowMs: number; hrtimeMicros: number };
    const atMicros = hrtimeMicros - this.#clock.monotonicAnchorMicros;
    return { offsetMicros: nowMs * 1000 - (this.#clock.wallAnchorMicros + atMicros), pid, atMicros };
  }
}
