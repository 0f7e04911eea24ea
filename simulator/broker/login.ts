import { connect } from 'node:net';
import mqttPacket from 'mqtt-packet';

export interface Login {
  clientId: string;
  /** False takes up the session of this client, and leaves it behind. */
  clean: boolean;
  username?: string;
  password?: string;
}

/** CONNACK, as MQTT 3.1.1 has it: 0 is accepted, 5 is not authorized. */
export interface LoginAnswer {
  returnCode: number;
  sessionPresent: boolean;
}

const GIVE_UP_MS = 2000;

/**
 * Logs in to 127.0.0.1 and hangs up at the answer, without a DISCONNECT and without acknowledging what may have come
 * behind it. Resolves to undefined if there is no answer within two seconds, or nobody listens.
 */
export function tryLogin(port: number, { clientId, clean, username, password }: Login): Promise<LoginAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1').setTimeout(GIVE_UP_MS);
    const settle = (answer: LoginAnswer | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connack') settle({ returnCode: packet.returnCode!, sessionPresent: packet.sessionPresent });
    });
    socket.on('data', (bytes: Buffer) => parser.parse(bytes));
    for (const end of ['timeout', 'error', 'close']) socket.on(end, () => settle(undefined));
    const keepalive = 10;
    socket.write(mqttPacket.generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean, keepalive, username, password: password === undefined ? undefined : Buffer.from(password) }));
  });
}
