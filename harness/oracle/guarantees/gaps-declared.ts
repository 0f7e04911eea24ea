import type { Account } from '../account.ts';
import { overrun, type Doubts } from '../doubts.ts';
import { acknowledgedShare } from '../evidence-share.ts';
import { broken, held, undecided, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { ACKNOWLEDGED, DECLARED, DELIVERED, IN_WINDOW, LATE } from '../marks.ts';
import { WAIT_LONGER, whyOpen } from '../outstanding.ts';
import { stepBefore } from '../stalls.ts';
import { readingsWith } from '../victims.ts';
import { count, duration, moment } from '../words.ts';

export const gapsDeclared: Guarantee = {
  id: 'gaps-declared',
  promise: 'No silent gap',
  definition:
    'Every acknowledged reading that never arrived lies in a declared gap of its device, and every time longer than the claim `gap-after` ' +
    'in which a device was not read is covered by declared gaps. Each edge may be off by one period, and by the error that the stamps next to the hole show, as far as `time-within` allows it. ' +
    'What may still come (see `no-loss`) need not be declared. Without outlet.gaps it is tested only where the pipeline file writes out `gap-after`.',
  evidence: 'At least half of the readings that the machines handed over inside the window were surely taken (acknowledged).',
  needs: [{ offer: 'gaps', promisedBy: 'gap-after', judgedWithout: true }],
  cause:
    'Nobody writes down that nothing happened. The part that should have noticed was itself down (a crashed gateway declares nothing after its restart), ' +
    'or the receiving side takes silence for a quiet machine because readings carry no number that would show a hole.',
  fix:
    'Number the readings at the source and let the receiver declare every jump. Let the gateway store when it last read each device, ' +
    'and after a start or a failed poll write a gap record from there to the first new reading, through the same durable queue as the readings.',
  timed: true,
  check,
};

function check(account: Account, doubts: Doubts) {
  const { terms, history, unread, stalls } = account;
  const lost = account.tally(IN_WINDOW | ACKNOWLEDGED, DELIVERED | LATE);
  const late = account.tally(IN_WINDOW | ACKNOWLEDGED | LATE, DELIVERED | DECLARED);
  const open = late + unread.filter((it) => mayStillBeDeclared(account, it)).length;
  if (lost + unread.length === 0 && open > 0) return undecided(stillOpen(account, open), { undecidedReadings: open }, WAIT_LONGER);
  if (lost + unread.length === 0) return vacuous('Nothing was missing, so there was no gap to declare');

  const victims = readingsWith(account, IN_WINDOW | ACKNOWLEDGED, DELIVERED | DECLARED | LATE, () => 'acknowledged, never arrived, and no gap was declared for it',
    (reading) => doubts.add(stepBefore(stalls, history.readings.atMicros[reading]!)));
  const silentReadings = victims.total;
  for (const interval of unread) {
    const { device, fromMicros, toMicros, declared } = interval;
    if (declared || mayStillBeDeclared(account, interval)) continue;
    if (doubts.add(stepBefore(stalls, toMicros) ?? overrun(stalls, fromMicros, fromMicros + terms.claims['gap-after'] * 1000, toMicros))) continue;
    victims.add(fromMicros, () => ({
      atMicros: fromMicros,
      toMicros,
      device: history.devices[device]!,
      what: `not read for ${duration(toMicros - fromMicros)}, until ${moment(toMicros)}, and no declared gap covers it`,
    }));
  }
  const silentIntervals = victims.total - silentReadings;
  const longest = unread.reduce((most, { fromMicros, toMicros }) => Math.max(most, toMicros - fromMicros), 0);
  const numbers = {
    lostReadings: lost, undeclaredReadings: silentReadings,
    ...(open > 0 && { undecidedReadings: open }),
    unreadIntervals: unread.length, undeclaredIntervals: silentIntervals, longestUnreadMs: Math.round(longest / 1000),
  };
  const missing = [lost && count(lost, 'lost reading'), unread.length && count(unread.length, 'unread interval')].filter(Boolean).join(' and ');
  if (victims.total === 0 && open > 0) return undecided(stillOpen(account, open), numbers, WAIT_LONGER);
  if (victims.total === 0) return held(`A declared gap covers ${missing}`, numbers, acknowledgedShare(account));

  const silent = [
    silentReadings && `${silentReadings} of ${count(lost, 'lost reading')}`,
    silentIntervals && `${silentIntervals} of ${count(unread.length, 'unread interval')}`,
  ].filter(Boolean).join(' and ');
  const why = terms.offers.gaps ? '' : '; the pipeline claims gap-after and has no way to declare one';
  return broken(`No declared gap covers ${silent}${why}; the first begins ${moment(victims.oldest[0]!.atMicros)}`, numbers, victims);
}

function stillOpen(account: Account, open: number): string {
  return `For ${count(open, 'lost reading or unread interval', 'lost readings and unread intervals')} the data or a gap may still come: ${whyOpen(account)}`;
}

/** A pipeline that still holds readings of a device may hold its gap records as well. */
function mayStillBeDeclared({ outstanding }: Account, { device, declared }: Account['unread'][number]): boolean {
  return !declared && outstanding.devices.has(device);
}
