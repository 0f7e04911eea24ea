import type { Account } from '../account.ts';
import { lateness, type Doubts } from '../doubts.ts';
import { acknowledgedShare } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { addTo, emptyHistogram, percentileOf } from '../histogram.ts';
import { forEachMade } from '../made.ts';
import { DELIVERED, IN_WINDOW } from '../marks.ts';
import { readingEvidence, Victims } from '../victims.ts';
import { count, duration, toMs } from '../words.ts';

const DEFAULT_LAG_MS = 5000;

export const liveFirst: Guarantee = {
  id: 'live-first',
  promise: 'Live data is not starved',
  definition:
    'While the backlog drains (from its first to its last reading at the outlet), a reading that is made in that time is seen within the claim `live-lag` (5 s, if left out).',
  evidence: 'At least half of the readings that the machines handed over inside the window were surely taken (acknowledged).',
  cause: 'One queue for everything: what is read now stands behind all that was buffered, and the screen stays hours behind although the link is back.',
  fix: 'Send from both ends: a share of the link for the newest readings, the rest for the backlog, oldest first. The receiver sorts by source time anyway.',
  timed: true,
  check,
};

function check(account: Account, doubts: Doubts) {
  const { history, match, marks, terms } = account;
  const { backlog } = account.delays();
  if (!backlog) return vacuous('No failure ended, so no backlog competed with live data');
  if (backlog.readings === 0) return vacuous('Nothing was held back at the end of the last failure, so nothing competed with live data');

  const claimMs = terms.claims['live-lag'] ?? DEFAULT_LAG_MS;
  const lags = emptyHistogram();
  const victims = new Victims();
  forEachMade(account, backlog.fromMicros, backlog.toMicros, (reading) => {
    if ((marks[reading]! & (DELIVERED | IN_WINDOW)) !== (DELIVERED | IN_WINDOW)) return;
    const latched = history.readings.atMicros[reading]!;
    const seen = history.deliveries.seenAtMicros[match.rowOf[reading]!]!;
    const lag = seen - latched;
    addTo(lags, lag);
    const late = lateness(account, latched, latched + claimMs * 1000, seen);
    if (late && !doubts.add(late.why)) victims.add(latched, () => readingEvidence(account, reading, `made during the drain, seen ${duration(lag)} later`));
  });
  if (lags.total === 0) return vacuous(`The drain took ${duration(backlog.toMicros - backlog.fromMicros)}, and no reading was made in it`);
  const numbers = { liveReadings: lags.total, lateReadings: victims.total, p99LagMs: toMs(percentileOf(lags, 0.99)), maxLagMs: toMs(lags.largest), claimMs };
  const claim = duration(claimMs * 1000);
  if (victims.total === 0) return held(`During the drain live data was at most ${duration(lags.largest)} behind, the claim is ${claim}`, numbers, acknowledgedShare(account));
  return broken(`During the drain ${victims.total} of ${count(lags.total, 'live reading')} came more than ${claim} late, up to ${duration(lags.largest)}`, numbers, victims);
}
