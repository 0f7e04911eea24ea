import type { Account } from '../account.ts';
import { overrun, type Doubts } from '../doubts.ts';
import { acknowledgedShare } from '../evidence-share.ts';
import { broken, held, unavailable, undecided, vacuous } from '../finding.ts';
import type { Finding, Guarantee } from '../guarantee.ts';
import { forEachMade } from '../made.ts';
import { ACKNOWLEDGED, DELIVERED, LATE } from '../marks.ts';
import { outagesOf, type Outage } from '../outages.ts';
import { WAIT_LONGER, whyOpen } from '../outstanding.ts';
import { readingEvidence, Victims } from '../victims.ts';
import { count, duration, toMs } from '../words.ts';

export const capacity: Guarantee = {
  id: 'capacity',
  promise: 'It buffers as long as it claims',
  definition:
    'In an outage with nothing else wrong, the buffer holds what was made for at least the claim `buffers-for`. The fill point is where readings begin to be missing: ' +
    'lost from the newest end or not read any more (time from the start of the outage, or from the oldest reading that was held already, to the first missing one), or lost from the oldest end (time from the last missing one to the end of the outage). ' +
    'An outage shorter than the claim can break it; only one that is as long can show it. ' +
    'What may still come (see `no-loss`) is not missing: it makes an outage undecided.',
  evidence: 'At least half of the readings that the machines handed over inside the window were surely taken (acknowledged).',
  cause:
    'The buffer is bounded by something that nobody computed: a default of 1,000 messages, a message-id space of 65,535, a database limit, a time to live, ' +
    'or it is large enough for one machine and was sold for twenty.',
  fix:
    'Compute it: readings per second x bytes stored per reading (measured, with indexes) x claimed outage, and bound the buffer in bytes with that number. ' +
    'Alarm at 80 %, and choose in the open which end is dropped.',
  timed: true,
  check,
};

interface Fill {
  outage: Outage;
  buffered: number;
  missing: number;
  /** Which end is missing, if any. */
  end: 'newest' | 'oldest' | 'none';
  bufferedMicros: number;
  victims: Victims;
  /** Missing, and may still come. */
  open: number;
}

function check(account: Account, doubts: Doubts): Finding {
  const claimMs = account.terms.claims['buffers-for'];
  if (claimMs === undefined) return unavailable('The pipeline does not claim how long it buffers', 'Add buffers-for to the claims of pipeline.yaml, such as 72h');
  const fills = outagesOf(account).filter(({ alone }) => alone).map((outage) => fillOf(account, outage, doubts)).filter(({ buffered, missing, open }) => buffered + missing + open > 0);
  if (fills.length === 0) return vacuous('No outage without another failure in it held any reading back, so no buffer was filled');

  const worst = fills.reduce((a, b) => (isWorse(b, a, claimMs * 1000) ? b : a));
  const { buffered, missing, end, bufferedMicros, outage, victims } = worst;
  const open = fills.reduce((sum, fill) => sum + fill.open, 0);
  const numbers = {
    claimMs, outageMs: toMs(outage.toMicros - outage.fromMicros), bufferedMs: toMs(bufferedMicros), bufferedReadings: buffered, missingReadings: missing,
    lostEnd: end, ...bytesOf(account, outage),
  };
  const claim = duration(claimMs * 1000);
  if (open > 0 && (end === 'none' || bufferedMicros >= claimMs * 1000)) {
    return undecided(`${count(open, 'reading')} made in an outage may still come: ${whyOpen(account)}`, { ...numbers, undecidedReadings: open }, WAIT_LONGER);
  }
  if (bufferedMicros >= claimMs * 1000) {
    return held(`${count(buffered, 'reading')} were buffered over ${duration(bufferedMicros)}, the claim is ${claim}${end === 'none' ? '' : `; then the ${end} were lost`}`, numbers, acknowledgedShare(account));
  }
  if (end === 'none') return vacuous(`${count(buffered, 'reading')} were buffered over ${duration(bufferedMicros)} without loss; only an outage as long as the claim of ${claim} would show it`, numbers);
  return broken(`The buffer held ${duration(bufferedMicros)} (${count(buffered, 'reading')}) of an outage of ${duration(outage.toMicros - outage.fromMicros)}, then the ${end} were missing; the claim is ${claim}`, numbers, victims);
}

