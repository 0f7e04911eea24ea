import type { Result } from '../../reports/result.ts';
import type { History } from '../history/history.ts';
import { accountOf, type Account } from './account.ts';
import { helperFor } from './beside.ts';
import { Doubts } from './doubts.ts';
import { enoughOf } from './evidence-share.ts';
import { vacuous } from './finding.ts';
import type { Finding, Guarantee } from './guarantee.ts';
import { GUARANTEES } from './guarantees/registry.ts';
import { withoutOffer } from './offered.ts';

export type Verdict = Result['guarantees'][number]['verdict'];

/** One guarantee, what its checker found, and what that is worth in this run. */
export interface Judged {
  guarantee: Guarantee;
  finding: Finding;
  verdict: Verdict;
  /** Why this verdict, in one sentence. */
  reason: string;
}

export interface Judgement {
  verdict: Exclude<Verdict, 'not-tested'>;
  /** What kept the run from being conclusive, in sentences. */
  troubles: string[];
  guarantees: Judged[];
  account: Account;
  /** Readings over time. */
  series: Result['series'];
}

/**
 * The verdict on a run: a pure function of its history.
 *
 * Broken over inconclusive over held. A run that never finished shows nothing; a run in which a planned fault has no
 * proven bite can still break a promise, but holds none; where the record cannot tell which row shows which reading, only
 * promises about other things are judged. What stands on too small a share of the evidence, or was still open when the
 * run ended, or may be the harness's own doing, is inconclusive; what the outlet does not offer is not tested, unless it is
 * claimed. A promise that nothing could have broken is `not-tested`, or `inconclusive` where the scenario is made for it.
 * A checker that fails is an `error` of its promise alone.
 */
export function judge(history: History, guarantees: readonly Guarantee[] = GUARANTEES): Judgement {
  using helper = helperFor(history);
  const account = accountOf(history, helper);
  const judged = guarantees.map((guarantee) => judgeSafely(account, guarantee));
  const { troubles, timeline } = account;
  return { verdict: overall(judged, timeline.finished && troubles.length === 0), troubles, guarantees: judged, account, series: account.sight().series };
}

/** A checker that throws is a bug of ours. It costs the verdict on its own promise, and on no other. */
function judgeSafely(account: Account, guarantee: Guarantee): Judged {
  try {
    return judgeOne(account, guarantee);
  } catch (error) {
    const reason = `Its checker failed, which is a bug of ours and says nothing about the pipeline: ${(error as Error).message}`;
    return { guarantee, finding: vacuous(reason), verdict: 'error', reason };
  }
}

function judgeOne(account: Account, guarantee: Guarantee): Judged {
  const { troubles, undecidable, timeline } = account;
  if (!timeline.finished || (undecidable && !guarantee.withoutOutlet)) {
    const finding = vacuous(timeline.finished ? undecidable! : timeline.troubles[0]!);
    return { guarantee, finding, verdict: 'inconclusive', reason: `Not judged: ${finding.reason}` };
  }
  const doubts = new Doubts();
  const finding = enoughOf(withoutOffer(account, guarantee) ?? doubts.about(guarantee.check(account, doubts)));
  const { reason } = finding;
  switch (finding.outcome) {
    case 'broken':
      return { guarantee, finding, verdict: 'broken', reason };
    case 'held':
      if (guarantee.timed && account.stalled) return { guarantee, finding, verdict: 'inconclusive', reason: `${reason}; but ${account.stalled}` };
      if (troubles.length === 0) return { guarantee, finding, verdict: 'held', reason };
      return { guarantee, finding, verdict: 'inconclusive', reason: `${reason}; but ${troubles.join('; ')}` };
    case 'undecided':
      return { guarantee, finding, verdict: 'inconclusive', reason };
    case 'vacuous':
      return { guarantee, finding, verdict: account.terms.exercises.includes(guarantee.id) ? 'inconclusive' : 'not-tested', reason };
    case 'unavailable':
      return { guarantee, finding, verdict: 'not-tested', reason };
  }
}

function overall(judged: Judged[], conclusive: boolean): Judgement['verdict'] {
  const verdicts = new Set(judged.map(({ verdict }) => verdict));
  if (verdicts.has('broken')) return 'broken';
  if (verdicts.has('error')) return 'error';
  return conclusive && verdicts.has('held') && !verdicts.has('inconclusive') ? 'held' : 'inconclusive';
}
