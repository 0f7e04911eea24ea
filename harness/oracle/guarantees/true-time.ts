import type { Account } from '../account.ts';
import { broken, held, unavailable, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { UNCERTAIN } from '../../history/history.ts';
import { percentiles } from '../percentile.ts';
import { readingEvidence, Victims } from '../victims.ts';
import { count, duration, toMs } from '../words.ts';

export const trueTime: Guarantee = {
  id: 'true-time',
  promise: 'Stamps are true',
  definition:
    'The stamp of every row is within the claim `time-within` of the moment at which the device made the reading, by the clock of the harness, ' +
    'or the pipeline marks the stamp as uncertain. If it marks more than half of all rows, nothing was shown.',
  cause:
    'The stamp is taken from the wall clock at a moment when it was wrong: after a boot without a clock battery, during an NTP step, ' +
    'or it is taken on arrival, so that buffered readings get the time at which the link came back.',
  fix:
    'Stamp at the source with monotonic time and keep its offset to the wall clock separately; when the wall clock jumps, correct the offset, ' +
    'and re-stamp or mark as uncertain what was read before the clock was known to be right.',
  check,
};

function check(account: Account) {
  const { history, terms, cells } = account;
  const { rows, stampMicros, flags } = history.deliveries;
  if (!terms.offers.stamps) return unavailable('The outlet gives no time of its own', "Add outlet.readings.fields.time to pipeline.yaml: the pipeline's own time of a reading");

  const allowedMicros = terms.claims['time-within'] * 1000;
  const errors = new Float64Array(rows);
  const victims = new Victims();
  let [judged, uncertain, missing] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const cell = cells.ofRow[row]!;
    if (cell < 0) continue;
    if (flags[row]! & UNCERTAIN) {
      uncertain++;
      continue;
    }
    const latched = history.readings.atMicros[cells.reading[cell]!]!;
    const error = Math.abs(stampMicros[row]! - latched);
    if (error <= allowedMicros) {
      errors[judged++] = error;
      continue;
    }
    if (Number.isFinite(error)) errors[judged++] = error;
    else missing++;
    victims.add(latched, () => readingEvidence(account, cell, stampText(stampMicros[row]! - latched)));
  }
  const certain = errors.subarray(0, judged);
  const [p50, p99, max] = percentiles(certain, [0.5, 0.99, 1]) as [number, number, number];
  const numbers = {
    rows: judged + uncertain + missing, uncertainRows: uncertain, wrongRows: victims.total,
    ...(judged > 0 && { p50ErrorMs: toMs(p50), p99ErrorMs: toMs(p99), maxErrorMs: toMs(max) }),
  };
  if (victims.total > 0) {
    const [first] = victims.oldest;
    return broken(`${victims.total} of ${count(numbers.rows, 'row')} are more than ${duration(allowedMicros)} off and not marked as uncertain; the first, ${first!.device} n ${first!.n}, ${first!.what}`, numbers, victims);
  }
  if (numbers.rows === 0) return vacuous('The outlet has no rows, so no stamp could be wrong', numbers);
  if (uncertain > numbers.rows / 2) return vacuous(`The pipeline marks ${uncertain} of ${count(numbers.rows, 'row')} as uncertain, so it promises too little to judge`, numbers);
  return held(`${count(judged, 'stamp')} within ${duration(max)} of the truth, 99 % within ${duration(p99)}${uncertain ? `; ${uncertain} marked as uncertain` : ''}`, numbers);
}

function stampText(errorMicros: number): string {
  if (!Number.isFinite(errorMicros)) return 'has no stamp';
  return `is stamped ${duration(Math.abs(errorMicros))} too ${errorMicros > 0 ? 'late' : 'early'}`;
}
