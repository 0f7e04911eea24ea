import type { EvidenceShare, Finding } from './guarantee.ts';
import type { Victims } from './victims.ts';

type Numbers = Finding['numbers'];
const nothing = { evidence: [], evidenceTotal: 0 };

/** @param share is what it stands on, if that can be too little. */
export function held(reason: string, numbers: Numbers = {}, share?: EvidenceShare): Finding {
  return { outcome: 'held', reason, numbers, ...nothing, ...(share && { share }) };
}

export function broken(reason: string, numbers: Numbers, victims: Victims): Finding {
  return { outcome: 'broken', reason, numbers, evidence: victims.oldest, evidenceTotal: victims.total };
}

/** Nothing happened that could have broken it. */
export function vacuous(reason: string, numbers: Numbers = {}): Finding {
  return { outcome: 'vacuous', reason, numbers, ...nothing };
}

/** It was still open when the run ended, or cannot be told from the harness's own doing; `fix` says what would decide it. */
export function undecided(reason: string, numbers: Numbers, fix: string): Finding {
  return { outcome: 'undecided', reason, numbers, fix, ...nothing };
}

/** The record lacks what is needed; `fix` says what would make it judgeable. */
export function unavailable(reason: string, fix: string): Finding {
  return { outcome: 'unavailable', reason, numbers: {}, fix, ...nothing };
}
