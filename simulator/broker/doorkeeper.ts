import type { AuthenticateError, Client, ConnectPacket } from 'aedes';
import { plainText } from '../plain-text.ts';
import type { WitnessLogin } from './broker.ts';
import { OURS, TurnedAwayList, type Census } from './census.ts';

/** MQTT 3.1 allows client ids of this length (aedes: `maxClientsIdLength`). */
const LONGEST_ID_OF_3_1 = 23;

const OTHER_BROKER = 'or say `broker: { kind: mosquitto }`';
const WORDS: Record<number, string> = { 2: 'its client id was rejected', 3: 'the server is unavailable', 4: 'its user name or password is wrong', 5: 'it is not authorized' };

/**
 * Sees who comes to aedes and goes, and writes it into the broker's log. aedes itself turns clients away without a word:
 * whoever set up the pipeline would look for the fault everywhere else.
 */
export class Doorkeeper {
  readonly #witness: WitnessLogin;
  readonly #say: (line: string) => void;
  readonly #logins = new WeakMap<Client, ConnectPacket>();
  readonly #connected = new Map<Client, string>();
  readonly #turnedAway = new TurnedAwayList();
  #published = 0;

  constructor(witness: WitnessLogin, say: (line: string) => void) {
    this.#witness = witness;
    this.#say = say;
  }

  census(): Census {
    return { connected: [...this.#connected.values()], turnedAway: this.#turnedAway.all(), published: this.#published };
  }

  /** A CONNECT has arrived. */
  knocks(client: Client, packet: ConnectPacket): void {
    this.#logins.set(client, packet);
  }

  comesIn(client: Client): void {
    if (this.#isOurs(client)) return;
    const { version, clean } = client;
    this.#connected.set(client, nameOf(client.id));
    this.#say(`${nameOf(client.id)} connected: MQTT ${version === 3 ? '3.1' : '3.1.1'}, ${clean ? 'clean' : 'lasting'} session`);
  }

  leaves(client: Client): void {
    const name = this.#connected.get(client);
    if (this.#connected.delete(client)) this.#say(`${name} disconnected`);
  }

  publishes(client: Client | null): void {
    if (client && !this.#isOurs(client)) this.#published++;
  }

  keepsSilent(client: Client): void {
    this.#say(`${nameOf(client.id)} was silent for longer than its keep-alive`);
  }

  /** It is disconnected for what it published. */
  forbids(client: Client, reason: string, fix?: string): void {
    this.#turnAway(nameOf(client.id), reason, fix);
  }

  /** Its connection ends with this error. What the network did to it, or it did itself, is no refusal. */
  fails(client: Client, error: Error & Partial<AuthenticateError> & { errorCode?: number; code?: string }): void {
    const login = this.#logins.get(client);
    if (this.#isOurs(client)) return;
    if (error.errorCode !== undefined && login) {
      const { reason, fix } = refusal(login, error);
      this.#turnAway(nameOf(login.clientId), reason, fix);
    } else if (!login && error.code === undefined) {
      this.#turnAway('somebody', `what it sent is no CONNECT of MQTT (${plainText(error.message)})`);
    }
  }

  #isOurs(client: Client): boolean {
    const login = this.#logins.get(client);
    if (login?.clientId.startsWith(OURS)) return true;
    return login?.username === this.#witness.username && login.password?.toString() === this.#witness.password;
  }

  /** Those that try again at once would fill the log: the 1st, 2nd, 4th, 8th ... time is written. */
  #turnAway(name: string, reason: string, fix?: string): void {
    const times = this.#turnedAway.add(name, reason, fix);
    if (Number.isInteger(Math.log2(times))) this.#say(`${name} turned away: ${reason}${fix ? `. ${fix}` : ''}${times > 1 ? ` (${times} times by now)` : ''}`);
  }
}

function refusal({ protocolVersion, clientId }: ConnectPacket, { errorCode, message }: { errorCode?: number; message: string }): { reason: string; fix?: string } {
  if (errorCode === 1) {
    return {
      reason: `it speaks ${Number(protocolVersion) === 5 ? 'MQTT 5 (protocol level 5)' : `protocol level ${protocolVersion}`}, aedes speaks MQTT 3.1 and 3.1.1 (levels 3 and 4)`,
      fix: `Have it use protocol level 4 (mqtt.js: protocolVersion: 4), ${OTHER_BROKER}`,
    };
  }
  if (errorCode === 2 && clientId.length > LONGEST_ID_OF_3_1) {
    return { reason: `its client id has ${clientId.length} characters, and MQTT 3.1 allows ${LONGEST_ID_OF_3_1}`, fix: `Have it use MQTT 3.1.1 (protocol level 4), ${OTHER_BROKER}` };
  }
  const words = `${WORDS[errorCode!] ?? 'aedes refused it'} (CONNACK ${errorCode})`;
  return { reason: words.includes(message) ? words : `${words}: ${plainText(message)}` };
}

const nameOf = (id: string) => plainText(id).slice(0, 100) || 'a client without an id';
