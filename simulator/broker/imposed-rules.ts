import type { AuthenticateError } from 'aedes';
import type { BrokerRule } from './orders.ts';

interface Message {
  topic: string;
  payload: string | Buffer;
  qos: number;
}

interface Imposed {
  rule: BrokerRule;
  struck: number;
  /** Of `quota`: when each client published within the last second, in milliseconds. */
  publishedAtMs: Map<string, number[]>;
  /** Of `poison`: the one message, once it has come. */
  poison: string | undefined;
}

/** The rules that are in force in the broker, and how often each has struck; that is remembered after it was lifted. */
export class ImposedRules {
  readonly #rules = new Map<string, Imposed>();
  readonly #lifted = new Map<string, Imposed>();

  impose(id: string, rule: BrokerRule): void {
    this.#rules.set(id, { rule, struck: 0, publishedAtMs: new Map(), poison: undefined });
  }

  lift(id: string): void {
    const imposed = this.#rules.get(id);
    if (imposed) this.#lifted.set(id, imposed);
    this.#rules.delete(id);
  }

  struck(id: string): number {
    return (this.#rules.get(id) ?? this.#lifted.get(id))?.struck ?? 0;
  }

  authenticate(done: (error: AuthenticateError | null, success: boolean | null) => void): void {
    for (const imposed of this.#rules.values()) {
      if (imposed.rule.kind !== 'refuse-logins') continue;
      imposed.struck++;
      return done(Object.assign(new Error('refused'), { returnCode: imposed.rule.returnCode }) as AuthenticateError, false);
    }
    done(null, true);
  }

  /** What is not authorized closes its sender's connection, unacknowledged. */
  authorize(client: string | undefined, message: Message, done: (error?: Error | null) => void): void {
    if (message.topic.startsWith('$SYS/')) return done(new Error('$SYS/ is reserved'));
    for (const imposed of this.#rules.values()) {
      if (!denies(imposed, client ?? '', message)) continue;
      imposed.struck++;
      return done(new Error(imposed.rule.kind));
    }
    done(null);
  }
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
