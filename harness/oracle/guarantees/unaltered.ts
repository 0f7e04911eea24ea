import type { Field } from '../../history/columns.ts';
import type { Account } from '../account.ts';
import { rowsShare } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { readingEvidence, Victims } from '../victims.ts';
import { count } from '../words.ts';

export const unaltered: Guarantee = {
  id: 'unaltered',
  promise: 'Values arrive as they were read',
  definition:
    'The value of every row equals that of its reading bit for bit as a float32, and so does every other field that the outlet is declared to carry. ' +
    'A row that no reading of the plant can be recognised in, or whose reading the plant never made, counts as altered too.',
  evidence: 'At least half of the readings of the window that are not lost are at the outlet.',
  cause:
    'Registers joined in the wrong word order or read in two requests, a reply that came after its time-out and was taken for the next one, ' +
    'an integer cut to 16 bits, taken for a signed one or passed through a float32, a decimal notation with too few digits, unit conversion on the way, or a deadband that repeats the last value where there is none.',
  fix:
    'Read what belongs together in one request, match every reply to its request (transaction id) and drop late ones, ' +
    'carry float32 values with nine significant digits or as bytes, and scale only where they are shown.',
  check,
};

function check(account: Account) {
  const { match, alteredRows, history } = account;
  const { rows, device, n, seenAtMicros } = history.deliveries;
  const unreadable = history.events.filter((event) => event.kind === 'unreadable-row');
  if (rows + unreadable.length === 0) return vacuous('The outlet has no rows, so no value could be compared');

  const victims = new Victims();
  for (const row of match.unknown) {
    const atMicros = seenAtMicros[row]!;
    victims.add(atMicros, () => ({ atMicros, device: history.devices[device[row]!]!, n: n[row]!, what: 'the plant never made such a reading' }));
  }
  for (const row of alteredRows) {
    const reading = match.readingOf[row]!;
    victims.add(history.readings.atMicros[reading]!, () => readingEvidence(account, reading, difference(account, reading, row)));
  }
  for (const { atMicros, row, why } of unreadable) victims.add(atMicros, () => ({ atMicros, what: `a row that no reading can be recognised in (${why}): ${row}` }));

  const altered = alteredRows.length;
  const unknown = match.unknown.length;
  const numbers = { rows, alteredRows: altered, unknownRows: unknown, unreadableRows: unreadable.length };
  if (victims.total === 0) return held(`${count(rows, 'row')} ${rows === 1 ? 'equals its reading' : 'equal their readings'} bit for bit`, numbers, rowsShare(account));
  const parts = [
    altered && `${count(altered, 'row')} ${altered === 1 ? 'differs from its reading' : 'differ from their readings'}`,
    unknown && `${count(unknown, 'row')} ${unknown === 1 ? 'is of a reading' : 'are of readings'} that the plant never made`,
    unreadable.length && `${count(unreadable.length, 'row')} cannot be read`,
  ];
  return broken(`${parts.filter(Boolean).join(', ')}; first: ${victims.oldest[0]!.what}`, numbers, victims);
}

function difference({ history: { readings, deliveries, meta } }: Account, reading: number, row: number): string {
  const names: ('value' | Field)[] = ['value', ...meta.terms.fields];
  const different = names.flatMap((name) => {
    const expected = readings[name]?.[reading];
    const found = deliveries[name]?.[row];
    const same = name === 'value' ? Object.is(Math.fround(found!), expected) : found === expected;
    return expected === undefined || same ? [] : [`${name} was ${expected} at the device and is ${found ?? 'missing'} at the outlet`];
  });
  return different.join('; ');
}