/** Short of the claim with something missing is worst; among equals, the shorter time. */
function isWorse(a: Fill, b: Fill, claimMicros: number): boolean {
  const failed = ({ end, bufferedMicros }: Fill) => end !== 'none' && bufferedMicros < claimMicros;
  if (failed(a) !== failed(b)) return failed(a);
  return failed(a) ? a.bufferedMicros < b.bufferedMicros : a.bufferedMicros > b.bufferedMicros;
}

function fillOf(account: Account, outage: Outage, doubts: Doubts): Fill {
  const { history, match, marks, unread, terms } = account;
  const { usualDelayMicros } = account.delays();
  const { fromMicros, toMicros } = outage;
  const gapAfterMicros = terms.claims['gap-after'] * 1000;
  const victims = new Victims();
  const kept = { count: 0, first: fromMicros, longestMicros: 0, sum: 0 };
  const lost = { first: Infinity, last: -Infinity, sum: 0 };
  let open = 0;
  forEachMade(account, -Infinity, toMicros, (reading) => {
    const latched = history.readings.atMicros[reading]!;
    const bits = marks[reading]!;
    if (bits & DELIVERED) {
      const seen = history.deliveries.seenAtMicros[match.rowOf[reading]!]!;
      if (seen < toMicros) return;
      kept.count++;
      kept.sum += latched;
      kept.first = Math.min(kept.first, latched);
      kept.longestMicros = Math.max(kept.longestMicros, seen - latched);
    } else if (bits & LATE) {
      if (latched >= fromMicros) open++;
    } else if (bits & ACKNOWLEDGED && latched >= fromMicros) {
      lost.first = Math.min(lost.first, latched);
      lost.last = Math.max(lost.last, latched);
      lost.sum += latched;
      victims.add(latched, () => readingEvidence(account, reading, 'made in the outage, never arrived'));
    }
  });
  const lostCount = victims.total;
  for (const { device, fromMicros: from, toMicros: to } of unread) {
    const heldBack = kept.longestMicros > usualDelayMicros || lostCount > 0;
    if (!heldBack || from < fromMicros || Math.min(to, toMicros) - from <= gapAfterMicros) continue;
    if (doubts.add(overrun(account.stalls, from, from + gapAfterMicros, to))) continue;
    lost.first = Math.min(lost.first, from);
    victims.add(from, () => ({ atMicros: from, toMicros: to, device: history.devices[device]!, what: `not read any more, for ${duration(to - from)}` }));
  }
  const oldest = lostCount > 0 && kept.count > 0 && lost.sum / lostCount < kept.sum / kept.count;
  const end = victims.total === 0 ? 'none' : oldest ? 'oldest' : 'newest';
  const bufferedMicros = { none: toMicros - fromMicros, oldest: toMicros - lost.last, newest: lost.first - kept.first }[end];
  return { outage, buffered: kept.count, missing: victims.total, end, bufferedMicros, victims, open };
}

/** How much disk and memory the fullest node gained in the outage, where somebody weighed it. */
function bytesOf({ history }: Account, { fromMicros, toMicros }: Outage): Finding['numbers'] {
  const samples = history.events.filter((event) => event.kind === 'resource').filter(({ atMicros }) => atMicros <= toMicros);
  const gained = (key: 'rssBytes' | 'diskBytes') => {
    const gains = [...Map.groupBy(samples, ({ node }) => node).values()].map((own) => {
      const before = own.findLast(({ atMicros }) => atMicros <= fromMicros) ?? own[0]!;
      return Math.max(...own.filter(({ atMicros }) => atMicros >= before.atMicros).map((sample) => sample[key])) - before[key];
    });
    return Math.max(0, ...gains);
  };
  return samples.length === 0 ? {} : { diskGainedBytes: gained('diskBytes'), memoryGainedBytes: gained('rssBytes') };
}
