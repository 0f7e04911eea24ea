import { reservePort } from '../ports.ts';
import { AedesBroker } from './aedes-broker.ts';
import { MosquittoBroker } from './mosquitto-broker.ts';
import { mosquittoObstacle } from './mosquitto-config.ts';
import type { Census } from './census.ts';
import type { BrokerRule } from './orders.ts';
import type { BrokerOptions } from './process-broker.ts';

export type BrokerKind = 'aedes' | 'mosquitto';

/** Whoever logs in with these is let in at all times: what proves one fault from outside must not be kept out by another. */
export interface WitnessLogin {
  username: string;
  password: string;
}

/**
 * An MQTT broker of ours, a process of its own in a process group of its own. Sessions, queued and retained messages are
 * in a folder of its own: they survive the end of the process, a SIGKILL too, and go with `stop`.
 */
export interface Broker extends AsyncDisposable {
  readonly kind: BrokerKind;
  /** Where it serves MQTT on 127.0.0.1, now and after each restart: aedes 3.1 and 3.1.1, mosquitto these and 5. */
  readonly port: number;
  /** Its process, the leader of its group; undefined while it is down. */
  readonly pid: number | undefined;
  readonly witness: WitnessLogin;
  /**
   * Ends its process, by SIGTERM or by SIGKILL: nobody listens any more until everybody who took it down has let it come
   * up. Rejects once it was stopped.
   */
  goDown(how: 'shutdown' | 'crash'): Promise<BrokerOutage>;
  /** Who has come to its process and who was turned away; nobody while it is down. */
  census(): Promise<Census>;
  /** Drops the connection of this client, or of all. Resolves to how many it has dropped. */
  kick(client?: string): Promise<number>;
  /** Makes it follow a rule, now and after each restart. Rejects if it cannot, and once it was stopped. */
  impose(rule: BrokerRule): Promise<ImposedRule>;
  /** Ends it for good by SIGKILL and removes its folder; resolves once it is gone. May be called again. */
  stop(): Promise<void>;
}

export interface BrokerOutage {
  readonly droppedConnections: number;
  /** Which process was ended, and how; undefined if it was down already. */
  readonly ended: { pid: number; signal: NodeJS.Signals | null } | undefined;
  /**
   * Takes the outage back; resolves to how many bytes of sessions and messages it was made to forget. It is up again
   * unless somebody else wants it down. May be called again.
   */
  comeUp(options: { forget: boolean }): Promise<number>;
}

export interface ImposedRule {
  /** How often it has struck so far; that is remembered after it was lifted. */
  struck(): Promise<number>;
  /** May be called again. */
  lift(): Promise<void>;
}

/** Why a broker of this kind cannot be started on this machine, and what would help; undefined if it can. */
export function brokerObstacle(kind: BrokerKind): { reason: string; fix: string } | undefined {
  return kind === 'mosquitto' ? mosquittoObstacle() : undefined;
}

/**
 * Starts a broker, aedes unless told otherwise. Both kinds acknowledge a QoS 1 message before they have stored it: brokers
 * to inject faults with, no witnesses for durability.
 *
 * @throws if it does not come up, with what it wrote.
 */
export async function startBroker({ kind = 'aedes', ...options }: BrokerOptions & { kind?: BrokerKind } = {}): Promise<Broker> {
  const port = options.port === undefined ? await reservePort() : { port: options.port };
  const broker = new { aedes: AedesBroker, mosquitto: MosquittoBroker }[kind]({ ...options, port });
  try {
    await broker.start();
    return broker;
  } catch (error) {
    await broker.stop();
    throw error;
  }
}
