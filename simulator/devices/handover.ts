import type { LinkObserver } from '../links/observer.ts';
import type { Recorder } from '../recorder.ts';
import type { RunClock } from '../run-clock.ts';
import { Ledger } from './ledger.ts';
import type { LatchedReading } from './ledger.ts';
import { AnswerTimes } from './answer-times.ts';
import { Habit } from './habit.ts';
import { Heartbeat } from './heartbeat.ts';
import { PollingConnection } from './polling-connection.ts';
import type { Watermark } from './register-map.ts';

export interface HandoverOptions {
  clock: RunClock;
  recorder: Recorder;
  watermark: Watermark;
  /** How long the pipeline's client waits for an answer; `DEFAULT_POLL_TIMEOUT_MS` where nobody says. */
  pollTimeoutMs?: number | undefined;
}

/** No client of the field gives up on an answer sooner than this. */
export const DEFAULT_POLL_TIMEOUT_MS = 100;
/** The rest of its time-out is left to the client, which may look into its socket late. */
const IN_TIME = 0.75;

/**
 * Decides of every reading whether the pipeline surely took it. This is the truth that `no-loss` stands on.
 *
 * Modbus has no acknowledgement. A device that answered knows nothing about what became of the answer, and neither
 * does the proxy that passed it on: the bytes may lie unread in the socket of a process that is about to be killed.
 * What proves the taking is that the client GOES ON: it asks the same device for the next reading. A poller asks again
 * when it is done with the last answer; one that commits before it polls again has committed it, and one that polls
 * again before it commits has chosen to carry the risk.
 *
 * A **round** is one reading as its client asks for it: it begins with the request that makes the device latch a reading
 * (it covers the first register of the number) and ends with the next such request, on the same connection or on one
 * that the client opened after closing that one with a FIN. At its end the reading is
 *
 * - `acknowledged` if all that the client asked for in this round was wholly handed to its socket in time; if that
 *   includes the number, the signal, and whatever it has been seen to ask for in most of its rounds (`Habit`);
 * - `indeterminate` in every other case: a part was late, damaged or never answered, or the client has left out a part
 *   that it otherwise needs; it asked again before it had the answer; the connection broke, by a fault or otherwise; the
 *   polling node was killed or paused in between; the run ended.
 *
 * To call any of these acknowledged would be a false alarm: a reading that nobody held could be counted as lost. To
 * take the sending alone as proof would be one as well. To wait for more than the next request, such as for the
 * delivery, would be a free pass: a pipeline could lose whatever it had not yet delivered.
 *
 * By the way of polling:
 * - **the whole block in one request**: each request is a round;
 * - **in two or more requests, or one per tag, one after another**: all of them up to the next read of the number;
 * - **several at once on one connection**: the same, as long as they ask for different registers. Who asks for the number,
 *   or for the same register, before it has the answer, has given up on it or cannot be told from one who has;
 * - **a single float** (`watermark: value`): the float is the number, so each read of it is a round;
 * - a tag that is asked for in the lesser part of the rounds only must be in time in those.
 *
 * **In time** is an answer that takes no more than three quarters of the client's time-out, the rest being left to the
 * client itself. It counts from when the request was sent, or as early as it can have been: this process may itself
 * stall and see it late, so that is when it was last seen idle. And it counts to when the kernel had the whole answer
 * for the client's socket. Delay of our own making is not taken off: the client lives through it, and gives up, whoever
 * is to blame. It only makes readings indeterminate, never lost. It is measured and recorded (`answers`): how late the
 * answers were less what failures withheld them for, and how many were late by that alone.
 */
export class Handover {
  readonly #options: HandoverOptions;
  readonly #ledger: Ledger;
  readonly #heartbeat: Heartbeat;
  readonly #links = new Map<string, { clients: Map<string, Client>; times: AnswerTimes }>();
  /** Links whose polling node is down: who comes in over them connected before it died. */
  readonly #down = new Set<string>();

  constructor(options: HandoverOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.recorder);
    this.#heartbeat = new Heartbeat(options.clock);
  }

  /** A device has latched this reading and answers with it now. */
  latched(reading: LatchedReading): void {
    this.#ledger.latched(reading);
  }

  /** The observer for a link to the plant, under the link's name; the names of its targets are the devices' names. */
  observe(link: string): LinkObserver {
    const clients = new Map<string, Client>();
    const { clock, watermark, pollTimeoutMs = DEFAULT_POLL_TIMEOUT_MS } = this.#options;
    const times = new AnswerTimes(pollTimeoutMs * 1000 * IN_TIME);
    this.#links.set(link, { clients, times });
    const common = {
      watermark,
      ledger: this.#ledger,
      times,
      nowMicros: () => clock.nowMicros(),
      idleMicros: () => this.#heartbeat.idleMicros(),
    };
    return {
      opened: (device) => {
        let client = clients.get(device);
        if (!client) clients.set(device, (client = { habit: new Habit(), connections: new Set() }));
        const { habit, connections } = client;
        const gone = () => connections.delete(connection);
        const connection: PollingConnection = new PollingConnection({ ...common, device, habit, connections, gone });
        connections.add(connection);
        if (this.#down.has(link)) connection.died();
        return connection;
      },
    };
  }

  /**
   * The node that polls over this link (over any link, if left out) stops or resumes at this instant. To be called in
   * the same breath as its pause, and again just before it is resumed.
   */
  disrupted(link?: string): void {
    for (const connection of this.#connectionsOver(link)) connection.disrupted();
  }

  /**
   * The node that polls over this link dies at this instant, or has died: in the same breath as its kill, and at its end.
   * What it had sent may be read later, and even be answered before its sockets are closed; nobody takes that any more, and
   * no connection of its next life speaks for it.
   * @param all whether nothing of it lives on, which may still connect.
   */
  died(link: string, all: boolean): void {
    if (all) this.#down.add(link);
    for (const connection of this.#connectionsOver(link)) connection.died();
  }

  /** The node that polls over this link lives again. */
  started(link: string): void {
    this.#down.delete(link);
  }

  *#connectionsOver(link: string | undefined): Iterable<PollingConnection> {
    for (const [name, { clients }] of this.#links) {
      if (link !== undefined && name !== link) continue;
      for (const { connections } of clients.values()) yield* connections;
    }
  }

  /** The run is over: whatever is open is indeterminate. Records it all, and how soon the answers came. */
  close(): void {
    this.#heartbeat.stop();
    this.#ledger.close();
    const { clock, recorder } = this.#options;
    for (const [link, { times: { sums } }] of this.#links) {
      if (sums) recorder.event({ kind: 'answers', atMicros: clock.nowMicros(), link, ...sums });
    }
  }
}

/** Whoever polls one device over one link. */
interface Client {
  habit: Habit;
  connections: Set<PollingConnection>;
}
