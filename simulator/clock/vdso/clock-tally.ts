import type { ClockUse } from '../skewable-clock.ts';

/** One setting of the clock of one process. */
interface Term {
  pid: number;
  fromMicros: number;
  looks: number;
  /** What it had counted when it came of another process, which had looked and not it. */
  inherited: number;
  /** It ended, and nobody knows what it did at last. */
  uncounted: boolean;
}

/** Counts how often the processes of a node look at their clock, and remembers what cannot be reached or stands in the way. */
export class ClockTally {
  readonly #terms: Term[] = [];
  readonly #current = new Map<number, Term>();
  readonly #unreached = new Map<string, number>();
  readonly #kernelWaits = new Map<string, number>();

  /** A process has its clock set from now on. */
  begins(pid: number, atMicros: number, inherited = 0): void {
    const term = { pid, fromMicros: atMicros, looks: inherited, inherited, uncounted: false };
    this.#current.set(pid, term);
    this.#terms.push(term);
    if (this.#terms.length > KEPT) this.#terms.shift();
  }

  counted(pid: number, looks: number): void {
    const term = this.#current.get(pid);
    if (term) term.looks = looks;
  }

  /** It is gone, or runs another program. */
  ended(pid: number): void {
    const term = this.#current.get(pid);
    if (term) term.uncounted = true;
    this.#current.delete(pid);
  }

  unreached(words: string, atMicros: number): void {
    this.#unreached.set(words, atMicros);
  }

  kernelWait(words: string, atMicros: number): void {
    this.#kernelWaits.set(words, atMicros);
  }

  /** Of clocks that were set at this moment or later. */
  since(sinceMicros: number): ClockUse {
    const terms = this.#terms.filter(({ fromMicros }) => fromMicros >= sinceMicros);
    const looks = terms.reduce((sum, term) => sum + term.looks - term.inherited, 0);
    const late = (of: Map<string, number>) => [...of].filter(([, atMicros]) => atMicros >= sinceMicros).map(([words]) => words);
    return {
      processes: new Set(terms.map(({ pid }) => pid)).size,
      looks: looks || (terms.some((term) => term.looks > 0) ? 1 : 0),
      uncounted: terms.filter(({ uncounted }) => uncounted).length,
      unreached: late(this.#unreached),
      kernelWaits: late(this.#kernelWaits),
    };
  }
}

/** So that a node that starts programs all day takes no more memory for it. */
const KEPT = 20_000;
