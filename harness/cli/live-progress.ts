import type { PhaseName } from '../../simulator/recorder.ts';
import type { Progress, Pulse } from '../run/progress.ts';
import type { Terminal } from './terminal.ts';

const PHASES: Record<PhaseName, string> = {
  read: 'reading files',
  start: 'starting',
  baseline: 'baseline',
  faults: 'failures',
  heal: 'healing',
  drain: 'draining',
  'final-read': 'final read',
  judge: 'judging',
};
/** Where there is no terminal to draw on, a line this often shows that the run is alive. */
const PLAIN_PULSE_EVERY_MS = 5000;

/** Shows what several runs do at the same time: one status line each, and a line that stays for each event. */
export class LiveProgress {
  readonly #terminal: Terminal;
  readonly #rows = new Map<string, string>();
  readonly #nameWidth: number;

  /** @param names of the runs that go on at the same time */
  constructor(terminal: Terminal, names: readonly string[]) {
    this.#terminal = terminal;
    this.#nameWidth = Math.max(...names.map((name) => name.length));
  }

  /** The progress of the run of this name. */
  of(name: string): Progress {
    let lastPulseMs = -Infinity;
    const startedMs = performance.now();
    const say = (text: string) => {
      this.#terminal.line(`${this.#label(name)} ${seconds(performance.now() - startedMs)}  ${text}`);
    };
    return {
      phase: (phase, detail) => {
        say(`${this.#terminal.style('bold', PHASES[phase])}${detail ? `, ${detail}` : ''}`);
        if (phase === 'judge') this.#remove(name);
      },
      fault: (id, action, detail) => {
        const mark = action === 'applied' ? this.#terminal.style('yellow', '▼') : action === 'healed' ? '▲' : this.#terminal.style('red', '✗');
        say(`${mark} ${id}${action === 'applied' ? '' : ` ${action}`}${action === 'failed' ? `: ${detail}` : ''}`);
      },
      pulse: (pulse) => {
        this.#rows.set(name, `${this.#label(name)} ${seconds(performance.now() - startedMs)}  ${describe(pulse)}`);
        if (this.#terminal.live) this.#terminal.status([...this.#rows.values()]);
        else if (pulse.elapsedMs - lastPulseMs >= PLAIN_PULSE_EVERY_MS) {
          lastPulseMs = pulse.elapsedMs;
          say(describe(pulse));
        }
      },
    };
  }

  /** Takes the status lines away. */
  end(): void {
    this.#rows.clear();
    this.#terminal.status([]);
  }

  #remove(name: string): void {
    this.#rows.delete(name);
    this.#terminal.status([...this.#rows.values()]);
  }

  #label(name: string): string {
    return this.#terminal.style('cyan', name.padEnd(this.#nameWidth));
  }
}

function describe({ phase, acknowledged, arrived, backlog, activeFaults }: Pulse): string {
  const faults = activeFaults.length > 0 ? `  [${activeFaults.join(' ')}]` : '';
  return `${PHASES[phase]}: read ${acknowledged}, at the outlet ${arrived}, not there yet ${backlog}${faults}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`;
}
