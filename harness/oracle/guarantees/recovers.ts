import type { Account } from '../account.ts';
import { OUTLET_LOOK_MICROS } from '../classify.ts';
import { ALL } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { DELIVERED } from '../marks.ts';
import { trackOf } from '../track.ts';
import { Victims } from '../victims.ts';
import { duration, toMs } from '../words.ts';

export const recovers: Guarantee = {
  id: 'recovers',
  promise: 'Live again in time',
  definition:
    'From the end of the last failure to the moment at which, for every device, a reading made after that end was seen at the outlet, ' +
    'no more time passes than the claim `recovers-within` (RTO). The outlet is looked at every 250 ms, which is allowed on top. ' +
    'A device of which nothing was seen again although it was given that time is dead, whether it was read again or not.',
  evidence: 'Every device that was ever read: the one that was not seen again is the one that matters.',
  cause:
    'Back-off that grows without a limit, a connection that is dead but believed to be alive until its keep-alive or TCP gives up (minutes), ' +
    'a name that was resolved once, or live data that waits behind the whole backlog.',
  fix:
    'Limit back-off to a few seconds, set keep-alive and user time-out from the recovery time that you promise, ' +
    'reconnect on the first sign of life, and give live data its own share of the link while the backlog drains.',
  check,
};

function check(account: Account) {
  const { history, terms, timeline } = account;
  const heal = timeline.lastHealMicros;
  if (heal === undefined) return vacuous('No failure ended, so there was nothing to recover from');

  const allowedMicros = terms.claims['recovers-within'] * 1000 + OUTLET_LOOK_MICROS;
  const victims = new Victims();
  const read = [...history.devices.entries()].filter(([device]) => account.match.first[device] !== account.match.first[device + 1]);
  let [worst, seen] = [0, 0];
  for (const [device, name] of read) {
    const recoveredMicros = recoveredAt(account, device, heal);
    const took = (recoveredMicros ?? timeline.finalReadMicros) - heal;
    if (recoveredMicros !== undefined) [worst, seen] = [Math.max(worst, took), seen + 1];
    if (took > allowedMicros) {
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
