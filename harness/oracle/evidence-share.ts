import type { Account } from './account.ts';
import { undecided } from './finding.ts';
import { isUnanswered } from './freshness.ts';
import type { EvidenceShare, Finding } from './guarantee.ts';
import { ACKNOWLEDGED, DELIVERED, IN_WINDOW, LATE } from './marks.ts';
import { WAIT_LONGER } from './outstanding.ts';
import { grouped } from './words.ts';

/**
 * Below this share nothing holds. One half, since with less than that what was seen is the exception: a pipeline that
 * loses exactly what it was not seen to take would look perfect.
 */
export const HALF = 0.5;
/** Where a single one that was not seen may be the one that failed. */
export const ALL = 1;

const POLL_TIMEOUT_FIX = "Say in plant.poll-timeout of the pipeline file how long the pipeline's client waits for an answer; or make answers faster: fewer machines, a longer period, less latency on the link to the plant";

/** The one place that turns `held` on too little evidence into `undecided`. */
export function enoughOf(finding: Finding): Finding {
  const { outcome, share, reason, numbers } = finding;
  if (outcome !== 'held' || !share || share.seen >= share.possible * share.floor) return finding;
  const needed = share.floor === ALL ? 'all of them are' : `${percent(share.floor)} are`;
  const of = share.possible > 0 ? ` (${percent(share.seen / share.possible)})` : '';
  return undecided(
    `Only ${grouped(share.seen)} of ${grouped(share.possible)} ${share.what}${of}, and ${needed} needed to say that it holds; of what was seen: ${lowerCase(reason)}`,
    { ...numbers, evidenceSeen: share.seen, evidencePossible: share.possible, evidenceFloor: share.floor }, share.fix,
  );
}

/** What stands on acknowledged readings knows only of those: of all that the machines handed over inside the window. */
export function acknowledgedShare({ tally }: Account): EvidenceShare {
  return shareOfAcknowledged(tally(IN_WINDOW | ACKNOWLEDGED), tally(IN_WINDOW));
}

export function shareOfAcknowledged(seen: number, possible: number): EvidenceShare {
  return { seen, possible, floor: HALF, what: 'readings that the machines handed over were surely taken by the pipeline', fix: POLL_TIMEOUT_FIX };
}

/** What looks at rows: of the readings of the window, but for those that are lost, which is for no-loss to say. */
export function rowsShare({ tally, outstanding }: Account): EvidenceShare {
  const lost = tally(IN_WINDOW | ACKNOWLEDGED, DELIVERED | LATE);
  return {
    seen: tally(IN_WINDOW | DELIVERED), possible: tally(IN_WINDOW) - lost, floor: HALF,
    what: 'readings that the machines handed over, and that are not lost, are at the outlet', fix: outstanding.readings > 0 ? WAIT_LONGER : POLL_TIMEOUT_FIX,
  };
}

/**
 * What looks at what the pipeline says: of the questions asked while data was stale. Not counted is what nobody could answer,
 * since a failure kept a node down, and until it had to be back.
 * @param answered is how many were.
 */
export function answeredShare({ history, terms, timeline, sight }: Account, answered: number): EvidenceShare {
  const { staleWhenAsked } = sight();
  const { window, faults } = timeline;
  const down = faults.filter(({ planned: { family } }) => family === 'power' || family === 'process' || family === 'disk');
  const backMicros = terms.claims['recovers-within'] * 1000;
  const isDown = (at: number) => down.some(({ fromMicros, toMicros }) => fromMicros !== undefined && fromMicros <= at && at <= toMicros + backMicros);
  const unanswered = history.events.filter((event) => isUnanswered(event) && event.atMicros >= window.fromMicros && event.atMicros <= window.toMicros
    && staleWhenAsked.has(event.atMicros) && !isDown(event.atMicros)).length;
  return {
    seen: answered, possible: answered + unanswered, floor: HALF,
    what: 'questions about its health that were asked while data was stale were answered', fix: 'See why outlet.health does not answer then: what it says has to be there most when something is wrong',
  };
}

function percent(share: number): string {
  const exact = share * 100;
  return `${Number(exact.toFixed(exact < 10 ? 1 : 0))} %`;
}

function lowerCase(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
