import type { Account } from '../account.ts';
import { neverLooked } from '../clock-use.ts';
import { overrun, type Doubts } from '../doubts.ts';
import { HALF, rowsShare } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { percentileOf } from '../histogram.ts';
import { stepBefore } from '../stalls.ts';
import { readingEvidence, Victims } from '../victims.ts';
import { count, duration, toMs } from '../words.ts';

export const trueTime: Guarantee = {
  id: 'true-time',
  promise: 'Stamps are true',
  definition:
    'The stamp of every row is within the claim `time-within` of the moment at which the device made the reading, by the clock of the harness, ' +
    'or the pipeline marks the stamp as uncertain. If it marks more than half of all rows, nothing was shown.',
  evidence: 'At least half of the readings of the window that are not lost are at the outlet, and at least half of all rows have a stamp that is not marked as uncertain: whoever doubts nearly everything promises nothing that could be tested.',
  needs: [{ offer: 'stamps', promisedBy: 'time-within' }],
  cause:
    'The stamp is taken from the wall clock at a moment when it was wrong: after a boot without a clock battery, during an NTP step, ' +
    'or it is taken on arrival, so that buffered readings get the time at which the link came back.',
  fix:
    'Stamp at the source with monotonic time and keep its offset to the wall clock separately; when the wall clock jumps, correct the offset, ' +
    'and re-stamp or mark as uncertain what was read before the clock was known to be right.',
  timed: true,
  check,
};

function check(account: Account, doubts: Doubts) {
  const { history, terms, match: { readingOf }, stalls } = account;
  const { errors, uncertain, missing, wrong } = account.sight().stamps!;
  const { stampMicros } = history.deliveries;
  const { atMicros } = history.readings;
  const allowedMicros = terms.claims['time-within'] * 1000;
  const victims = new Victims();
  for (const row of wrong) {
    const reading = readingOf[row]!;
    const latched = atMicros[reading]!;
    const [early, late] = [Math.min(latched, stampMicros[row]!), Math.max(latched, stampMicros[row]!)];
    if (doubts.add(stepBefore(stalls, latched) ?? overrun(stalls, early, early + allowedMicros, late))) continue;
    victims.add(latched, () => readingEvidence(account, reading, stampText(stampMicros[row]! - latched)));
  }
  const all = errors.total + uncertain + missing;
  const p99 = percentileOf(errors, 0.99);
  const numbers = {
    rows: all, uncertainRows: uncertain, wrongRows: victims.total,
    ...(errors.total > 0 && { p50ErrorMs: toMs(percentileOf(errors, 0.5)), p99ErrorMs: toMs(p99), maxErrorMs: toMs(errors.largest) }),
  };
  if (victims.total > 0) {
    const [first] = victims.oldest;
    return broken(`${victims.total} of ${count(all, 'row')} are more than ${duration(allowedMicros)} off and not marked as uncertain; the first, ${first!.device} n ${first!.n}, ${first!.what}`, numbers, victims);
  }
  if (all === 0) return vacuous('The outlet has no rows, so no stamp could be wrong', numbers);
  if (uncertain > all * HALF) return vacuous(`The pipeline marks ${uncertain} of ${count(all, 'row')} as uncertain, so it promises too little to judge`, numbers);
  const marked = uncertain ? `; ${uncertain} marked as uncertain` : '';
  return held(`${count(errors.total, 'stamp')} within ${duration(errors.largest)} of the truth, 99 % within ${duration(p99)}${marked}${neverLooked(account.timeline)}`, numbers, rowsShare(account));
}

function stampText(errorMicros: number): string {
  if (!Number.isFinite(errorMicros)) return 'has no stamp';
  return `is stamped ${duration(Math.abs(errorMicros))} too ${errorMicros > 0 ? 'late' : 'early'}`;
}
