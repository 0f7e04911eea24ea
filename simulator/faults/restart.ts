import { z } from 'zod';
import { brokerOutage } from './broker-outage.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  how: z
    .enum(['shutdown', 'crash'])
    .default('shutdown')
    .describe('`shutdown`: its process is asked to end (SIGTERM); `crash`: it is killed (SIGKILL). Then a new one starts on the same port, over the same store.'),
});
type Params = z.output<typeof params>;

/** The broker is restarted, and remembers its sessions as a broker with a disk does. */
export const restart: FaultKind<'broker', Params> = {
  kind: 'restart',
  family: 'broker',
  target: 'broker',
  summary: 'The broker goes down, in an orderly way or by a crash, and comes up at the end with all sessions and all it had queued.',
  limits:
    'Both brokers acknowledge a message of QoS 1 before they have stored it: what was acknowledged within the last ' +
    'milliseconds before a crash may be gone, so neither is a witness for what a durable broker keeps. A crash is a ' +
    'SIGKILL and no power cut: what was written survives in the page cache.',
  params,
  apply: (broker, { how }) => brokerOutage(broker, { how, forget: false }),
};
