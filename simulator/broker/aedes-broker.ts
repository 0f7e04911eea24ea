import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { siblingModule } from '../sibling-module.ts';
import type { ImposedRule } from './broker.ts';
import type { Census } from './census.ts';
import type { BrokerRule, Order, Saying } from './orders.ts';
import { ProcessBroker } from './process-broker.ts';

type Answer = Pick<Extract<Saying, { number: number }>, 'connections' | 'census'>;

/** What a process that is gone would say. */
const NOBODY: Answer = { connections: 0, census: { connected: [], turnedAway: [], published: 0 } };

interface Imposed {
  rule: BrokerRule;
  struck: number;
  poison: string | undefined;
}

/** aedes, a broker in JavaScript: it comes with Brownout, and its clients can be done to what no other broker does. */
export class AedesBroker extends ProcessBroker {
  readonly kind = 'aedes';
  /** Every rule that ever was, and those in force: a process that is started anew is told of them. */
  readonly #imposed = new Map<string, Imposed>();
  readonly #inForce = new Set<string>();
  #ask: (order: Order) => Promise<Answer> = async () => NOBODY;

  protected override spawn(): ChildProcess {
    const { username, password } = this.witness;
    const args = [siblingModule(import.meta.url, './aedes-process'), String(this.port), path.join(this.store, 'sessions.sqlite'), username, password];
    return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true, env: this.env });
  }

  protected override async listening(child: ChildProcess): Promise<boolean> {
    this.#ask = asker(child, (id, poison) => this.#struck(id, poison));
    for (const id of this.#inForce) void this.#ask({ do: 'impose', id, ...ruleOf(this.#imposed.get(id)!) });
    await this.#ask({ do: 'listen' });
    return child.connected;
  }

  protected override async connections(): Promise<number> {
    return (await this.#ask({ do: 'count' })).connections;
  }

  async census(): Promise<Census> {
    return (await this.#ask({ do: 'count' })).census;
  }

  async kick(client?: string): Promise<number> {
    return (await this.#ask({ do: 'kick', client })).connections;
  }

  protected override async follow(rule: BrokerRule): Promise<ImposedRule> {
    const id = `rule ${this.#imposed.size + 1}`;
    const imposed: Imposed = { rule, struck: 0, poison: undefined };
    this.#imposed.set(id, imposed);
    this.#inForce.add(id);
    await this.#ask({ do: 'impose', id, rule });
    return {
      struck: async () => {
        await this.#ask({ do: 'count' }); // what it has said before its answer has come
        return imposed.struck;
      },
      lift: async () => {
        if (this.#inForce.delete(id)) await this.#ask({ do: 'lift', id });
      },
    };
  }

  #struck(id: string, poison: string | undefined): void {
    const imposed = this.#imposed.get(id)!;
    imposed.struck++;
    imposed.poison = poison;
  }
}

const ruleOf = ({ rule, poison }: Imposed) => ({ rule, poison });

/** Has orders carried out by the process; one that is gone has no connections. */
function asker(child: ChildProcess, onStruck: (id: string, poison: string | undefined) => void): (order: Order) => Promise<Answer> {
  const awaited = new Map<number, (answer: Answer) => void>();
  let numbers = 0;
  child.on('message', (saying: Saying) => {
    if ('struck' in saying) return onStruck(saying.struck, saying.poison);
    awaited.get(saying.number)?.(saying);
    awaited.delete(saying.number);
  });
  child.once('disconnect', () => {
    for (const answer of awaited.values()) answer(NOBODY);
  });
  return (order) => {
    if (!child.connected) return Promise.resolve(NOBODY);
    const number = ++numbers;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    awaited.set(number, resolve);
    child.send({ number, order }, () => {}); // an error here is the end of the process
    return promise;
  };
}
