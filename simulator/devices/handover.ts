import type { LinkObserver } from '../links/observer.ts';
import type { Recorder } from '../recorder.ts';
import type { RunClock } from '../run-clock.ts';
import { Ledger } from './ledger.ts';
import type { LatchedReading } from './ledger.ts';
import { Heartbeat } from './heartbeat.ts';
import { PollingConnection } from './polling-connection.ts';
import type { Watermark } from './register-map.ts';

export interface HandoverOptions {
  clock: RunClock;
  recorder: Recorder;
  watermark: Watermark;
  /** No pipeline under test gives up on an answer sooner than this. */
  patienceMs?: number;
}

/**
 * Decides of every reading whether the pipeline surely took it. This is the truth that `no-loss` stands on.
 *
 * Modbus has no acknowledgement. A device that answered knows nothing about what became of the answer, and neither
 * does the proxy that passed it on: the bytes may lie unread in the socket of a process that is about to be killed.
 * What proves the taking is the client's NEXT request on that connection. A poller asks again when it is done with the
 * last answer; one that commits before it polls again has committed it, and one that polls again before it commits has
 * chosen to carry the risk. So a reading is
 *
 * - `acknowledged` once its answer was wholly handed to the client's socket, soon after it was asked for, and the
 *   client then sent another request: on the same connection, or on one that it opened after closing that one with a
 *   FIN;
 * - `indeterminate` in every other case: the client asked again before it had the answer, or the answer came so late
 *   that the client may have given up and thrown it away; the connection broke, by a fault or otherwise; the polling
 *   node was killed or paused in between; the run ended.
 *
 * To call any of these acknowledged would be a false alarm: a reading that nobody held could be counted as lost. To
 * take the sending alone as proof would be one as well. To wait for more than the next request, such as for the
 * delivery, would be a free pass: a pipeline could lose whatever it had not yet delivered.
 *
 * Two things keep late answers apart. `patienceMs` bounds how long an answer may have been under way; and as this
 * process may itself stall and see a request late, a request counts as sent when this process last was seen idle.
 * A client that keeps several requests under way on one connection gets only indeterminate readings.
 */
export class Handover {
  readonly #options: HandoverOptions;
  readonly #ledger: Ledger;
  readonly #heartbeat: Heartbeat;
  readonly #connections = new Map<string, Set<PollingConnection>>();

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
    const connections = new Set<PollingConnection>();
    this.#connections.set(link, connections);
    return {
      opened: (device) => {
        const { clock, watermark, patienceMs = 50 } = this.#options;
        const connection: PollingConnection = new PollingConnection({
          device,
          watermark,
          ledger: this.#ledger,
          patienceMicros: patienceMs * 1000,
          nowMicros: () => clock.nowMicros(),
          idleMicros: () => this.#heartbeat.idleMicros(),
          predecessors: [...connections].filter((other) => other.device === device),
          gone: () => connections.delete(connection),
        });
        connections.add(connection);
        return connection;
      },
    };
  }

  /**
   * The node that polls over this link (over any link, if left out) stops or resumes at this instant. To be called in
   * the same breath as its kill or pause, and again just before it is resumed.
   */
  disrupted(link?: string): void {
    const affected = link === undefined ? [...this.#connections.values()] : [this.#connections.get(link) ?? []];
    for (const connections of affected) for (const connection of connections) connection.disrupted();
  }

  /** The run is over: whatever is open is indeterminate. Records it all. */
  close(): void {
    this.#heartbeat.stop();
    this.#ledger.close();
  }
}
