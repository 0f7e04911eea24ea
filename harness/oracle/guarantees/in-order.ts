import type { Account } from '../account.ts';
import type { Doubts } from '../doubts.ts';
import { rowsShare } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { DELIVERED, REORDERED } from '../marks.ts';
import { stepBefore } from '../stalls.ts';
import { readingsWith } from '../victims.ts';
import { count } from '../words.ts';

export const inOrder: Guarantee = {
  id: 'in-order',
  promise: 'Per device, order survives',
  definition:
    "Put each device's rows in the order of the pipeline's own time (ties, and outlets without a time: the outlet's order): the numbers of the readings rise. " +
    'A reading that stands after a later one of its device is out of order. A second row of the same reading is left to no-duplicates.',
  evidence: 'At least half of the readings of the window that are not lost are at the outlet.',
  cause:
    'Readings are stamped when they arrive, so a backlog that is sent after live data looks newer than it is; or the stamp is the wall clock and that was set back; ' +
    'or stamps are so coarse that several readings share one and the ties fall as the batches did.',
  fix:
    'Stamp once, at the source, from a clock that never goes back (monotonic time plus an offset), keep the stamp through every hop, ' +
    'and store a sequence number next to it that queries sort by.',
  check,
};

function check(account: Account, doubts: Doubts) {
  const delivered = account.tally(DELIVERED);
  if (delivered < 2) return vacuous('Fewer than two readings arrived, so there was no order to break');
  const victims = readingsWith(account, DELIVERED | REORDERED, 0, () => 'comes after a later reading of its device',
    () => account.terms.offers.stamps && doubts.add(stepBefore(account.stalls, account.timeline.endMicros)));
  const numbers = { readings: delivered, reorderedReadings: victims.total };
  if (victims.total === 0) return held(`${count(delivered, 'reading')} in the order of the devices`, numbers, rowsShare(account));
  const [first] = victims.oldest;
  return broken(`${victims.total} of ${count(delivered, 'reading')} come after a later one of the same device; the first is ${first!.device} n ${first!.n}`, numbers, victims);
}
