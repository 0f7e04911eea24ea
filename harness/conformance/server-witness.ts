import { askTime, type ToldTime } from '../../simulator/clock/ask-time.ts';
import type { LinkName } from '../../simulator/names/link-name.ts';
import { askName } from '../../simulator/names/ask-name.ts';
import { CODES } from '../../simulator/names/message.ts';
import type { Witness } from './witness.ts';

const PATIENCE_MS = 1500;
const TRUE_WITHIN_MS = 60;

/** What a DNS query for the name of a link comes to; undefined if it is not answered. */
export type NameLook = Awaited<ReturnType<typeof askName>>;

export class NameWitness implements Witness<NameLook> {
  readonly #link: LinkName;

  constructor(link: LinkName) {
    this.#link = link;
  }

  look(): Promise<NameLook> {
    return askName(this.#link.server.port, this.#link.name, PATIENCE_MS);
  }

  isWell(look: NameLook): boolean {
    return look?.code === CODES.noError && look.address === '127.0.0.1';
  }

  words(look: NameLook): string {
    if (!look) return `${this.#link.name}: silence`;
    return `${this.#link.name}: ${look.address ?? `answered with code ${look.code}`}`;
  }

  [Symbol.dispose](): void {}
}

/** What an SNTP query comes to; undefined if it is not answered. */
export type TimeLook = ToldTime | undefined;

export class TimeWitness implements Witness<TimeLook> {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  look(): Promise<TimeLook> {
    return askTime(this.#port, PATIENCE_MS);
  }

  isWell(look: TimeLook): boolean {
    return look !== undefined && Math.abs(look.aheadMs) < TRUE_WITHIN_MS && look.stratum === 2 && look.leap === 0;
  }

  words(look: TimeLook): string {
    return look ? `${(look.aheadMs / 1000).toFixed(2)} s ahead, stratum ${look.stratum}` : 'silence';
  }

  [Symbol.dispose](): void {}
}
