/** Who of the pipeline's clients came to a broker since its process was started, and who was turned away. Ours are not among them. */
export interface Census {
  /** Their ids. */
  connected: string[];
  turnedAway: TurnedAway[];
  /** Messages that they published; undefined where the broker does not tell. */
  published: number | undefined;
}

/** Clients that were refused, or disconnected for what they did, for one reason. */
export interface TurnedAway {
  /** Their ids, a few of them. */
  clients: string[];
  reason: string;
  /** What would help. */
  fix?: string;
  times: number;
}

/** What the ids of our own clients begin with: those of witnesses and of faults. */
export const OURS = 'brownout ';

/** Client ids may be made up anew at each attempt: only so many are remembered of each reason, and so many reasons. */
const REMEMBERED = 5;
const REASONS = 50;

/** Counts who was turned away, by reason. */
export class TurnedAwayList {
  readonly #byReason = new Map<string, { clients: Set<string>; fix: string | undefined; times: number }>();

  /** Returns how often this reason has occurred by now. */
  add(client: string, reason: string, fix?: string): number {
    if (!this.#byReason.has(reason) && this.#byReason.size >= REASONS) return Infinity;
    const known = this.#byReason.get(reason) ?? { clients: new Set(), fix, times: 0 };
    this.#byReason.set(reason, known);
    known.times++;
    if (known.clients.size < REMEMBERED) known.clients.add(client);
    return known.times;
  }

  all(): TurnedAway[] {
    return [...this.#byReason].map(([reason, { clients, fix, times }]) => ({ clients: [...clients], reason, times, ...(fix ? { fix } : {}) }));
  }
}
