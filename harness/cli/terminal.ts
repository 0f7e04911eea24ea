import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/**
 * Where words for people go: standard error, so that standard output stays free for data.
 * On a terminal the last lines may be a status that is drawn anew in place; elsewhere there is no status.
 */
export class Terminal {
  readonly #stream: NodeJS.WriteStream;
  #status: string[] = [];

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
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

  style(style: Style, text: string): string {
    return this.color ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Writes lines that stay, above the status. */
  line(text = ''): void {
    this.#clearStatus();
    this.#stream.write(`${text}\n`);
    this.#drawStatus();
  }

  /** Replaces the status; on anything but a terminal it does nothing. */
  status(lines: string[]): void {
    if (!this.live) return;
    this.#clearStatus();
    this.#status = lines.map((line) => line.slice(0, this.width - 1));
    this.#drawStatus();
  }

  #clearStatus(): void {
    if (this.#status.length > 0) this.#stream.write(`\u001b[${this.#status.length}A\u001b[0J`);
  }

  #drawStatus(): void {
    if (this.#status.length > 0) this.#stream.write(`${this.#status.join('\n')}\n`);
  }
}
