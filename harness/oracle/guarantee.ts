import type { Account } from './account.ts';

/** One promise, and how it is checked. A file of `guarantees/` holds one; `registry.ts` lists them all. */
export interface Guarantee {
  id: string;
  /** In the words of a person who relies on it. */
  promise: string;
  /** Precise enough to argue about. */
  definition: string;
  /** What usually causes a failure, and how it is fixed. */
  cause: string;
  fix: string;
  /** It looks at events only, and can be judged when nothing can be said of what was delivered. */
  withoutOutlet?: true;
  /** A pure function of the history. */
  check(account: Account): Finding;
}

export interface Evidence {
  atMicros: number;
  device?: string;
  n?: number;
  what: string;
}

/**
 * What a checker found. `vacuous`: nothing happened that could have broken it, so nothing was shown;
 * `unavailable`: the record lacks what is needed to judge it.
 */
export interface Finding {
  outcome: 'held' | 'broken' | 'vacuous' | 'unavailable';
  /** One sentence with the numbers that decided. */
  reason: string;
  /** Units in the names. */
  numbers: Record<string, number | string>;
  /** Oldest first; at most 20 are kept. */
  evidence: Evidence[];
  /** How many victims there are in all. */
  evidenceTotal: number;
  /** For `unavailable`: what would make it judgeable. */
  fix?: string;
}
