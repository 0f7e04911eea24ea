import { z } from 'zod';
import { MQTT_TYPES } from '../links/frames/mqtt.ts';
import { transparent } from '../links/link-rule.ts';
import type { LinkRule } from '../links/link-rule.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  packet: z.enum(['puback', 'pubrec', 'pubrel', 'pubcomp']).default('puback').describe('Which acknowledgement gets lost.'),
  nth: z.int().min(1).max(1_000_000).default(1).describe('The how-manieth of them since the fault began: 1 is the first.'),
  direction: z
    .enum(['to', 'from'])
    .default('from')
    .describe('`from`: on its way to the node that opened the link, which has published; `to`: on its way to the broker.'),
  client: z.string().min(1).optional().describe('Only of the MQTT client of this id. Left out: of any client of the link.'),
});
type Params = z.output<typeof params>;

/** The worst moment for a connection to die: the message was taken, and its sender will never know. */
export const loseAck: FaultKind<'link', Params> = {
  kind: 'lose-ack',
  family: 'link',
  target: 'link',
  summary: 'The nth acknowledgement of MQTT never arrives: its connection dies right before it.',
  limits:
    'All that was sent before it arrives. Nothing is taken out of a stream that stays open: who waits for the ' +
    'acknowledgement gets a FIN instead, and who has sent it an RST.',
  params,
  unavailable: (link) =>
    link.protocol === 'mqtt' ? undefined : { reason: `nobody speaks MQTT to a broker over ${link.name}`, fix: 'aim it at a link that leads to the broker, or say `protocol: mqtt` if it leads to a broker of your own' },
  async apply(link, { packet, nth, direction, client }) {
    let seenAcks = 0;
    const before = link.traffic.openedConnections;
    const rule: LinkRule = {
      ...transparent,
      frame({ way, type, connection }) {
        if (way !== direction || type !== MQTT_TYPES[packet]) return undefined;
        if (client !== undefined && connection.clientId !== client) return undefined;
        return ++seenAcks === nth ? 'break' : undefined;
      },
    };
    link.impose(rule);
    return {
      bite() {
        const name = packet.toUpperCase();
        const lost = seenAcks >= nth;
        const detail = lost ? `the ${name} number ${nth} was lost with its connection` : `only ${seenAcks} ${name} came by, and number ${nth} was to be lost`;
        return { proven: lost, detail, numbers: { seenAcks, reconnections: link.traffic.openedConnections - before } };
      },
      async heal() {
        link.lift(rule);
        if (link.imposes(rule)) throw new Error(`link ${link.name} still waits for a ${packet}`);
      },
    };
  },
};
