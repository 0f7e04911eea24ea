import type { Account } from '../account.ts';
import { acknowledgedShare } from '../evidence-share.ts';
import { broken, held, undecided, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { ACKNOWLEDGED, DECLARED, DELIVERED, IN_WINDOW, LATE } from '../marks.ts';
import { allowedLoss } from '../outages.ts';
import { lostAfterWindow, WAIT_LONGER, whyOpen } from '../outstanding.ts';
import { readingsWith } from '../victims.ts';
import { count, moment } from '../words.ts';

export const noLoss: Guarantee = {
  id: 'no-loss',
  promise: 'Nothing that was acknowledged is lost',
  definition:
    'Every reading that the pipeline surely took inside the judged window is at the outlet at least once when the drain ends. ' +
    'A reading whose handover was in flight when something broke may be there or not. ' +
    'A lost reading is lost even if a gap was declared for it; declared and silent loss are told apart. ' +
    'Loss that the claims allow (`buffers-for`, `power-loss-window`) is not counted here, it is judged by capacity and power-safe. ' +
    'Late is not lost: what is missing is undecided if the outlet was last read before `drains-within` had passed after the last failure, ' +
    'if the pipeline then said that more was on its way than before the failures, if readings that had been held back came in until the end, ' +
    'or if no later reading of the device came in. What was lost after the window is not judged, but said.',
  evidence: 'At least half of the readings that the machines handed over inside the window were surely taken (acknowledged): of the others nobody knows whether they had to arrive.',
  cause:
    'The buffer between the machine and the platform exists in memory only, or only while the connection is known to be down: ' +
    'a cable that is pulled in silence is noticed at the next keep-alive, and what was sent until then is gone. ' +
    "Next in line: a sender that deletes at the broker's PUBACK, which proves that a broker has it, not that anybody stored it. " +
    'And before all of these: a late reply of a machine that is taken for the answer to the next question, whose own answer then nobody waits for.',
  fix:
    'Commit every reading to a queue on disk before anything else is done with it, and delete it only when the far end confirms its commit. ' +
    'For MQTT: unique message ids, a persistent session and a store on disk, and never publish while offline without a queue of your own. ' +
    'For Modbus: match every reply to its request by the transaction id.',
  check,
};

function check(account: Account) {
  const acknowledged = account.tally(IN_WINDOW | ACKNOWLEDGED);
  if (acknowledged === 0) return vacuous('No reading was acknowledged inside the window, so none could be lost');

  const isAllowed = allowedLoss(account);
  const allowed = { silent: 0, declared: 0 };
  const { marks } = account;
  const lost = readingsWith(account, IN_WINDOW | ACKNOWLEDGED, DELIVERED | LATE, (reading) =>
    marks[reading]! & DECLARED ? 'acknowledged, never arrived, inside a declared gap' : 'acknowledged, never arrived, and no gap was declared for it',
    (reading) => {
      if (!isAllowed(reading)) return false;
      allowed[marks[reading]! & DECLARED ? 'declared' : 'silent']++;
      return true;
    });
  const declared = account.tally(IN_WINDOW | ACKNOWLEDGED | DECLARED, DELIVERED | LATE) - allowed.declared;
  const silent = lost.total - declared;
  const byClaim = allowed.silent + allowed.declared;
  const open = readingsWith(account, IN_WINDOW | ACKNOWLEDGED | LATE, DELIVERED, () => '', isAllowed).total;
  const after = lostAfterWindow(account);
  const numbers = {
    acknowledgedReadings: acknowledged, lostReadings: lost.total, lostSilentReadings: silent, lostDeclaredReadings: declared,
    ...(byClaim > 0 && { allowedByClaimsReadings: byClaim }),
    ...(open > 0 && { undecidedReadings: open }),
    ...(after > 0 && { lostAfterWindowReadings: after }),
  };
  const afterwards = after > 0 ? `; after the judged window ${count(after, 'more acknowledged reading')} ${after === 1 ? 'is' : 'are'} missing` : '';
  if (lost.total === 0) {
    if (open > 0) return undecided(`${open} of ${count(acknowledged, 'acknowledged reading')} had not arrived and may still come: ${whyOpen(account)}${afterwards}`, numbers, WAIT_LONGER);
    const share = acknowledgedShare(account);
    if (byClaim > 0) return held(`All but ${byClaim} of ${count(acknowledged, 'acknowledged reading')} arrived, and the claims allow the loss of those${afterwards}`, numbers, share);
    return held(`All ${count(acknowledged, 'acknowledged reading')} arrived${afterwards}`, numbers, share);
  }

  const [first] = lost.oldest;
  const how = declared === 0 ? 'all of them without a word' : silent === 0 ? 'all inside declared gaps' : `${silent} without a word, ${declared} inside declared gaps`;
  return broken(
    `${lost.total} of ${count(acknowledged, 'acknowledged reading')} never arrived, ${how}; the first is ${first!.device} n ${first!.n}, ${moment(first!.atMicros)}${open > 0 ? `; ${open} more may still come` : ''}${afterwards}`,
    numbers, lost,
  );
}
