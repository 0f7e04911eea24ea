import type { Account } from '../account.ts';
import { rowsShare } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { DUPLICATE } from '../marks.ts';
import { readingEvidence, Victims } from '../victims.ts';
import { count, moment } from '../words.ts';

export const noDuplicates: Guarantee = {
  id: 'no-duplicates',
  promise: 'One reading, one row',
  definition:
    'At the outlet every reading of the plant has at most one row, judged after the drain. All rows count, also those of readings outside the judged window.',
  evidence: 'At least half of the readings of the window that are not lost are at the outlet.',
  cause:
    'Something was sent again because its confirmation got lost, and the receiver took it for new: QoS 1 means at least once. ' +
    'Receivers that tell rows apart by arrival time or by message id let it through, and so does one that stores first and remembers what it stored later, with a crash in between.',
  fix:
    'Give every reading an identity at its source (device and a number that survives a restart) and make the insert idempotent on it, ' +
    'in the same transaction as the row: a UNIQUE key and INSERT OR IGNORE / ON CONFLICT DO NOTHING.',
  check,
};

function check(account: Account) {
  const { match, history } = account;
  const rows = history.deliveries.rows;
  if (rows === 0) return vacuous('The outlet has no rows, so none could be there twice');

  const twice = account.tally(DUPLICATE);
  const extra = new Victims();
  for (const row of match.repeats) {
    const reading = match.readingOf[row]!;
    const { atMicros } = history.readings;
    extra.add(atMicros[reading]!, () =>
      readingEvidence(account, reading, `row ${row + 1} shows it again, seen ${moment(history.deliveries.seenAtMicros[row]!)}; row ${match.rowOf[reading]! + 1} was the first`));
  }
  const numbers = { rows, duplicateReadings: twice, extraRows: extra.total };
  if (twice === 0) return held(`None of ${count(rows, 'row')} shows a reading a second time`, numbers, rowsShare(account));
  const [first] = extra.oldest;
  return broken(`${count(twice, 'reading')} ${twice === 1 ? 'has' : 'have'} ${count(extra.total, 'extra row')}; the first is ${first!.device} n ${first!.n}`, numbers, extra);
}
