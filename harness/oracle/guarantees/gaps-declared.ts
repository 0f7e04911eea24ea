import type { Account } from '../account.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { ACKNOWLEDGED, DECLARED, DELIVERED, IN_WINDOW } from '../marks.ts';
import { readingsWith } from '../victims.ts';
import { count, duration, moment } from '../words.ts';

export const gapsDeclared: Guarantee = {
  id: 'gaps-declared',
  promise: 'No silent gap',
  definition:
    'Every acknowledged reading that never arrived lies in a declared gap of its device, and every time longer than the claim `gap-after` ' +
    'in which a device was not read is covered by declared gaps. Each edge may be off by one period, and by the error that the stamps next to the hole show, as far as `time-within` allows it.',
  cause:
    'Nobody writes down that nothing happened. The part that should have noticed was itself down (a crashed gateway declares nothing after its restart), ' +
    'or the receiving side takes silence for a quiet machine because readings carry no number that would show a hole.',
  fix:
    'Number the readings at the source and let the receiver declare every jump. Let the gateway store when it last read each device, ' +
    'and after a start or a failed poll write a gap record from there to the first new reading, through the same durable queue as the readings.',
  check,
};

function check(account: Account) {
  const { terms, history, unread } = account;
  const lost = account.tally(IN_WINDOW | ACKNOWLEDGED, DELIVERED);
  if (lost + unread.length === 0) return vacuous('Nothing was missing, so there was no gap to declare');

  const victims = readingsWith(account, IN_WINDOW | ACKNOWLEDGED, DELIVERED | DECLARED, () => 'acknowledged, never arrived, and no gap was declared for it');
  const silentReadings = victims.total;
  for (const { device, fromMicros, toMicros, declared } of unread) {
    if (declared) continue;
    victims.add(fromMicros, () => ({
      atMicros: fromMicros,
      device: history.devices[device]!,
      what: `not read for ${duration(toMicros - fromMicros)}, until ${moment(toMicros)}, and no declared gap covers it`,
    }));
  }
  const silentIntervals = victims.total - silentReadings;
  const longest = unread.reduce((most, { fromMicros, toMicros }) => Math.max(most, toMicros - fromMicros), 0);
  const numbers = {
    lostReadings: lost, undeclaredReadings: silentReadings,
    unreadIntervals: unread.length, undeclaredIntervals: silentIntervals, longestUnreadMs: Math.round(longest / 1000),
  };
  const missing = [lost && count(lost, 'lost reading'), unread.length && count(unread.length, 'unread interval')].filter(Boolean).join(' and ');
  if (victims.total === 0) return held(`A declared gap covers ${missing}`, numbers);

  const silent = [
    silentReadings && `${silentReadings} of ${count(lost, 'lost reading')}`,
    silentIntervals && `${silentIntervals} of ${count(unread.length, 'unread interval')}`,
  ].filter(Boolean).join(' and ');
  const why = terms.offers.gaps ? '' : '; the pipeline has no way to declare one';
  return broken(`No declared gap covers ${silent}${why}; the first begins ${moment(victims.oldest[0]!.atMicros)}`, numbers, victims);
}
