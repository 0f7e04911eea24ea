import { generate } from 'mqtt-packet';
import type { Question } from './caller.ts';

/** Whoever speaks this over a link is answered by what the link leads to. Each question is another one than all before it. */
export interface Language {
  /** Has to be asked first on a new connection, if anything has. */
  greeting?: () => Question;
  question: () => Question;
}

const LINE_BYTES = 50;
let asked = 0;

const answeredBy = (answer: Buffer) => (received: Buffer) => received.includes(answer);

/** A line that comes back as it is. */
export const echo: Language = {
  question() {
    const line = Buffer.from(`${`line ${++asked} `.padEnd(LINE_BYTES - 1, '.')}\n`);
    return { bytes: line, isAnswered: answeredBy(line) };
  },
};

/** MQTT 3.1.1: a login to a lasting session, then messages of QoS 1, each answered with its PUBACK. */
export function mqtt(clientId: string): Language {
  return {
    greeting: () => ({
      bytes: Buffer.concat([
        generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: false, clientId, keepalive: 0 }),
        generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `to/${clientId}`, qos: 1 }] }),
      ]),
      isAnswered: (received) => received.includes(generate({ cmd: 'suback', messageId: 1, granted: [1] })) || (connack(received)?.code ?? 0) > 0,
    }),
    question() {
      const messageId = (++asked % 65_000) + 1;
      return {
        bytes: generate({ cmd: 'publish', topic: 'from/witness', payload: `message ${asked}`, qos: 1, messageId, dup: false, retain: false }),
        isAnswered: answeredBy(generate({ cmd: 'puback', messageId })),
      };
    },
  };
}

/** What the broker said to a login, if it has: the return code, and whether it knows the session. */
export function connack(received: Buffer): { code: number; knowsSession: boolean } | undefined {
  return received.length >= 4 && received[0] === 0x20 ? { code: received[3]!, knowsSession: (received[2]! & 1) === 1 } : undefined;
}

/** Modbus TCP: ten holding registers, told by the number of the transaction. */
export const modbus: Language = {
  question() {
    const transaction = Buffer.alloc(4);
    transaction.writeUInt16BE(++asked % 65_536);
    return { bytes: Buffer.concat([transaction, Buffer.from([0, 6, 1, 3, 0, 0, 0, 10])]), isAnswered: answeredBy(Buffer.concat([transaction, Buffer.from([0, 23])])) };
  },
};

/** An order to the victim, which sends it back with what came of it. */
export function order(what: object): Question {
  const id = `${++asked}`;
  return { bytes: Buffer.from(`${JSON.stringify({ id, ...what })}\n`), isAnswered: (received) => received.includes(`{"id":"${id}"`) && received.at(-1) === 10 };
}
