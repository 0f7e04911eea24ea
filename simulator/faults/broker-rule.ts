import type { Broker } from '../broker/broker.ts';
import type { BrokerRule } from '../broker/orders.ts';
import type { ActiveFault } from './fault.ts';

/** Makes the broker follow a rule until it is healed. It bit if that rule has struck; `words` says what that means. */
export async function brokerRule(broker: Broker, rule: BrokerRule, words: string): Promise<ActiveFault> {
  const imposed = await broker.impose(rule);
  return {
    async bite() {
      const struck = await imposed.struck();
      return { proven: struck > 0, detail: `${struck} ${words}`, numbers: { struck } };
    },
    heal: () => imposed.lift(),
  };
}

/** Why only aedes can be made to do something: `reason` says what others lack. */
export function onlyAedes(broker: Broker, reason: string): { reason: string; fix: string } | undefined {
  return broker.kind === 'aedes' ? undefined : { reason: `${broker.kind} ${reason}`, fix: 'say `broker: { kind: aedes }` in the pipeline file, and run this failure against that' };
}
