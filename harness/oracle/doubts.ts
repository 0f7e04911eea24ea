import type { Account } from './account.ts';
import { undecided } from './finding.ts';
import type { Finding } from './guarantee.ts';
import { blindness, BLIND_MICROS, mayBeThereSince, type Looks } from './looks.ts';
import { oursIn, stallFelt, type Stalls } from './stalls.ts';
import { count } from './words.ts';

/** What would be broken, if the harness had done its part: it is charged to nobody. */
export class Doubts {
  total = 0;
  /** Of the first, in a sentence. */
  why = '';

  /** Counts one, if there is a reason to doubt; returns whether there is. */
  add(why: string | undefined): boolean {
    if (why === undefined) return false;
    if (this.total++ === 0) this.why = why;
    return true;
  }

  /** What a checker found, with the doubts that it had: what is broken for sure is broken, anything else is undecided. */
  about(finding: Finding): Finding {
    if (this.total === 0 || finding.outcome === 'broken' || finding.outcome === 'unavailable') return finding;
    const reason = `What would break it cannot be told from the harness's own doing, ${count(this.total, 'time')}: ${this.why}`;
    return undecided(reason, { ...finding.numbers, undecidedVictims: this.total }, 'Run it again on a machine that has the time for it');
  }
}

/**
 * What is there by `dueMicros` is in time, counted from `sinceMicros`. Undefined if what was first seen at `seenMicros` may have
 * been; else whether that is the harness's doing, in a sentence, or nobody's but the pipeline's.
 */
export function lateness({ looks, stalls }: Pick<Account, 'looks' | 'stalls'>, sinceMicros: number, dueMicros: number, seenMicros: number): { why: string | undefined } | undefined {
  if (seenMicros <= dueMicros) return undefined;
  const thereMicros = mayBeThereSince(looks, seenMicros);
  if (thereMicros > dueMicros) return { why: overrun(stalls, sinceMicros, dueMicros, thereMicros) };
  return seenMicros - thereMicros <= BLIND_MICROS ? undefined : { why: blindness(looks, thereMicros, seenMicros) };
}

/** Why something that took from `sinceMicros` to `endMicros`, and was due before, was perhaps late by the harness's doing alone. */
export function overrun(stalls: Stalls, sinceMicros: number, dueMicros: number, endMicros: number): string | undefined {
  return endMicros - oursIn(stalls, sinceMicros, endMicros) <= dueMicros ? stallFelt(stalls, sinceMicros, endMicros) : undefined;
}

/** True if what was first seen at a moment cannot have been there by `dueMicros`. */
export function isSeenLate(looks: Looks, dueMicros: number, seenMicros: number): boolean {
  return seenMicros > dueMicros && mayBeThereSince(looks, seenMicros) > dueMicros;
}
