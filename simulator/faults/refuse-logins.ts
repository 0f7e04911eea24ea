import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Broker } from '../broker/broker.ts';
import { tryLogin } from '../broker/login.ts';
import type { LoginAnswer } from '../broker/login.ts';
import { onlyAedes } from './broker-rule.ts';
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
  limits: 'mosquitto knows one reason, `not-authorized`, and drops those who are connected when it reads its new configuration.',
  params,
  unavailable(broker, { as, connected } = params.parse({})) {
    if (as !== 'not-authorized') return onlyAedes(broker, `refuses everybody as not-authorized and nobody as ${as}`);
    return connected === 'keep' ? onlyAedes(broker, 'drops those whom it would not let in again') : undefined;
  },
  async apply(broker, { as, connected }) {
    const returnCode = RETURN_CODES[as];
    const rule = await broker.impose({ kind: 'refuse-logins', returnCode });
    refusals.set(broker, refusalsOf(broker) + 1);
    let ours = await answerOf(broker, refused);
    if (connected === 'kick') await broker.kick();
    let healed = false;
    return {
      async bite() {
        if (!healed) ours ??= await answerOf(broker, refused);
        const struck = await rule.struck();
        const others = Math.max(0, struck - (ours ? 1 : 0));
        return {
          proven: ours?.returnCode === returnCode && others > 0,
          detail: `${others} logins were refused, and one of ours ${ours ? `with return code ${ours.returnCode}` : 'was not answered'}`,
          numbers: { refusedLogins: others, ...(ours ? { returnCode: ours.returnCode } : {}) },
        };
      },
      async heal() {
        await rule.lift();
        if (!healed) refusals.set(broker, refusalsOf(broker) - 1);
        healed = true;
        if (refusalsOf(broker) > 0) return; // another fault still keeps everybody out
        const answer = await answerOf(broker, accepted);
        if (answer && refused(answer)) throw new Error(`the broker still refuses logins, with return code ${answer.returnCode}`);
      },
    };
  },
};

const refused = (answer: LoginAnswer) => answer.returnCode !== 0;
const accepted = (answer: LoginAnswer) => answer.returnCode === 0;

/** How many of these faults are in force at a broker. */
const refusals = new WeakMap<Broker, number>();
const refusalsOf = (broker: Broker) => refusals.get(broker) ?? 0;

/** What a login of ours without credentials is answered, once that is as expected or two seconds have passed; undefined if nobody answers. */
async function answerOf(broker: Broker, asExpected: (answer: LoginAnswer) => boolean): Promise<LoginAnswer | undefined> {
  const giveUpAtMs = performance.now() + 2000;
  for (;;) {
    const answer = broker.pid === undefined ? undefined : await tryLogin(broker.port, { clientId: 'brownout stranger', clean: true });
    if (answer === undefined || asExpected(answer) || performance.now() > giveUpAtMs) return answer;
    await sleep(5);
  }
}
