import { z } from 'zod';
import { brokerOutage } from './broker-outage.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({});

/** The broker is restarted and knows nobody: it kept everything in memory, or its volume was not mounted. */
export const forgetSessions: FaultKind<'broker', z.output<typeof params>> = {
  kind: 'forget-sessions',
  family: 'broker',
  target: 'broker',
  summary: 'The broker goes down, its store is deleted, and it comes up at the end without sessions, subscriptions, queued and retained messages.',
  limits: 'The proof is a session of our own that is gone afterwards; a pipeline without lasting sessions loses only its connections.',
  params,
  apply: (broker) => brokerOutage(broker, { how: 'shutdown', forget: true }),
};
