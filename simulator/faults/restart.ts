import { z } from 'zod';
import { brokerOutage } from './broker-outage.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({});

/** The broker is restarted, and remembers its sessions as a broker with a disk does. */
export const restart: FaultKind<'broker', z.output<typeof params>> = {
  kind: 'restart',
  family: 'broker',
  target: 'broker',
  summary: 'The broker goes down, and comes up at the end with all sessions and all it had queued.',
  limits:
    'Its server is closed and a new one started over the same store, in one process: what a broker loses that is killed ' +
    'before it has stored is not shown.',
  params,
  apply: (broker) => brokerOutage(broker, { forget: false }),
};
