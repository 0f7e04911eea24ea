import { z } from 'zod';
import { brokerRule, onlyAedes } from './broker-rule.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  'per-second': z.int().min(1).max(1_000_000).describe('How many messages a client may publish within a second.'),
});
type Params = z.output<typeof params>;

/** Cloud brokers cut off who sends too much, and a backlog that drains is too much. */
export const quota: FaultKind<'broker', Params> = {
  kind: 'quota',
  family: 'broker',
  target: 'broker',
  summary: 'The broker disconnects whoever publishes too much within a second; what was too much is not acknowledged.',
  params,
  unavailable: (broker) => onlyAedes(broker, 'has no limit to how much a client may publish within a time'),
  apply: (broker, { 'per-second': messagesPerSecond }) => brokerRule(broker, { kind: 'quota', messagesPerSecond }, 'messages were too much'),
};
