import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import { plainText } from '../../simulator/plain-text.ts';

type Style = Parameters<typeof styleText>[0];

/** Stands for the escape character in texts of ours until they are written; nobody else can know it. */
const ESCAPE_MARK = randomUUID();

/**
 * Where words for people go: standard error, so that standard output stays free for data. Whatever a file, an argument or a
 * node's log brings along, only colours of ours reach the terminal.
 * On a terminal the last lines may be a status that is drawn anew in place; elsewhere there is no status.
 */
export class Terminal {
  readonly #stream: NodeJS.WriteStream;
  #status: string[] = [];

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    // Whoever reads may stop reading, as `head` does: what is left to say is said to nobody, and the work goes on.
    stream.on('error', () => {});
  }

  get live(): boolean {
    return this.#stream.isTTY === true && !process.env.CI;
  }

  get width(): number {
    return Math.min(this.#stream.columns ?? 100, 120);
  }

  /** NO_COLOR and FORCE_COLOR are heeded. */
  get color(): boolean {
    if (process.env.NO_COLOR) return false;
    return Boolean(process.env.FORCE_COLOR) || this.#stream.isTTY === true;
  }

  /** For `line` and `status`, and nothing else. */
  style(style: Style, text: string): string {
    return this.color ? styleText(style, plainText(text), { validateStream: false }).replaceAll('\u001b', ESCAPE_MARK) : text;
  }

  /** Writes lines that stay, above the status. */
  line(text = ''): void {
    this.rendered(`${written(text)}\n`);
  }

  /** Writes what a report has rendered for a terminal: it lets no control character of the data through. */
  rendered(text: string): void {
    this.#clearStatus();
    this.#stream.write(text);
    this.#drawStatus();
  }

  /** Replaces the status; on anything but a terminal it does nothing. */
  status(lines: string[]): void {
    if (!this.live) return;
    this.#clearStatus();
    this.#status = lines.map((line) => fitted(line, this.width - 1));
    this.#drawStatus();
  }

  #clearStatus(): void {
    if (this.#status.length > 0) this.#stream.write(`\u001b[${this.#status.length}A\u001b[0J`);
  }

  #drawStatus(): void {
    if (this.#status.length > 0) this.#stream.write(`${this.#status.join('\n')}\n`);
  }
}

function written(text: string): string {
  return text.split(ESCAPE_MARK).map(plainText).join('\u001b');
}

/** Cut to a width in columns; colours take none. */
function fitted(line: string, width: number): string {
  let room = width;
  return written(line)
    .split(/(\u001b\[[\d;]*m)/) // oxlint-disable-line no-control-regex
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const kept = part.slice(0, room);
      room -= kept.length;
      return kept;
    })
    .join('');
}
