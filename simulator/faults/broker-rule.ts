import type { Broker } from '../broker/broker.ts';
import type { BrokerRule } from '../broker/orders.ts';
import type { ActiveFault } from './fault.ts';

let rules = 0;

/** Makes the broker follow a rule until it is healed. It bit if that rule has struck; `words` says what that means. */
export async function brokerRule(broker: Broker, rule: BrokerRule, words: string): Promise<ActiveFault> {
  const id = `rule ${++rules}`;
  if (!(await broker.order({ do: 'impose', id, rule }))) throw new Error('the broker is not running');
  let struck = 0;
  return {
    async bite() {
      struck = (await broker.order({ do: 'tell', id }))?.struck ?? struck;
      return { proven: struck > 0, detail: `${struck} ${words}`, numbers: { struck } };
    },
    async heal() {
      struck = (await broker.order({ do: 'lift', id }))?.struck ?? struck;
    },
  };
}
