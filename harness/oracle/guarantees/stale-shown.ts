import type { Account } from '../account.ts';
import { overrun, type Doubts } from '../doubts.ts';
import { answeredShare } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import { staleWithinMs, type Staleness } from '../freshness.ts';
import type { Guarantee } from '../guarantee.ts';
import { Victims } from '../victims.ts';
import { count, duration } from '../words.ts';

export const staleShown: Guarantee = {
  id: 'stale-shown',
  promise: 'Old data looks old',
  definition:
    'While the newest reading of any device at the outlet is older than the claim `stale-within` (10 s, if left out), the pipeline does not say that all is well. ' +
    'Judged from what it says about itself when it is asked, inside the window. A pipeline that answered before, and says nothing at all any more ' +
    'although it was given `recovers-within` after the last failure, shows nobody that its data is old.',
  evidence: 'At least half of the times that it was asked while data was stale it answered; not counted are those while a failure of power, process or disk was in force, and until `recovers-within` after it.',
  needs: [{ offer: 'health', promisedBy: 'stale-within' }],
  cause: 'Health means "my process runs" or "my connection is up": the dashboard shows the last value in green for hours. Or readings are lost one hop before the component that is asked.',
  fix: 'Compute health from the age of the newest reading per device, measured at the place where people look, and show that age beside every value.',
  timed: true,
  check,
};

function check(account: Account, doubts: Doubts) {
  const { history, terms, timeline: { window } } = account;
  const { staleWhenAsked } = account.sight();
  const withinMs = staleWithinMs(terms);
  const victims = new Victims();
  const silence = silentSince(account);
  if (silence && !doubts.add(overrun(account.stalls, silence.fromMicros, silence.fromMicros + terms.claims['recovers-within'] * 1000, silence.toMicros))) {
    victims.add(silence.fromMicros, () => ({ atMicros: silence.fromMicros, toMicros: silence.toMicros, what: 'it was asked how it is, and nobody answered' }));
    return broken(`Nobody has said anything about the state of the data in the ${duration(silence.toMicros - silence.fromMicros)} from the last failure to the end`, { claimMs: withinMs }, victims);
  }
  let whileStale = 0;
  for (const event of history.events) {
    if (event.kind !== 'health' || event.atMicros < window.fromMicros || event.atMicros > window.toMicros) continue;
    const { atMicros } = event;
    const stale = staleWhenAsked.get(atMicros);
    if (!stale) continue;
    whileStale++;
    if (event.status === 'ok' && !doubts.add(whyUnsure(account, stale, atMicros))) {
      victims.add(atMicros, () => ({ atMicros, what: `${event.node} says "${event.said}" while nothing newer than ${duration(withinMs * 1000)} is shown of ${stale.devices.map(({ device }) => history.devices[device]!).toSorted().join(', ')}` }));
    }
  }
  const numbers = { statementsWhileStale: whileStale, untrueStatements: victims.total, claimMs: withinMs };
  if (whileStale === 0) return vacuous(`The pipeline was never asked about itself while data was older than ${duration(withinMs * 1000)}`, numbers);
  if (victims.total === 0) return held(`Asked ${count(whileStale, 'time')} while data was stale, it never said that all was well`, numbers, answeredShare(account, whileStale));
  return broken(`${victims.total} of ${count(whileStale, 'statement')} made while data was stale say that all is well; first: ${victims.oldest[0]!.what}`, numbers, victims);
}

/** From the last failure to the end, if all that time and longer than `recovers-within` nobody answered, as somebody had before. */
function silentSince({ history, terms, timeline: { lastHealMicros: heal, finalReadMicros } }: Account): { fromMicros: number; toMicros: number } | undefined {
  if (heal === undefined || finalReadMicros - heal <= terms.claims['recovers-within'] * 1000) return undefined;
  const answers = history.events.filter(({ kind }) => kind === 'health');
  return answers.length > 0 && answers.every(({ atMicros }) => atMicros < heal) ? { fromMicros: heal, toMicros: finalReadMicros } : undefined;
}

/** Why it is not sure that anything was stale, in a sentence: nobody could see it, or nothing was read because the harness stood still. */
function whyUnsure({ stalls, terms }: Account, { devices, blind }: Staleness, atMicros: number): string | undefined {
  const reasons = devices.map(({ sinceMicros }) => overrun(stalls, sinceMicros - staleWithinMs(terms) * 1000, sinceMicros, atMicros));
  return blind ?? (reasons.includes(undefined) ? undefined : reasons[0]);
}
