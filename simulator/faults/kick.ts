import { z } from 'zod';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  client: z.string().min(1).optional().describe('The id of one MQTT client. Left out: all of them.'),
});
type Params = z.output<typeof params>;

/** The broker drops its clients: somebody pressed the button, a limit was hit, a cluster moved them elsewhere. */
export const kick: FaultKind<'broker', Params> = {
  kind: 'kick',
  family: 'broker',
  target: 'broker',
  summary: 'The broker drops the connections of its clients, at once; they may come back.',
  limits:
    'It closes them without a DISCONNECT, as brokers of MQTT 3.1.1 do. mosquitto has no order for it: a login of ours under ' +
    "the client's id takes its place and hangs up at once, acknowledging nothing.",
  params,
  instant: true,
  async apply(broker, { client }) {
    const droppedConnections = await broker.kick(client);
    return {
      bite: () => ({ proven: droppedConnections > 0, detail: `${droppedConnections} connections were dropped`, numbers: { droppedConnections } }),
      heal: async () => {},
    };
  },
};
