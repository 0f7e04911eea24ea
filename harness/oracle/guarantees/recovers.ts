import type { Account } from '../account.ts';
import { OUTLET_LOOK_MICROS } from '../classify.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { ACKNOWLEDGED, DELIVERED } from '../marks.ts';
import { trackOf } from '../track.ts';
import { Victims } from '../victims.ts';
import { duration, toMs } from '../words.ts';

export const recovers: Guarantee = {
  id: 'recovers',
  promise: 'Live again in time',
  definition:
    'From the end of the last failure to the moment at which, for every device, a reading made after that end was seen at the outlet, ' +
    'no more time passes than the claim `recovers-within` (RTO). The outlet is looked at every 250 ms, which is allowed on top.',
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
  const unseen: string[] = [];
  let worst = 0;
  for (const [device, name] of history.devices.entries()) {
    const { recoveredMicros, waiting } = recoveryOf(account, device, heal);
    const took = (recoveredMicros ?? timeline.finalReadMicros) - heal;
    if (recoveredMicros !== undefined) worst = Math.max(worst, took);
    if (recoveredMicros === undefined && !(waiting && took > allowedMicros)) unseen.push(name);
    else if (took > allowedMicros) {
      victims.add(heal, () => ({ atMicros: heal, device: name, what: recoveredMicros === undefined
        ? `nothing made after the last failure was seen within ${duration(took)}, when the outlet was last read`
        : `live again only ${duration(took)} after the last failure` }));
    }
  }
  const numbers = { devices: history.devices.length, lateDevices: victims.total, worstRecoveryMs: toMs(worst), claimMs: terms.claims['recovers-within'] };
  const claim = duration(terms.claims['recovers-within'] * 1000);
  if (victims.total > 0) return broken(`${victims.oldest[0]!.device}: ${victims.oldest[0]!.what}; the claim is ${claim} (${victims.total} of ${history.devices.length} devices late)`, numbers, victims);
  if (history.devices.length === 0) return vacuous('No device was read');
  if (unseen.length > 0) return vacuous(`${unseen[0]} took no reading after the last failure that had to be seen within ${claim} before the run ended; a longer settle or drain would show it`, numbers);
  return held(`Every device live again within ${duration(worst)} of the end of the last failure; the claim is ${claim}`, numbers);
}

/**
 * When the first reading made after the heal was seen, and whether an acknowledged one is there to be seen. Nothing is
 * seen before it is made, so the search ends at the first reading that was made later than another was seen.
 */
function recoveryOf({ history, match, marks }: Account, device: number, heal: number): { recoveredMicros: number | undefined; waiting: boolean } {
  const { at, firstAfter, to } = trackOf(history, match, device);
  let recoveredMicros = Infinity;
  let waiting = false;
  for (let place = firstAfter(heal); place < to && at(place) <= recoveredMicros; place++) {
    const reading = match.order[place]!;
    if (marks[reading]! & ACKNOWLEDGED) waiting = true;
    if (!(marks[reading]! & DELIVERED)) continue;
    recoveredMicros = Math.min(recoveredMicros, history.deliveries.seenAtMicros[match.rowOf[reading]!]!);
  }
  return { recoveredMicros: recoveredMicros === Infinity ? undefined : recoveredMicros, waiting };
}
