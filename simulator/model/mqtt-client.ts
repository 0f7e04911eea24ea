import type { Broker, Message, Topic } from './broker.ts';
import type { Life } from './life.ts';
import type { Connection, Link } from './link.ts';

const CONNECT_WITHIN_MICROS = 1_000_000;
const FIRST_RETRY_MICROS = 100_000;

export interface ClientOptions {
  keepAliveMicros: number;
  retryMaxMicros: number;
  /** The first wait before another attempt; 100 ms if left out. */
  firstRetryMicros?: number;
  /** Read at every attempt: credentials can be renewed. */
  credentials: () => string;
  subscribes: Topic[];
  retriesAfterRefusal: boolean;
}

/** One incarnation of an MQTT client: it connects, notices when the line is dead, and tries again for ever. */
export class MqttClient {
  connected = false;
  /** Times that it came through. */
  connects = 0;
  onConnected: () => void = () => {};
  onLost: () => void = () => {};
  onMessage: (message: Message, acknowledge: () => void) => void = () => {};
  onPuback: (message: Message) => void = () => {};
  onRefused: () => void = () => {};
  readonly #life: Life;
  readonly #link: Link;
  readonly #broker: Broker;
  readonly #options: ClientOptions;
  #connection: Connection | undefined;
  #attempt = 0;
  #failures = 0;
  #triedAtMicros = 0;
  /** When the broker last answered a ping. */
  #answeredAtMicros = 0;
  #gaveUp = false;

  constructor(life: Life, link: Link, broker: Broker, options: ClientOptions) {
    this.#life = life;
    this.#link = link;
    this.#broker = broker;
    this.#options = options;
  }

  start(): void {
    this.#connect();
    this.#beat();
  }

  publish(message: Message, bytes: number): void {
    this.#connection?.send('up', () => this.#broker.published(this, message), bytes);
  }

  /** Called by the broker, at this end of the connection. */
  hear(connection: Connection, act: () => void): void {
    if (connection === this.#connection) act();
  }

  /** PINGRESP. */
  pinged(): void {
    this.#answeredAtMicros = this.#life.loop.nowMicros;
  }

  /** Ends this connection and tries again. */
  reconnect(): void {
    this.#connection?.close('client');
    this.#lost();
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  get name(): string {
    return this.#life.name;
  }

  get subscribes(): Topic[] {
    return this.#options.subscribes;
  }

  #connect(): void {
    if (this.#gaveUp) return;
    const attempt = ++this.#attempt;
    this.#triedAtMicros = this.#life.loop.nowMicros;
    const current = () => attempt === this.#attempt;
    this.#link.connect(
      this.#life,
      this.#broker.life,
      (connection) => {
        if (!current()) return connection.close('client');
        this.#connection = connection;
        connection.onClientEnd = () => connection === this.#connection && this.#lost();
        connection.send('up', () => this.#broker.connects(this, connection, this.#options.credentials()));
      },
      () => current() && this.#lost(),
      current,
    );
    this.#life.after(CONNECT_WITHIN_MICROS, () => {
      if (!current() || this.connected) return;
      this.#connection?.close('client');
      this.#lost();
    });
  }

  /** CONNACK. */
  accepted(): void {
    this.connected = true;
    this.connects++;
    this.#failures = 0;
    this.#answeredAtMicros = this.#life.loop.nowMicros;
    this.onConnected();
  }

  /** CONNACK with a refusal. */
  refused(): void {
    this.#connection?.close('client');
    if (!this.#options.retriesAfterRefusal) this.#gaveUp = true;
    this.onRefused();
    this.#lost();
  }

  #lost(): void {
    const wasConnected = this.connected;
    this.connected = false;
    this.#connection = undefined;
    const attempt = ++this.#attempt;
    const pauseMicros = Math.min((this.#options.firstRetryMicros ?? FIRST_RETRY_MICROS) * 3 ** Math.min(this.#failures++, 40), this.#options.retryMaxMicros);
    const waitMicros = Math.max(0, this.#triedAtMicros + pauseMicros - this.#life.loop.nowMicros);
    if (wasConnected) this.onLost();
    this.#life.after(waitMicros, () => attempt === this.#attempt && this.#connect());
  }

  /**
   * Pings, also when there is other traffic, and takes the line for dead when no answer came back for the keep-alive:
   * a line that is dead in one direction only looks alive to whoever just listens.
   */
  #beat(): void {
    const { keepAliveMicros } = this.#options;
    if (this.connected) {
      if (this.#life.loop.nowMicros - this.#answeredAtMicros > keepAliveMicros) this.reconnect();
      else this.#connection?.send('up', () => this.#broker.pinged(this));
    }
    this.#life.after(keepAliveMicros / 3, () => this.#beat());
  }
}
