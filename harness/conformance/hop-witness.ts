import { Caller, type Exchange } from './caller.ts';
import { connack, echo, modbus, mqtt, type Language } from './questions.ts';
import type { Witness } from './witness.ts';

/** What a stranger sees of a link, and of what it leads to: over the connection it has had for long, and over one made now. */
export interface HopLook {
  established: Exchange;
  fresh: Exchange;
  /** What a broker said to the new login. */
  login: { code: number; knowsSession: boolean } | undefined;
}

/** Slower than this is not well. */
const PROMPT_MS = 150;
const FEW_PIECES = 2;

/** A connection of its own that has ended is made anew at the next look. */
export class HopWitness implements Witness<HopLook> {
  readonly #port: number;
  readonly #languages: { established: Language; fresh: Language };
  #established: Caller | undefined;

  constructor(port: number, protocol: 'mqtt' | 'modbus' | undefined) {
    this.#port = port;
    const plain = protocol === 'modbus' ? modbus : echo;
    this.#languages = protocol === 'mqtt' ? { established: mqtt('witness'), fresh: mqtt('newcomer') } : { established: plain, fresh: plain };
  }

  async look(): Promise<HopLook> {
    const [established, { fresh, login }] = await Promise.all([this.#overEstablished(), this.#overNew()]);
    return { established, fresh, login };
  }

  isWell({ established, fresh, login }: HopLook): boolean {
    return [established, fresh].every(({ how, ms, pieces }) => how === 'answer' && ms < PROMPT_MS && pieces <= FEW_PIECES) && (login?.code ?? 0) === 0;
  }

  words({ established, fresh, login }: HopLook): string {
    const welcome = login?.code ? `login refused with code ${login.code}` : wordsOf(fresh);
    const session = login && fresh.how === 'answer' && !login.code ? `, session ${login.knowsSession ? 'known' : 'unknown'}` : '';
    return `established: ${wordsOf(established)}; new: ${welcome}${session}`;
  }

  [Symbol.dispose](): void {
    this.#established?.[Symbol.dispose]();
    this.#established = undefined;
  }

  async #overEstablished(): Promise<Exchange> {
    const language = this.#languages.established;
    if (!this.#established) {
      this.#established = new Caller(this.#port);
      if (language.greeting) await this.#established.ask(language.greeting());
    }
    const exchange = await this.#established.ask(language.question());
    if (this.#established.isOver) this[Symbol.dispose]();
    return exchange;
  }

  async #overNew(): Promise<Pick<HopLook, 'fresh' | 'login'>> {
    const language = this.#languages.fresh;
    using caller = new Caller(this.#port);
    const greeted = language.greeting && (await caller.ask(language.greeting()));
    const login = greeted && connack(greeted.bytes);
    const isWelcome = !greeted || (greeted.how === 'answer' && login?.code === 0);
    return { fresh: isWelcome ? await caller.ask(language.question()) : greeted, login };
  }
}

function wordsOf({ how, ms, pieces }: Exchange): string {
  if (how !== 'answer') return how;
  return `answer in ${Math.round(ms)} ms${pieces > FEW_PIECES ? ` and ${pieces} pieces` : ''}`;
}
