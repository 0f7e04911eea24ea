/**
 * Reads SQLite in a process of its own, because a query that is running cannot be stopped from within: not by Node.js,
 * not by ending a thread. Each line on standard input is a request, {file, query}; the answer is a line with the
 * names of the columns, a line per row with its values, both as JSON, and in the end a line `=`, or `!` and what was wrong.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';

/** A writer may hold its lock for a moment. */
const LOCKED_FOR_MS = 1000;
/** Rows go out in pieces of about this size. */
const PIECE_LENGTH = 64 * 1024;

for await (const line of createInterface({ input: process.stdin })) answer(JSON.parse(line) as { file: string; query: string; mostBytes: number });

function answer({ file, query, mostBytes }: { file: string; query: string; mostBytes: number }): void {
  let out = '';
  try {
    using database = new DatabaseSync(file, { readOnly: true, timeout: LOCKED_FOR_MS, limits: { length: mostBytes } });
    const statement = database.prepare(query);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true); // half the time of objects
    out += `${JSON.stringify(statement.columns().map(({ name }) => name))}\n`;
    for (const values of statement.iterate() as Iterable<unknown>) {
      out += `${JSON.stringify((values as unknown[]).map(plain))}\n`;
      if (out.length < PIECE_LENGTH) continue;
      write(out);
      out = '';
    }
    out += '=\n';
  } catch (error) {
    out += `!${(error as Error).message.replaceAll(/\s+/g, ' ')}\n`;
  }
  write(out);
}

/** A value as JSON can say it. Integers that a double cannot hold become text; nanoseconds since 1970 are such. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return value;
}

/** All of it; it waits while the other side does not read. */
function write(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}
