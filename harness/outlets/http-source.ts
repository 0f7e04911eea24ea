import { getJson, type HttpTarget } from './http.ts';
import type { Limit } from './limits.ts';
import { partProblem, shown, type Part } from './part.ts';
import type { Row, RowSource, RowTaker } from './rows.ts';

/** A URL that answers rows as JSON. Each read asks by a connection of its own. */
export class HttpSource implements RowSource {
  readonly #spec: HttpTarget & { rows?: string };
  readonly #part: Part;

  constructor(spec: HttpTarget & { rows?: string }, part: Part) {
    this.#spec = spec;
    this.#part = part;
  }

  async read(cursor: string, limit: Limit, taker: RowTaker): Promise<void> {
    const url = this.#spec.url.replaceAll('${cursor}', encodeURIComponent(cursor));
    const rows = this.#rowsIn(await getJson({ ...this.#spec, url }, this.#part, limit));
    const odd = rows.find((row) => typeof row !== 'object' || row === null);
    if (odd !== undefined) throw this.#garbage('every row to be an object', odd);
    taker.anew();
    for (const row of rows) taker.row(row as Row);
  }

  #rowsIn(body: unknown): unknown[] {
    const { rows: path } = this.#spec;
    let found = body;
    for (const key of path?.split('.') ?? []) {
      const inner = typeof found === 'object' && found !== null && Object.hasOwn(found, key) ? (found as Row)[key] : undefined;
      if (inner === undefined) throw this.#garbage(`the key "${path}" in the body`, body);
      found = inner;
    }
    if (!Array.isArray(found)) throw this.#garbage('a list of rows', found);
    return found;
  }

  #garbage(expected: string, found: unknown) {
    return partProblem(this.#part, `answered ${shown(found)}`, { expected });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
