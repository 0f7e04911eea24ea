import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { HistoryEvent } from '../../simulator/recorder.ts';
import { siblingModule } from '../../simulator/sibling-module.ts';
import type { History, HistoryMeta } from './history.ts';
import { APPLICATION_ID, Checksums, FORMAT, HistoryError } from './store.ts';
import { readStream, type StreamRead } from './stream.ts';
import { Thread } from './thread.ts';

/** A thread is there after some 100 ms; from here on it saves more. */
const WORTH_A_THREAD_BYTES = 64e6;

/**
 * Reads a whole run into memory.
 *
 * @param options.unfinished read a run that never came to its end as well; judged, it is inconclusive.
 * @param options.threads how many read it; by default two where the file is large. They give the same.
 * @throws HistoryError `missing`, `not-a-history`, `newer-format`, `damaged` (cut short, overwritten, a flipped bit) or `unfinished`.
 */
export function readHistory(path: string, options: { unfinished?: boolean; threads?: 1 | 2 } = {}): History {
  if (!existsSync(path)) throw new HistoryError('missing', `there is no history at ${path}`);
  try {
    using file = openHistory(path);
    const checksums = new Checksums();
    const history = {
      meta: readMeta(file.db, checksums),
      devices: readDevices(file.db, checksums),
      ...readStreams(path, file.db, checksums, options.threads ?? (statSync(path).size > WORTH_A_THREAD_BYTES ? 2 : 1)),
      events: readEvents(file.db, checksums),
    };
    verify(file.db, checksums);
    if (!options.unfinished && !isFinished(history)) {
      throw new HistoryError('unfinished', `${path} is the record of a run that never finished: it ended in phase ${lastPhase(history)}`);
    }
    return history;
  } catch (error) {
    if (error instanceof HistoryError) throw error;
    throw new HistoryError('damaged', `${path} is damaged: ${(error as Error).message}`, { cause: error });
  }
}

/** True if the run came to its judgement: there is a window to judge, and everything was read for the last time. */
export function isFinished(history: Pick<History, 'events'>): boolean {
  return history.events.some((event) => event.kind === 'window') && lastPhase(history) === 'judge';
}

/** True if there is a record at `path` of a run that came to its judgement; its readings are not looked at. */
export function isFinishedRecord(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    using file = openHistory(path);
    return isFinished({ events: readEvents(file.db, new Checksums()) });
  } catch {
    return false;
  }
}

export function lastPhase(history: Pick<History, 'events'>): string {
  const last = history.events.findLast((event) => event.kind === 'phase');
  return last?.kind === 'phase' ? last.phase : 'none';
}

function openHistory(path: string): { db: DatabaseSync } & Disposable {
  const db = new DatabaseSync(path, { readOnly: true });
  const pragma = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
  try {
    if (idOrNaN() !== APPLICATION_ID) throw new HistoryError('not-a-history', `${path} is not a history of Brownout`);
    const format = pragma('user_version');
    if (format > FORMAT) {
      throw new HistoryError('newer-format', `${path} has format ${format}, this Brownout reads up to ${FORMAT}: use a newer version`);
    }
    return { db, [Symbol.dispose]: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }

  /** Not even a database: SQLite says so at the first look. */
  function idOrNaN(): number {
    try {
      return pragma('application_id');
    } catch {
      return NaN;
    }
  }
}

function verify(db: DatabaseSync, { of }: Checksums): void {
  const stored = new Map(db.prepare('SELECT part, crc32 FROM checksums').all().map((row) => [row['part'], row['crc32']]));
  for (const [part, crc32] of Object.entries(of)) {
    if (stored.get(part) !== crc32) throw new Error(`its ${part} are not those that were written`);
  }
}

function readMeta(db: DatabaseSync, checksums: Checksums): HistoryMeta {
  const json = String(db.prepare('SELECT json FROM meta').get()!['json']);
  checksums.add('meta', json);
  return JSON.parse(json);
}

function readDevices(db: DatabaseSync, checksums: Checksums): string[] {
  const names = db.prepare('SELECT name FROM devices ORDER BY id').all().map((row) => String(row['name']));
  checksums.add('devices', ...names);
  return names;
}

function readStreams(path: string, db: DatabaseSync, checksums: Checksums, threads: 1 | 2): Pick<History, 'readings' | 'deliveries'> {
  const streams = threads === 2 ? readSideBySide(path, db) : undefined;
  const { readings, deliveries } = streams ?? { readings: readStream(db, 'readings', false), deliveries: readStream(db, 'deliveries', false) };
  checksums.of.readings = readings.crc32;
  checksums.of.deliveries = deliveries.crc32;
  return { readings: readings.columns, deliveries: deliveries.columns };
}

/** Another thread reads the one stream, and this one the other. Undefined if anything is wrong: one thread alone finds it again, and the error is the same. */
function readSideBySide(path: string, db: DatabaseSync): { readings: StreamRead<'readings'>; deliveries: StreamRead<'deliveries'> } | undefined {
  using thread = new Thread<Pick<typeof import('./stream.ts'), 'readReadings'>>(siblingModule(import.meta.url, './stream'));
  try {
    const result = thread.call('readReadings', path);
    const deliveries = readStream(db, 'deliveries', true);
    const readings = result();
    return readings && { readings, deliveries };
  } catch {
    return undefined;
  }
}

/** JSON has no infinity: the end of a gap that is still open comes back as what it was. */
function readEvents(db: DatabaseSync, checksums: Checksums): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const row of db.prepare('SELECT at_us, kind, data FROM events ORDER BY id').iterate()) {
    const [atMicros, kind, data] = [Number(row['at_us']), String(row['kind']), String(row['data'])];
    checksums.add('events', atMicros, kind, data);
    const event = { kind, atMicros, ...JSON.parse(data) } as HistoryEvent;
    if (event.kind === 'gap') event.toMicros ??= Infinity;
    events.push(event);
  }
  return events;
}
