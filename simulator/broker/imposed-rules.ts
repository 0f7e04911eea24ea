import type { AuthenticateError, Client } from 'aedes';
import { plainText } from '../plain-text.ts';
import type { BrokerRule } from './orders.ts';
import type { WitnessLogin } from './broker.ts';

interface Message {
  topic: string;
  payload: string | Buffer;
  qos: number;
}

interface Imposed {
  rule: BrokerRule;
  /** Of `quota`: when each client published within the last second, in milliseconds. */
  publishedAtMs: Map<string, number[]>;
  /** Of `poison`: the one message, once it has come. */
  poison: string | undefined;
}

/** The rules that are in force in the broker. They do not hold for whoever logs in as our witness. */
export class ImposedRules {
  readonly #witness: WitnessLogin;
  readonly #onStruck: (id: string, poison: string | undefined) => void;
  readonly #rules = new Map<string, Imposed>();
  readonly #witnesses = new WeakSet<Client>();

  constructor(witness: WitnessLogin, onStruck: (id: string, poison: string | undefined) => void) {
    this.#witness = witness;
    this.#onStruck = onStruck;
  }

  impose(id: string, rule: BrokerRule, poison: string | undefined): void {
    this.#rules.set(id, { rule, publishedAtMs: new Map(), poison });
  }

  lift(id: string): void {
    this.#rules.delete(id);
  }

  authenticate(client: Client, login: Partial<WitnessLogin>, done: (error: AuthenticateError | null, success: boolean | null) => void): void {
    if (login.username === this.#witness.username && login.password === this.#witness.password) {
      this.#witnesses.add(client);
      return done(null, true);
    }
    for (const [id, { rule }] of this.#rules) {
      if (rule.kind !== 'refuse-logins') continue;
      this.#onStruck(id, undefined);
      return done(Object.assign(new Error('the failure refuse-logins is in force'), { returnCode: rule.returnCode }) as AuthenticateError, false);
    }
    done(null, true);
  }

  /** What is not authorized closes its sender's connection, unacknowledged. */
  authorize(client: Client | null, message: Message, done: (error?: Error | null) => void): void {
    if (message.topic.startsWith('$SYS/')) return done(reserved(message.topic));
    if (client && this.#witnesses.has(client)) return done(null);
    for (const [id, imposed] of this.#rules) {
      if (!denies(imposed, client?.id ?? '', message)) continue;
      this.#onStruck(id, imposed.poison);
      return done(new Error(`the failure ${imposed.rule.kind} is in force`));
    }
    done(null);
  }
}

/** As aedes has it by default: a mosquitto bridge announces itself there. */
function reserved(topic: string): Error {
  const message = `it published to ${plainText(topic).slice(0, 100)}, and aedes lets nobody publish under $SYS/`;
  return Object.assign(new Error(message), { fix: 'Of a mosquitto bridge: notifications false, or notifications_local_only true; or say `broker: { kind: mosquitto }`' });
}

function denies(imposed: Imposed, client: string, message: Message): boolean {
  if (imposed.rule.kind === 'quota') return exceeds(imposed.publishedAtMs, client, imposed.rule.messagesPerSecond);
  if (imposed.rule.kind !== 'poison' || message.qos === 0 || !message.topic.startsWith(imposed.rule.topic)) return false;
  const identity = `${message.topic}\n${message.payload}`;
  imposed.poison ??= identity;
  return imposed.poison === identity;
}

function exceeds(publishedAtMs: Map<string, number[]>, client: string, messagesPerSecond: number): boolean {
  const nowMs = performance.now();
  const recent = (publishedAtMs.get(client) ?? []).filter((atMs) => nowMs - atMs < 1000);
  if (recent.length < messagesPerSecond) recent.push(nowMs);
  else return true;
  publishedAtMs.set(client, recent);
  return false;
}
