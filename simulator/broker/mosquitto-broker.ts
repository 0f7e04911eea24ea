import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainText } from '../plain-text.ts';
import type { ImposedRule } from './broker.ts';
import { OURS, type Census } from './census.ts';
import { tryLogin } from './login.ts';
import { mosquittoConfig, mosquittoProgram, passwordFile } from './mosquitto-config.ts';
import { MosquittoLog } from './mosquitto-log.ts';
import type { BrokerRule } from './orders.ts';
import { ProcessBroker } from './process-broker.ts';

const LOOK_AGAIN_MS = 5;

/** Eclipse Mosquitto as Debian has it: the broker of many factories, found on this machine. */
export class MosquittoBroker extends ProcessBroker {
  readonly kind = 'mosquitto';
  readonly #closedFor = new Set<symbol>();
  #log = new MosquittoLog();

  protected override spawn(): ChildProcess {
    this.#log = Object.assign(new MosquittoLog(), { refused: this.#log.refused });
    this.#configure();
    writeFileSync(this.#file('passwords'), passwordFile(this.witness), { mode: 0o600 });
    return spawn(mosquittoProgram() ?? 'mosquitto', ['-c', this.#file('mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: this.env });
  }

  /** It is only there for sure, and hears signals, once it has answered. */
  protected override async listening(child: ChildProcess): Promise<boolean> {
    while (child.exitCode === null && child.signalCode === null) {
      if (await tryLogin(this.port, { clientId: 'brownout start', clean: true, ...this.witness })) return true;
      await sleep(LOOK_AGAIN_MS);
    }
    return false;
  }

  protected override hear(line: string): void {
    this.#log.hear(line);
  }

  protected override async connections(): Promise<number> {
    return this.#clients().length;
  }

  /** It tells nobody how much was published, other than its subscribers of $SYS. */
  async census(): Promise<Census> {
    return { connected: this.#clients().map(({ clientId }) => plainText(clientId)), turnedAway: this.#log.turnedAway.all(), published: undefined };
  }

  /** There is no order for it: a login of ours under a client's id takes its place, and then hangs up. */
  async kick(client?: string): Promise<number> {
    if (this.pid === undefined) return 0;
    const log = this.#log;
    const kicked = this.#clients()
      .filter(({ clientId }) => client === undefined || clientId === client)
      .map((it) => ({ ...it, times: log.takenOver.get(it.clientId) ?? 0 }));
    await Promise.all(kicked.map(({ clientId, clean }) => tryLogin(this.port, { clientId, clean, ...this.witness })));
    const dropped = () => kicked.filter(({ clientId, times }) => (log.takenOver.get(clientId) ?? 0) > times).length;
    for (let waitedMs = 0; dropped() < kicked.length && waitedMs < 1000; waitedMs += LOOK_AGAIN_MS) await sleep(LOOK_AGAIN_MS);
    return dropped();
  }

  protected override async follow(rule: BrokerRule): Promise<ImposedRule> {
    if (rule.kind !== 'refuse-logins' || rule.returnCode !== 5) throw new Error(`mosquitto knows no ${rule.kind}`);
    const wish = Symbol(rule.kind);
    const before = this.#log.refused;
    let after: number | undefined;
    this.#closedFor.add(wish);
    this.#reload();
    return {
      struck: async () => (after ?? this.#log.refused) - before,
      lift: async () => {
        if (!this.#closedFor.delete(wish)) return;
        after = this.#log.refused;
        this.#reload();
      },
    };
  }

  /** Its clients, without those of ours. */
  #clients(): { clientId: string; clean: boolean }[] {
    return [...this.#log.clean].map(([clientId, clean]) => ({ clientId, clean })).filter(({ clientId }) => !clientId.startsWith(OURS));
  }

  #configure(): void {
    const { port, store } = this;
    writeFileSync(this.#file('mosquitto.conf'), mosquittoConfig({ port, store, passwords: this.#file('passwords'), closed: this.#closedFor.size > 0 }));
  }

  #reload(): void {
    this.#configure();
    if (this.pid !== undefined) process.kill(this.pid, 'SIGHUP');
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }
}
