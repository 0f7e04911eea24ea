import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { attempt, CannotHere, type Outcome } from './attempt.ts';
import type { Case } from './case.ts';
import { undisturbed } from '../disturbed.ts';
import { wrongs } from './wrongs.ts';

/** What is to be said of a case now. */
export interface Tried {
  case: Case;
  state: 'right' | 'wrong' | 'not-yet' | 'cannot-here';
  /** What it says now. */
  now: string;
  /** What is wrong with it, or why it was not tried. */
  why: string[];
  tookMs: number;
}

/** Runs a case in a temporary folder, which is kept under `keep` if that is given, and compares. */
export async function tryCase(it: Case, keep?: string): Promise<Tried> {
  if (!it.right) return { case: it, state: 'not-yet', now: 'not run', why: [it['not-yet']!], tookMs: 0 };
  const place = keep === undefined ? realpathSync(mkdtempSync(path.join(os.tmpdir(), 'brownout-case-'))) : path.resolve(keep);
  const startMs = performance.now();
  try {
    // A case that suspends the harness is about that; any other is tried again.
    const resultOf = ({ result }: Outcome) => (it.suspend ? undefined : result);
    const outcome = await undisturbed(() => attempt(it, freshFolder(place, it.case)), resultOf);
    const why = wrongs(it.right, outcome);
    return { case: it, state: why.length === 0 ? 'right' : 'wrong', now: nowSays(outcome), why, tookMs: performance.now() - startMs };
  } catch (error) {
    if (!(error instanceof CannotHere)) throw error;
    return { case: it, state: 'cannot-here', now: 'not run', why: [error.message], tookMs: 0 };
  } finally {
    if (keep === undefined) rmSync(place, { recursive: true, force: true });
  }
}

function freshFolder(place: string, name: string): string {
  const folder = path.join(place, name);
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

function nowSays({ result, code, stderr }: Outcome): string {
  const exit = code === null ? 'killed' : `exit ${code}`;
  if (!result) return `${exit}: ${shortened(stderr.trim().split('\n').findLast((line) => !/^\s/.test(line)) ?? '')}`;
  const ids = (verdict: string) => result.guarantees.filter((it) => it.verdict === verdict).map(({ id }) => id);
  const odd = (['broken', 'inconclusive'] as const).filter((verdict) => ids(verdict).length > 0).map((verdict) => `${verdict}: ${ids(verdict).join(', ')}`);
  return `${exit}, ${odd.join('; ') || result.verdict}`;
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
