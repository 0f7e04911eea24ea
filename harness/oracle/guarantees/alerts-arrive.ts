import type { Account } from '../account.ts';
import { overrun, type Doubts } from '../doubts.ts';
import { HALF } from '../evidence-share.ts';
import { broken, held, unavailable, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { Victims } from '../victims.ts';
import { count, duration, toMs } from '../words.ts';

const DEFAULT_WITHIN_MS = 30_000;
const MOST_REPEATS = 3;

export const alertsArrive: Guarantee = {
  id: 'alerts-arrive',
  promise: 'Someone is told',
  definition:
    'Every critical event reaches at least one channel (the siren counts) within the claim `alert-within` (30 s, if left out), whatever has failed. ' +
    `No alert comes more than ${MOST_REPEATS} times over one channel, also not when a channel is back. An event raised too shortly before the end of the run is not judged.`,
  evidence: 'At least half of the critical events were raised early enough to be judged.',
  cause:
    'All alerts go through the very network or service that has failed, or alert rules run in the cloud over data that does not arrive. ' +
    'Afterwards the backlog runs through the same rules and rings for everything at once.',
  fix: 'Decide on critical alerts where the data is made, keep a second channel that shares nothing with the first (siren, GSM), number alerts and send each once, and do not raise from replayed data what is long over.',
  withoutOutlet: true,
  timed: true,
  check,
};

function check({ history, terms, timeline, stalls }: Account, doubts: Doubts) {
  const raised = history.events.filter((event) => event.kind === 'alert-raised').filter(({ critical }) => critical);
  if (raised.length === 0) return unavailable('The plant raised no critical event in this run', 'Judge it on the model for now: the real plant has no alert channels to listen on yet');
  const withinMs = terms.claims['alert-within'] ?? DEFAULT_WITHIN_MS;
  const received = Map.groupBy(history.events.filter((event) => event.kind === 'alert-received'), ({ alert }) => alert);

  const victims = new Victims();
  const judged = { alerts: 0, late: 0, storms: 0 };
  let slowest = 0;
  for (const { alert, device, atMicros } of raised) {
    const heard = received.get(alert) ?? [];
    const took = Math.min(...heard.map((event) => event.atMicros)) - atMicros;
    const inTime = took <= withinMs * 1000;
    if (!inTime && timeline.endMicros - atMicros < withinMs * 1000) continue;
    judged.alerts++;
    if (inTime) slowest = Math.max(slowest, took);
    else if (!doubts.add(overrun(stalls, atMicros, atMicros + withinMs * 1000, Math.min(atMicros + took, timeline.endMicros)))) {
      judged.late++;
      victims.add(atMicros, () => ({ atMicros, device, what: `${alert} ${took === Infinity ? 'reached nobody' : `reached somebody only after ${duration(took)}`}` }));
    }
    for (const [channel, again] of Map.groupBy(heard, (event) => event.channel)) {
      if (again.length <= MOST_REPEATS) continue;
      judged.storms++;
      victims.add(atMicros, () => ({ atMicros, device, what: `${alert} came ${again.length} times over ${channel}` }));
    }
  }
  const numbers = { alerts: judged.alerts, lateAlerts: judged.late, repeatedAlerts: judged.storms, slowestMs: toMs(slowest), claimMs: withinMs };
  if (judged.alerts === 0) return vacuous('Every critical event was raised too shortly before the end of the run to be judged', numbers);
  if (victims.total === 0) return held(`${count(judged.alerts, 'critical event')}, each heard within ${duration(slowest)}; the claim is ${duration(withinMs * 1000)}`, numbers,
    { seen: judged.alerts, possible: raised.length, floor: HALF, what: 'critical events were raised early enough to be judged', fix: 'A longer settle or drain in the scenario' });
  return broken(`${judged.late} of ${count(judged.alerts, 'critical event')} reached nobody in time, ${judged.storms} came again and again; first: ${victims.oldest[0]!.what}`, numbers, victims);
}
