import type { Account } from '../account.ts';
import { broken, held, unavailable } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { Victims } from '../victims.ts';
import { count } from '../words.ts';

export const access: Guarantee = {
  id: 'access',
  promise: 'Locks hold',
  definition:
    'Nothing is accepted from wrong or revoked credentials, and nothing is refused from valid ones. ' +
    'That the legitimate sender keeps what it could not send while its credentials were revoked is judged by `no-loss`.',
  evidence: 'Every attempt is judged by itself; one is enough.',
  cause: 'Credentials are checked at login only, so a session that is open stays open after they were revoked; or a fall-back without a login was left in for the first installation; or a refused sender throws away what was refused.',
  fix: 'Close the sessions of revoked credentials, check on publish and not only on connect, allow nothing anonymous, and treat a refusal like an outage on the sending side: keep and try again.',
  withoutOutlet: true,
  check,
};

function check({ history }: Account) {
  const tries = history.events.filter((event) => event.kind === 'access');
  if (tries.length === 0) return unavailable('Nobody tried to get in during this run', 'Judge it on the model for now: nobody knocks at a real pipeline yet');

  const victims = new Victims();
  let intrusions = 0;
  for (const { atMicros, who, credentials, action, accepted } of tries) {
    if (accepted === (credentials === 'valid')) continue;
    if (accepted) intrusions++;
    victims.add(atMicros, () => ({ atMicros, what: `${action} of ${who} with ${credentials} credentials was ${accepted ? 'accepted' : 'refused'}` }));
  }
  const numbers = { attempts: tries.length, acceptedWrongly: intrusions, refusedWrongly: victims.total - intrusions };
  if (victims.total === 0) return held(`${count(tries.length, 'attempt')}, each answered as its credentials deserve`, numbers);
  return broken(`${intrusions} accepted and ${victims.total - intrusions} refused wrongly of ${count(tries.length, 'attempt')}; first: ${victims.oldest[0]!.what}`, numbers, victims);
}
