import type { Account } from '../account.ts';
import { lateness, overrun, type Doubts } from '../doubts.ts';
import { ALL } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { wasTurnedAway } from '../looks.ts';
import { DELIVERED } from '../marks.ts';
import { trackOf } from '../track.ts';
import { Victims } from '../victims.ts';
import { duration, toMs } from '../words.ts';

export const recovers: Guarantee = {
  id: 'recovers',
  promise: 'Live again in time',
  definition:
    'From the end of the last failure to the moment at which, for every device, a reading made after that end was seen at the outlet, ' +
    'no more time passes than the claim `recovers-within` (RTO). What a look shows may have been there since the look before began. ' +
    'A device of which nothing was seen again although it was given that time is dead, whether it was read again or not, and so is an outlet that turns every look away until the last.',
  evidence: 'Every device that was ever read: the one that was not seen again is the one that matters.',
  cause:
    'Back-off that grows without a limit, a connection that is dead but believed to be alive until its keep-alive or TCP gives up (minutes), ' +
    'a name that was resolved once, or live data that waits behind the whole backlog.',
  fix:
    'Limit back-off to a few seconds, set keep-alive and user time-out from the recovery time that you promise, ' +
    'reconnect on the first sign of life, and give live data its own share of the link while the backlog drains.',
  timed: true,
  check,
};

function check(account: Account, doubts: Doubts) {
  const { history, terms, timeline } = account;
  const heal = timeline.lastHealMicros;
  if (heal === undefined) return vacuous('No failure ended, so there was nothing to recover from');

  const allowedMicros = terms.claims['recovers-within'] * 1000;
  const victims = new Victims();
  const read = [...history.devices.entries()].filter(([device]) => account.match.first[device] !== account.match.first[device + 1]);
  let [worst, seen] = [0, 0];
  for (const [device, name] of read) {
    const recoveredMicros = recoveredAt(account, device, heal);
    const took = (recoveredMicros ?? timeline.finalReadMicros) - heal;
    if (recoveredMicros !== undefined) [worst, seen] = [Math.max(worst, took), seen + 1];
    if (isLate(account, heal, heal + allowedMicros, recoveredMicros, doubts)) {
      victims.add(heal, () => ({ atMicros: heal, toMicros: heal + took, device: name, what: recoveredMicros === undefined
        ? `nothing made after the last failure was seen within ${duration(took)}, when the outlet was last read`
        : `live again only ${duration(took)} after the last failure` }));
    }
  }
  const numbers = { devices: read.length, lateDevices: victims.total, worstRecoveryMs: toMs(worst), claimMs: terms.claims['recovers-within'] };
  const claim = duration(terms.claims['recovers-within'] * 1000);
  if (victims.total > 0) return broken(`${victims.oldest[0]!.device}: ${victims.oldest[0]!.what}; the claim is ${claim} (${victims.total} of ${read.length} devices late)`, numbers, victims);
  if (read.length === 0) return vacuous('No device was read');
  const share = { seen, possible: read.length, floor: ALL, what: 'devices were seen live again before the outlet was last read', fix: `A longer settle or drain in the scenario: the outlet was last read ${duration(timeline.finalReadMicros - heal)} after the last failure, and the claim is ${claim}` };
  return held(`Every device live again within ${duration(worst)} of the end of the last failure; the claim is ${claim}`, numbers, share);
}

/**
 * Whether a device was live again too late, for sure. What nobody could see is in doubt, unless the outlet turned every look away
 * until it was read for the last time.
 */
function isLate(account: Account, heal: number, dueMicros: number, recoveredMicros: number | undefined, doubts: Doubts): boolean {
  const { stalls, looks, timeline: { finalReadMicros } } = account;
  const seenMicros = recoveredMicros ?? finalReadMicros;
  if (seenMicros <= dueMicros) return false;
  const dead = recoveredMicros === undefined || (recoveredMicros >= finalReadMicros && wasTurnedAway(looks, dueMicros, finalReadMicros));
  const late = dead ? { why: overrun(stalls, heal, dueMicros, seenMicros) } : lateness(account, heal, dueMicros, seenMicros);
  return late !== undefined && !doubts.add(late.why);
}

/**
 * When the first reading made after the heal was seen; undefined if none was. Nothing is seen before it is made, so the
 * search ends at the first reading that was made later than another was seen.
 */
function recoveredAt({ history, match, marks }: Account, device: number, heal: number): number | undefined {
  const { at, firstAfter, to } = trackOf(history, match, device);
  let recoveredMicros = Infinity;
  for (let place = firstAfter(heal); place < to && at(place) <= recoveredMicros; place++) {
    const reading = match.order[place]!;
    if (!(marks[reading]! & DELIVERED)) continue;
    recoveredMicros = Math.min(recoveredMicros, history.deliveries.seenAtMicros[match.rowOf[reading]!]!);
  }
  return recoveredMicros === Infinity ? undefined : recoveredMicros;
}
