import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import type { QueuedPacket } from 'aedes-persistence/asyncPersistence.js';

/**
 * What is written has to survive the end of the process and not the end of the machine's power: nothing is synced.
 * A message in a queue is known by the broker that took it and that broker's count of it, and once it was sent also by its
 * message id.
 */
const TABLES = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY, packet BLOB) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS subscription (client TEXT, topic TEXT, qos INTEGER, PRIMARY KEY (client, topic)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS incoming (client TEXT, id INTEGER, packet BLOB, PRIMARY KEY (client, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS queued (client TEXT, broker TEXT, counter INTEGER, place INTEGER, id INTEGER, packet BLOB,
    PRIMARY KEY (client, broker, counter)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS in_flight ON queued (client, id) WHERE id IS NOT NULL;
`;

/** Of two messages with one id the older is meant, as in aedes' memory. */
const IN_FLIGHT = '(client, broker, counter) = (SELECT client, broker, counter FROM queued WHERE client = ? AND id = ? ORDER BY place LIMIT 1)';

const STATEMENTS = {
  retain: 'INSERT OR REPLACE INTO retained VALUES (?, ?)',
  unretain: 'DELETE FROM retained WHERE topic = ?',
  subscribe: 'INSERT OR REPLACE INTO subscription VALUES (?, ?, ?)',
  unsubscribe: 'DELETE FROM subscription WHERE client = ? AND topic = ?',
  unsubscribeAll: 'DELETE FROM subscription WHERE client = ?',
  receive: 'INSERT OR REPLACE INTO incoming VALUES (?, ?, ?)',
  release: 'DELETE FROM incoming WHERE client = ? AND id = ?',
  releaseAll: 'DELETE FROM incoming WHERE client = ?',
  enqueue: 'INSERT OR REPLACE INTO queued VALUES (?, ?, ?, ?, NULL, ?)',
  send: 'UPDATE queued SET id = ? WHERE client = ? AND broker = ? AND counter = ?',
  replace: `UPDATE queued SET packet = ? WHERE ${IN_FLIGHT}`,
  dequeue: `DELETE FROM queued WHERE ${IN_FLIGHT}`,
} as const;

type Value = string | number | Uint8Array | null;

/** Sessions and messages of a broker in an SQLite file: what it is told is stored at the end of the turn, all of a turn at once. */
export class SessionStore {
  readonly #file: DatabaseSync;
  readonly #prepared: Record<keyof typeof STATEMENTS, ReturnType<DatabaseSync['prepare']>>;
  #places: number;
  #commit: NodeJS.Immediate | undefined;

  constructor(file: string) {
    this.#file = new DatabaseSync(file);
    this.#file.exec(TABLES);
    const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, this.#file.prepare(sql)]);
    this.#prepared = Object.fromEntries(prepared);
    this.#places = Number(this.#file.prepare('SELECT max(place) AS last FROM queued').get()!.last ?? 0);
  }

  tell(what: keyof typeof STATEMENTS, ...values: Value[]): void {
    if (this.#commit === undefined) {
      this.#file.exec('BEGIN');
      this.#commit = setImmediate(() => this.#end());
    }
    this.#prepared[what].run(...values);
  }

  enqueue(client: string, packet: QueuedPacket): void {
    this.tell('enqueue', client, packet.brokerId ?? '', packet.brokerCounter ?? 0, ++this.#places, packed(packet));
  }

  /** Everything that is there, messages in the order in which they were queued. */
  *rows(table: 'retained' | 'subscription' | 'incoming' | 'queued'): Generator<StoredRow> {
    const order = table === 'queued' ? ' ORDER BY place' : '';
    for (const row of this.#file.prepare(`SELECT * FROM ${table}${order}`).iterate()) {
      yield { ...row, packet: row.packet && deserialize(row.packet as Uint8Array) } as unknown as StoredRow;
    }
  }

  close(): void {
    this.#end();
    this.#file.close();
  }

  #end(): void {
    if (this.#commit === undefined) return;
    clearImmediate(this.#commit);
    this.#commit = undefined;
    this.#file.exec('COMMIT');
  }
}

/** A row of any of the tables; it has what its table has. */
export interface StoredRow {
  client: string;
  topic: string;
  qos: 0 | 1 | 2;
  id: number | null;
  packet: QueuedPacket;
}

export function packed(packet: object): Uint8Array {
  return serialize({ ...packet });
}
