import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunClock } from '../run-clock.ts';
import type { ClockObservation, Skew, SkewableClock } from './skewable-clock.ts';
import { Skews } from './skews.ts';

const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));

/**
 * The wall clock of one node that is a Node.js program: its `Date` can be set off from the truth while it runs, and
 * stays so when the node restarts. Needs nothing installed.
 *
 * It reaches every Node.js process and worker thread that the node starts. It does not reach: programs that are no
 * Node.js, the contexts of `node:vm` that bring their own `Date`, time stamps of files, the clock of SQLite, the Date
 * header of HTTP.
 */
export class NodeClock implements SkewableClock {
  readonly #folder: string;
  readonly #clock: RunClock;
  readonly #skews: Skews;

  /** @param folder is created where it is missing, and must outlive the node. */
  constructor(folder: string, clock: RunClock) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#clock = clock;
    this.#skews = new Skews(clock);
    writeFileSync(join(folder, 'skew'), Buffer.alloc(24));
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

  get offsetMicros(): number {
    return this.#skews.offsetMicros;
  }

  impose(skew: Skew): void {
    this.#skews.impose(skew);
    this.#write();
  }

  lift(skew: Skew): boolean {
    const lifted = this.#skews.lift(skew);
    this.#write();
    return lifted;
  }

  onBoot(listener: () => void): () => void {
    return this.#skews.onBoot(listener);
  }

  booting(): void {
    this.#skews.booting();
  }

  /** The node tells what it found whenever its clock has been changed, and several times a second while it runs at a wrong rate. */
  observations(sinceMicros: number): ClockObservation[] {
    const lines = readFileSync(join(this.#folder, 'observed'), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => this.#observation(line)).filter(({ atMicros }) => atMicros >= sinceMicros);
  }

  #observation(line: string): ClockObservation {
    const { pid, nowMs, hrtimeMicros } = JSON.parse(line) as { pid: number; nowMs: number; hrtimeMicros: number };
    const atMicros = hrtimeMicros - this.#clock.monotonicAnchorMicros;
    const offsetMicros = nowMs * 1000 - (this.#clock.wallAnchorMicros + atMicros);
    return { offsetMicros, expectedMicros: this.#skews.offsetAt(atMicros), pid, atMicros, seenBy: `process ${pid} of the node` };
  }

  /** As `preload.cjs` reads it; in one write, so that no process sees half of it. */
  #write(): void {
    const { offsetMicros, rate, sinceMicros } = this.#skews.total;
    const { wallAnchorMicros, monotonicAnchorMicros } = this.#clock;
    const offsetMs = (offsetMicros - rate * (monotonicAnchorMicros + sinceMicros)) / 1000;
    const originMs = (wallAnchorMicros - monotonicAnchorMicros) / 1000;
    const file = openSync(join(this.#folder, 'skew'), 'r+');
    try {
      writeSync(file, new Uint8Array(Float64Array.of(offsetMs, rate, originMs).buffer), 0, 24, 0);
    } finally {
      closeSync(file);
    }
  }
}
