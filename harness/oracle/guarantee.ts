import type { Claims } from '../../scenarios/schema/pipeline.ts';
import type { Offer } from '../history/history.ts';
import type { Account } from './account.ts';
import type { Doubts } from './doubts.ts';

/** One promise, and how it is checked. A file of `guarantees/` holds one; `registry.ts` lists them all. */
export interface Guarantee {
  id: string;
  /** In the words of a person who relies on it. */
  promise: string;
  /** Precise enough to argue about. */
  definition: string;
  /** What share of the evidence there could be has to be there for it to hold, and why. */
  evidence: string;
  /** What the outlet has to offer. */
  needs?: readonly Need[];
  /** What usually causes a failure, and how it is fixed. */
  cause: string;
  fix: string;
  /** It looks at events only, and can be judged when nothing can be said of what was delivered. */
  withoutOutlet?: true;
  /** It depends on when things happened: a long stall of the harness in the window leaves it open. */
  timed?: true;
  /** A pure function of the history. What would be broken, if it were not perhaps the harness's own doing, goes to `doubts`. */
  check(account: Account, doubts: Doubts): Finding;
}

/**
 * Something that the outlet has to offer before a promise can be judged. What is not offered is not tested, unless the
 * pipeline file writes out a claim that promises it (`offered.ts`).
 */
export interface Need {
  offer: Offer;
  /** The claim that makes it a promise. */
  promisedBy?: keyof Claims;
  /** The checker can tell what is broken without it: it is called where it is promised. */
  judgedWithout?: true;
}

/**
 * How much of the evidence that there could be a checker saw. Below the floor nothing holds (`evidence-share.ts`).
 * Shares are of readings, rows, devices, answers: `what` says it in words that follow "N of M".
 */
export interface EvidenceShare {
  seen: number;
  possible: number;
  /** 0 to 1. */
  floor: number;
  what: string;
  /** What would make more of it be seen. */
  fix: string;
}

export interface Evidence {
  atMicros: number;
  /** Where it is an interval: when it ends. */
  toMicros?: number;
  device?: string;
  n?: number;
  what: string;
}

/**
 * What a checker found. `vacuous`: nothing happened that could have broken it, so nothing was shown;
 * `unavailable`: the record lacks what is needed to judge it; `undecided`: it was still open when the run ended.
 */
export interface Finding {
  outcome: 'held' | 'broken' | 'vacuous' | 'unavailable' | 'undecided';
  /** One sentence with the numbers that decided. */
  reason: string;
  /** Units in the names. */
  numbers: Record<string, number | string>;
  /** Oldest first; at most 20 are kept. */
  evidence: Evidence[];
  /** How many victims there are in all. */
  evidenceTotal: number;
  /** For `unavailable` and `undecided`: what would make it judgeable. */
  fix?: string;
  /** For `held`: how much it stands on. Left out where every piece of evidence is judged by itself. */
  share?: EvidenceShare;
}
