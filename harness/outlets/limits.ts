/** How long one look at the outlet may take in all: connecting, every page of it, and what is said in between. */
export const LOOK_MS = 5000;
/** How long the final read may take in all. A million rows by pages of a thousand take 5 to 20 s. */
export const FINAL_READ_MS = 60_000;
/** How long one answer over HTTP may take in the final read: a server that hangs shall not take all of its time. */
export const ANSWER_MS = 20_000;
/** How long a node is given to say that it serves. */
export const READY_MS = 2000;

const MB = 1e6;
/** One answer over HTTP is held in memory whole: a million rows of a hundred bytes fit. More of them come by pages. */
export const ANSWER_BYTES = 128 * MB;
/** All that one read takes in, by all its pages or lines. */
export const READ_BYTES = 1000 * MB;
/** Rows of one read: each is kept until the read is whole, at 200 to 300 bytes of memory. */
export const READ_ROWS = 5_000_000;
/** One row as text. */
export const ROW_BYTES = MB;
/** What a pipeline says about its health. */
export const HEALTH_BYTES = MB;
/** A file with certificates; all those of a system are a quarter of this. */
export const CA_BYTES = MB;
/** Rows that no reading can be recognised in are kept up to here; the others are counted. */
export const UNREADABLE_ROWS = 10_000;
/** Redirects are followed on the same host, and this often. */
export const REDIRECTS = 3;

/** What was read reached one of the limits. The message says which, without saying where. */
export class LimitReached extends Error {
  override name = 'LimitReached';
  readonly expected: string;

  constructor(message: string, expected: string) {
    super(message);
    this.expected = expected;
  }
}

const BY_PAGES = 'less at a time: with a key cursor only what is new is read, by pages';

/** The limits of one read, counted down. It ends with its time, or with the signal that it was given. */
export class Limit implements Disposable {
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #ended: Promise<never>;
  readonly #unlisten: () => void;
  readonly #whole: Limit | undefined;
  #bytes = 0;
  #rows = 0;

  constructor(withinMs: number, signal?: AbortSignal, whole?: Limit) {
    this.#whole = whole;
    const end = Promise.withResolvers<never>();
    end.promise.catch(() => {});
    this.#ended = end.promise;
    this.#over.signal.addEventListener('abort', () => end.reject(this.#over.signal.reason), { once: true });
    this.#timer = setTimeout(() => this.#over.abort(this.#tooSlow(withinMs)), withinMs);
    const stop = () => this.#over.abort(signal!.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    this.#unlisten = () => signal?.removeEventListener('abort', stop);
  }

  /** The limits of a part of this read: they end sooner, and what it takes counts for the whole as well. */
  part(withinMs: number): Limit {
    return new Limit(withinMs, this.signal, this);
  }

  /** Aborted when the time is over, or the signal given; its reason is the error to end with. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** The promise, but never later than the end of the limit. What it waited for may still go on. */
  race<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#ended]);
  }

  /** Throws LimitReached once more has been read than one read may take. */
  tookBytes(count: number): void {
    this.#whole?.tookBytes(count);
    this.#bytes += count;
    if (this.#bytes > READ_BYTES) throw tooLarge(`holds more than ${megabytes(READ_BYTES)}`);
  }

  /** Throws LimitReached once there are more rows than one read may have. */
  tookRow(): void {
    if (++this.#rows > READ_ROWS) throw tooLarge(`holds more than ${READ_ROWS.toLocaleString('en')} rows`);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#unlisten();
  }

  #tooSlow(withinMs: number): LimitReached {
    const within = `within ${withinMs / 1000} s`;
    if (this.#bytes === 0) return new LimitReached(`nothing came ${within}`, 'an answer');
    const size = this.#bytes < MB ? `${this.#bytes.toLocaleString('en')} bytes` : megabytes(this.#bytes);
    const rows = this.#rows === 0 ? '' : ` and ${this.#rows.toLocaleString('en')} ${this.#rows === 1 ? 'row' : 'rows'}`;
    return new LimitReached(`was not read to its end ${within}: ${size}${rows} came`, 'all of it by then');
  }
}

/** What is told of something that is too large to be read at once. */
export function tooLarge(what: string): LimitReached {
  return new LimitReached(what, BY_PAGES);
}

/** `128 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / MB)} MB`;
}
