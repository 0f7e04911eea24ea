import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { HarnessProblem } from '../problem.ts';

/** One row of an outlet as it stands there: column or key -> value. */
export type Row = Record<string, unknown>;

/** Where rows come from; variables but `${cursor}` are replaced already. */
export type RowSource =
  | { kind: 'http'; url: string; rows?: string }
  | { kind: 'sqlite'; file: string; query: string }
  | { kind: 'file'; file: string };

/** The source in words, for messages. */
export function describeSource(source: RowSource): string {
  return source.kind === 'http' ? source.url : source.file;
}

/** Reads the rows after a cursor, by a connection of its own. Throws HarnessProblem if what is there cannot be read as rows. */
export async function readRows(source: RowSource, cursor: string): Promise<Row[]> {
  const rows = await readers[source.kind](source as never, cursor);
  if (!Array.isArray(rows)) throw garbage(source, 'expected a list of rows', rows);
  const odd = rows.find((row) => typeof row !== 'object' || row === null);
  if (odd !== undefined) throw garbage(source, 'expected every row to be an object', odd);
  return rows;
}

/** Reads one JSON object over HTTP, by a connection of its own. */
export async function readObject(url: string): Promise<Row> {
  const body = parse(await get(url), url);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HarnessProblem(`outlet ${url}: expected a JSON object, found ${excerpt(body)}`);
  }
  return body as Row;
}

const readers = {
  async http(source: Extract<RowSource, { kind: 'http' }>, cursor: string) {
    const url = withCursor(source.url, cursor);
    let body = parse(await get(url), url);
    for (const key of source.rows?.split('.') ?? []) {
      const inner = (body as Row | null)?.[key];
      if (inner === undefined) throw garbage(source, `expected the key "${source.rows}" in the body`, body);
      body = inner;
    }
    return body as Row[];
  },

  async sqlite(source: Extract<RowSource, { kind: 'sqlite' }>, cursor: string) {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(source.file, { readOnly: true });
      return database.prepare(withCursor(source.query, cursor)).all() as Row[];
    } catch (error) {
      throw new HarnessProblem(`outlet ${source.file}: ${(error as Error).message}`, `The query was: ${source.query}`);
    } finally {
      database?.close();
    }
  },

  async file(source: Extract<RowSource, { kind: 'file' }>) {
    const text = await readFile(source.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new HarnessProblem(`outlet ${source.file}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
    });
    // The last line may still be in the writing.
    const lines = text.split('\n').slice(0, -1);
    return lines.filter((line) => line.trim() !== '').map((line) => parse(line, source.file) as Row);
  },
};

/** True where a page of rows depends on the cursor, so that reading goes on until a page is empty. */
export function isPaged(source: RowSource): boolean {
  const text = source.kind === 'http' ? source.url : source.kind === 'sqlite' ? source.query : '';
  return text.includes('${cursor}');
}

function withCursor(text: string, cursor: string): string {
  return text.replaceAll('${cursor}', cursor);
}

function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false, timeout: 5000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(text);
        else reject(new HarnessProblem(`outlet ${url}: answered ${response.statusCode}: ${text.slice(0, 200)}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 5 s')));
    request.on('error', (error) => reject(new HarnessProblem(`outlet ${url}: ${error.message || String(error)}`)));
  });
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HarnessProblem(`outlet ${where}: expected JSON, found ${excerpt(text)}`);
  }
}

function garbage(source: RowSource, expected: string, found: unknown): HarnessProblem {
  return new HarnessProblem(`outlet ${describeSource(source)}: ${expected}, found ${excerpt(found)}`);
}

function excerpt(found: unknown): string {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? String(found));
  return text.length > 120 ? `${text.slice(0, 120)}...` : text === '' ? 'nothing' : text;
}
