import type { Life } from './life.ts';
import type { Connection } from './link.ts';
import type { MqttClient } from './mqtt-client.ts';

export type Topic = 'data' | 'status' | 'confirm';

export interface Message {
  topic: Topic;
  payload: unknown;
  /** QoS 1 is kept for a subscriber that is away, and sent again until it is acknowledged. */
  qos: 0 | 1;
}

/** What the broker holds for one client. */
interface Session {
  client: MqttClient;
  connection: Connection | undefined;
  credentials: string;
  topics: Topic[];
  /** Not yet acknowledged by this client. */
  queue: Message[];
}

/**
 * An MQTT broker that acknowledges what it has not stored, as aedes and mosquitto do: its sessions survive a restart, but
 * its death may forget them. So nothing that the pipeline needs may rest on its PUBACK.
 */
export class Broker {
  readonly life: Life;
  /** Connections and messages turned away by a fault, for its bite. */
  disturbed = 0;
  refusesLogins = 0;
  /** Credentials that are not valid any more, once per fault that says so. */
  readonly #revoked: string[] = [];
  /** If one returns true, the message is turned away and its sender thrown out. */
  readonly rejections = new Set<(message: Message) => boolean>();
  closesRevokedSessions = true;
  /** Told of every login, and of every write with credentials that are not valid any more. */
  onAccess: (who: string, credentials: 'valid' | 'wrong' | 'revoked', action: 'login' | 'publish', accepted: boolean) => void = () => {};
  #sessions = new Map<string, Session>();
  #keepsSessions = false;

  constructor(life: Life) {
    this.life = life;
    life.onBoot = () => this.#recover();
  }

  /** An orderly restart: this death forgets nothing. */
  keepSessions(): void {
    this.#keepsSessions = true;
  }

  #recover(): void {
    if (!this.#keepsSessions) this.#sessions = new Map();
    for (const session of this.#sessions.values()) session.connection = undefined;
    this.#keepsSessions = false;
  }

  revoke(credentials: string): () => void {
    this.#revoked.push(credentials);
    return () => this.#revoked.splice(this.#revoked.indexOf(credentials), 1);
  }

  connects(client: MqttClient, connection: Connection, credentials: string): void {
    const valid = !this.#revoked.includes(credentials);
    const accepted = valid && this.refusesLogins === 0;
    if (!accepted) this.disturbed++;
    if (accepted || !valid) this.onAccess(client.name, valid ? 'valid' : 'revoked', 'login', valid);
    if (!accepted) {
      connection.send('down', () => client.hear(connection, () => client.refused()));
      return;
    }
    const session = this.#sessions.get(client.name) ?? { client, connection, credentials, topics: client.subscribes, queue: [] };
    this.#sessions.set(client.name, session);
    if (session.connection !== connection) session.connection?.close('server');
    Object.assign(session, { client, connection, credentials });
    connection.onServerEnd = () => {
      if (session.connection === connection) session.connection = undefined;
    };
    connection.send('down', () => client.hear(connection, () => client.accepted()));
    for (const message of session.queue) this.#deliver(session, message);
  }

  published(client: MqttClient, message: Message): void {
    const session = this.#sessions.get(client.name);
    if (!session?.connection || session.client !== client) return;
    if (this.#revoked.includes(session.credentials)) {
      this.disturbed++;
      this.onAccess(client.name, 'revoked', 'publish', !this.closesRevokedSessions);
      if (this.closesRevokedSessions) return this.kick(client.name);
    }
    if (this.#rejects(message)) {
      this.disturbed++;
      return this.kick(client.name);
    }
    for (const subscriber of this.#sessions.values()) {
      if (!subscriber.topics.includes(message.topic)) continue;
      if (message.qos === 1) subscriber.queue.push(message);
      if (subscriber.connection) this.#deliver(subscriber, message);
    }
    const { connection } = session;
    if (message.qos === 1) connection.send('down', () => client.hear(connection, () => client.onPuback(message)), 4, true);
  }

  #rejects(message: Message): boolean {
    for (const rejects of this.rejections) if (rejects(message)) return true;
    return false;
  }

  pinged(client: MqttClient): void {
    const connection = this.#sessions.get(client.name)?.connection;
    connection?.send('down', () => client.hear(connection, () => client.pinged()));
  }

  kick(name: string): void {
    const session = this.#sessions.get(name);
    if (!session?.connection) return;
    const { connection } = session;
    session.connection = undefined;
    connection.close('server');
  }

  /** Messages that wait for a subscriber. */
  get queued(): number {
    return [...this.#sessions.values()].reduce((sum, { queue }) => sum + queue.length, 0);
  }

  get connectedClients(): string[] {
    return [...this.#sessions].filter(([, { connection }]) => connection).map(([name]) => name);
  }

  #deliver(session: Session, message: Message): void {
    const { client, connection } = session;
    connection!.send('down', () =>
      client.hear(connection!, () =>
        client.onMessage(message, () => {
          connection!.send('up', () => this.#acknowledged(session, message), 4, true);
        }),
      ),
    );
  }

  #acknowledged(session: Session, message: Message): void {
    const at = session.queue[0] === message ? 0 : session.queue.indexOf(message);
    if (at === 0) session.queue.shift();
    else if (at > 0) session.queue.splice(at, 1);
  }
}
