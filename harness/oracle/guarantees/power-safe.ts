import type { Account } from '../account.ts';
import { shareOfAcknowledged } from '../evidence-share.ts';
import { broken, held, undecided, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { forEachMade } from '../made.ts';
import { ACKNOWLEDGED, DELIVERED, IN_WINDOW, LATE } from '../marks.ts';
import { allowedLoss, outagesOf, powerCuts } from '../outages.ts';
import { WAIT_LONGER, whyOpen } from '../outstanding.ts';
import { readingEvidence, Victims } from '../victims.ts';
import { count, duration, moment, toMs } from '../words.ts';

/** Without an outage around it, what was made this long before the cut may still have been in the node. */
const IN_THE_NODE_MICROS = 1_000_000;

export const powerSafe: Guarantee = {
  id: 'power-safe',
  promise: 'It survives a power cut',
  definition:
    'When a node loses its power and every write that was not synced is gone, no acknowledged reading older than the claim `power-loss-window` (nothing, if left out) is lost. ' +
    'Judged are the readings that may have been in the node: made in the second before the cut, or since the start of an outage whose backlog was not in yet, but after any crash before the cut. ' +
    'Several cuts each take their own window, and a burst of them (`brownout`) counts cut by cut: what the claims let one take is charged to no other. What may still come (see `no-loss`) is undecided. ' +
    'Judged only from power cuts: a killed process loses nothing that the kernel has, and proves nothing about disks.',
  evidence: 'At least half of the readings that the machines handed over while they may have been in the node were surely taken (acknowledged); one of each device for every failure then is left out, since it was in flight when that began.',
  cause:
    'Something says "committed" before it is on the disk: SQLite in WAL mode with synchronous=NORMAL or OFF, a file that is replaced by rename without syncing it and its folder, ' +
    'an append without fdatasync, a broker that saves its store every half hour.',
  fix:
    'PRAGMA synchronous=FULL (or EXTRA without WAL), fdatasync before the acknowledgement, sync of file and folder around a rename; ' +
    'group several readings per sync where the disk is slow. Then cut the power, not the process, to test it.',
  check,
};

function check(account: Account) {
  const { history, marks, terms, timeline } = account;
  const cuts = powerCuts(history, timeline);
  if (cuts.length === 0) return vacuous('No power was cut with its un-synced writes, so nothing was shown about disks');

  const windowMicros = (terms.claims['power-loss-window'] ?? 0) * 1000;
  const exposures = cuts.map(({ id, fromMicros }) => ({ id, cutMicros: fromMicros, from: exposedFrom(account, fromMicros), to: fromMicros - windowMicros }));
  const isAllowed = allowedLoss(account);
  const victims = new Victims();
  let [made, exposed, open] = [0, 0, 0];
  forEachMade(account, Math.min(...exposures.map(({ from }) => from)), Math.max(...exposures.map(({ to }) => to)), (reading) => {
    const bits = marks[reading]!;
    if (!(bits & IN_WINDOW)) return;
    const latched = history.readings.atMicros[reading]!;
    const exposure = exposures.find(({ from, to }) => latched > from && latched <= to);
    if (!exposure) return;
    made++;
    if (!(bits & ACKNOWLEDGED) || (!(bits & DELIVERED) && isAllowed(reading))) return;
    exposed++;
    if (bits & DELIVERED) return;
    if (bits & LATE) open++;
    else victims.add(latched, () => readingEvidence(account, reading, `acknowledged ${duration(exposure.cutMicros - latched)} before ${exposure.id}, never arrived`));
  });
  const numbers = {
    powerCuts: cuts.length, exposedReadings: exposed, lostReadings: victims.total, claimMs: toMs(windowMicros), ...(open > 0 && { undecidedReadings: open }),
  };
  if (exposed === 0) return vacuous('No reading was acknowledged before a power cut that could have been lost by it', numbers);
  if (victims.total === 0 && open > 0) return undecided(`${open} of ${count(exposed, 'reading')} acknowledged before a power cut may still come: ${whyOpen(account)}`, numbers, WAIT_LONGER);
  if (victims.total === 0) return held(`${count(cuts.length, 'power cut')}, and none of ${count(exposed, 'reading')} acknowledged before is lost`, numbers, shareOfAcknowledged(exposed, Math.max(exposed, made - inFlight(account, exposures))));
  const [first] = victims.oldest;
  return broken(`${victims.total} of ${count(exposed, 'reading')} acknowledged more than ${duration(windowMicros)} before a power cut are lost; the first is ${first!.device} n ${first!.n}, ${moment(first!.atMicros)}`, numbers, victims);
}

/** How many readings the failures of that time may have caught in flight: nobody has to know what became of those. */
function inFlight({ history, timeline }: Account, exposures: { from: number; cutMicros: number }[]): number {
  const caught = timeline.faults.filter(({ fromMicros, toMicros }) =>
    fromMicros !== undefined && exposures.some(({ from, cutMicros }) => fromMicros <= cutMicros && toMicros >= from));
  return caught.length * history.devices.length;
}

/** Since when readings may have been held in the node. */
function exposedFrom(account: Account, cutMicros: number): number {
  const { timeline } = account;
  const open = outagesOf(account).filter(({ fromMicros, toMicros }) => fromMicros <= cutMicros && (toMicros >= cutMicros || lastSeen(account, fromMicros, toMicros) >= cutMicros));
  const since = Math.min(cutMicros - IN_THE_NODE_MICROS, ...open.map(({ fromMicros }) => fromMicros));
  const crashes = timeline.faults.filter(({ planned, fromMicros }) => planned.kind === 'crash' && fromMicros !== undefined && fromMicros < cutMicros);
  return Math.max(since, ...crashes.map(({ toMicros }) => Math.min(toMicros, cutMicros)));
}

/** When the last reading made in this time was seen. */
function lastSeen(account: Account, fromMicros: number, toMicros: number): number {
  const { history, match } = account;
  let last = -Infinity;
  forEachMade(account, fromMicros, toMicros, (reading) => {
    const row = match.rowOf[reading]!;
    if (row >= 0) last = Math.max(last, history.deliveries.seenAtMicros[row]!);
  });
  return last;
}
