import { z } from 'zod';
import { brokerRule, onlyAedes } from './broker-rule.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  topic: z.string().default('').describe('Only a message whose topic begins so; left out, any.'),
});
type Params = z.output<typeof params>;

/** One message that is never accepted: too long, a forbidden topic, a byte that somebody's parser cannot take. */
export const poison: FaultKind<'broker', Params> = {
  kind: 'poison',
  family: 'broker',
  target: 'broker',
  summary: 'The broker never accepts one message, the first that comes with QoS 1 or 2: each time it disconnects its sender.',
  limits: 'It knows that message by its topic and its whole payload: one that is put together anew is another one. It is accepted once the fault is over.',
  params,
  unavailable: (broker) => onlyAedes(broker, 'acknowledges what its access lists forbid and throws it away, and disconnects only who sends something too long'),
  apply: (broker, { topic }) => brokerRule(broker, { kind: 'poison', topic }, 'times the poisoned message was rejected with its connection'),
};
