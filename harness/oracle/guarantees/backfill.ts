import { MANUAL } from '../../history/history.ts';
import type { Account } from '../account.ts';
import { broken, held, unavailable, undecided } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { WAIT_LONGER, whyOpen } from '../outstanding.ts';
import { Victims } from '../victims.ts';
import { count, moment } from '../words.ts';

export const backfill: Guarantee = {
  id: 'backfill',
  promise: 'What people type in merges',
  definition: 'Every record that a person typed in is at the outlet exactly once, with the value that was typed, marked as manual, when the drain ends. What is missing of a device whose readings may still come (see `no-loss`) is undecided.',
  evidence: 'Every record is judged by itself; one is enough.',
  cause: 'The form sends again after a time-out and the second copy is stored too, or typed records take the same path as sensor data and cannot be told from it later, or the import overwrites what came in meanwhile.',
  fix: 'Give every entry an identity when the form is opened, not when it is sent, make the merge idempotent on it, and carry its origin through to the table.',
  check,
};

function check(account: Account) {
  const { history, match } = account;
  const entries = history.events.filter((event) => event.kind === 'manual-entry');
  if (entries.length === 0) return unavailable('Nobody typed anything in during this run', 'Judge it on the model for now: nobody types into a real pipeline yet');

  const { deliveries, devices } = history;
  const rows = new Map<string, number[]>();
  for (const row of match.typedIn) {
    const key = `${devices[deliveries.device[row]!]} ${deliveries.n[row]}`;
    rows.set(key, [...(rows.get(key) ?? []), row]);
  }
  const victims = new Victims();
  let open = 0;
  for (const { atMicros, device, n, value } of entries) {
    const found = rows.get(`${device} ${n}`) ?? [];
    if (found.length === 0 && account.outstanding.devices.has(devices.indexOf(device))) {
      open++;
      continue;
    }
    const wrong = whatIsWrong(found, value);
    if (wrong) victims.add(atMicros, () => ({ atMicros, device, n, what: `typed in, and ${wrong}` }));
  }
  const numbers = { entries: entries.length, wrongEntries: victims.total };
  if (victims.total === 0 && open > 0) return undecided(`${count(open, 'record')} that ${open === 1 ? 'was' : 'were'} typed in may still come: ${whyOpen(account)}`, { ...numbers, undecidedEntries: open }, WAIT_LONGER);
  if (victims.total === 0) return held(`${count(entries.length, 'record')} typed in, each there once and marked as manual`, numbers);
  const [first] = victims.oldest;
  return broken(`${victims.total} of ${count(entries.length, 'typed record')} did not merge; first, ${moment(first!.atMicros)}: ${first!.what}`, numbers, victims);

  function whatIsWrong(found: number[], value: number): string | undefined {
    if (found.length !== 1) return found.length === 0 ? 'never arrived' : `there ${found.length} times`;
    const row = found[0]!;
    if (Math.fround(deliveries.value[row]!) !== Math.fround(value)) return `was ${value}, is ${deliveries.value[row]}`;
    return deliveries.flags[row]! & MANUAL ? undefined : 'not marked as manual';
  }
}
