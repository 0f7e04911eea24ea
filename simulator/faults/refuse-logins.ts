import { z } from 'zod';
import { brokerRule } from './broker-rule.ts';
import type { FaultKind } from './fault.ts';

const RETURN_CODES = { unavailable: 3, 'bad-credentials': 4, 'not-authorized': 5 } as const;

const params = z.strictObject({
  as: z.enum(['not-authorized', 'bad-credentials', 'unavailable']).default('not-authorized').describe('What the broker gives as its reason (CONNACK return codes 5, 4 and 3).'),
  connected: z.enum(['kick', 'keep']).default('kick').describe('What becomes of those who are connected: `kick` drops them, so that they must log in again.'),
});
type Params = z.output<typeof params>;

/** Credentials were rotated, the directory is down, a certificate has run out: the network is fine and nobody gets in. */
export const refuseLogins: FaultKind<'broker', Params> = {
  kind: 'refuse-logins',
  family: 'broker',
  target: 'broker',
  summary: 'The broker accepts connections and refuses every login on them.',
  params,
  async apply(broker, { as, connected }) {
    const fault = await brokerRule(broker, { kind: 'refuse-logins', returnCode: RETURN_CODES[as] }, 'logins were refused');
    if (connected === 'kick') await broker.order({ do: 'kick' });
    return fault;
  },
};
