/**
 * The vocabulary of the record: what the plant, the links, the faults and the outlets have to say about a run.
 *
 * The simulator only speaks it. `harness/history` writes it down, `harness/oracle` reads it. A real run and the
 * model in virtual time say the same words, so one oracle judges both.
 *
 * Every time is in microseconds of the harness's monotonic clock since the start of the run. No injected clock skew
 * ever touches it: whoever reports a wall-clock time converts it first, with the run's one wall-clock anchor.
 */

/** What a machine answers in one read of its register block; only `value` always travels the whole way. */
export interface Measurement {
  /** The signal, a float32. */
  value: number;
  /** Time since the device booted, u32. */
  uptimeMs?: number;
  /** State word, u16. */
  state?: number;
  /** Production counter, u32, monotonic. */
  counter?: number;
  /** Alarm bits, u16. */
  alarms?: number;
}

/** One numbered value that the plant handed to the pipeline: the truth. Recorded once its handover is settled. */
export interface Reading extends Measurement {
  device: string;
  /** The device's own number of this reading: 1, 2, 3 ... */
  n: number;
  /** When the device latched it. */
  atMicros: number;
  /**
   * `acknowledged`: the pipeline surely took it (it asked again, or its PUBACK arrived).
   * `indeterminate`: the response was in flight when something broke; it may arrive or not, both are right.
   */
  handover: 'acknowledged' | 'indeterminate';
}

/** One row at the outlet, in the outlet's own order: what reached the people. */
export interface Delivery extends Measurement {
  device: string;
  n: number;
  /** The pipeline's own time of this reading, converted to run time. NaN where the pipeline gives none. */
  stampMicros: number;
  /** When the harness first saw this row at the outlet. */
  seenAtMicros: number;
  /** The pipeline itself says that this stamp may be wrong. */
  uncertain?: boolean;
  /** The pipeline marks this row as typed in by a person. */
  manual?: boolean;
}

export type PhaseName = 'read' | 'start' | 'baseline' | 'faults' | 'heal' | 'drain' | 'final-read' | 'judge';

/** What a pipeline may say about itself; anything else it says is kept in `said`. */
export type HealthStatus = 'ok' | 'degraded' | 'failed';

/** The layers that a diagnosis can name. */
export type Layer = 'device' | 'network' | 'platform' | 'gateway';

/** Everything that is not a reading or a delivery, one row each. */
export type HistoryEvent = { atMicros: number } & (
  | { kind: 'phase'; phase: PhaseName }
  /** Readings latched inside [fromMicros, toMicros] are judged: from proven flow to the horizon of the drain. */
  | { kind: 'window'; fromMicros: number; toMicros: number }
  /** `fault` is the id of a planned fault of the run's meta. `bit` carries the proof that it really happened, `unproven` why there is none. */
  | {
      kind: 'fault';
      fault: string;
      action: 'applied' | 'bit' | 'unproven' | 'healed' | 'failed';
      detail: string;
      numbers?: Record<string, number>;
    }
  /** `killed` and `stopped` are the harness's doing, `exited` is the node's own. `serving`/`unreachable`: the last check. */
  | {
      kind: 'node';
      node: string;
      state: 'started' | 'ready' | 'killed' | 'stopped' | 'exited' | 'serving' | 'unreachable';
      detail?: string;
    }
  /** A gap that the pipeline declared. `device` null: every device. Rereading the outlet never repeats a gap. */
  | { kind: 'gap'; device: string | null; fromMicros: number; toMicros: number; reason?: string }
  /** What the pipeline said about itself when asked. `said` is the raw word. */
  | {
      kind: 'health';
      node: string;
      status: HealthStatus;
      said: string;
      layer?: Layer;
      backlog?: number;
      detail?: string;
    }
  /**
   * How soon the machines' answers came over this link in the whole run. `late`: too late to know that the pipeline took
   * them, `lateByHarness` of them though no failure withheld them that long. The own delay is that of the harness.
   */
  | { kind: 'answers'; link: string; answers: number; late: number; lateByHarness: number; ownDelayMeanMicros: number; ownDelayLongestMicros: number }
  /** Somebody wrote to a register that is not the siren: a breach of local continuity. */
  | { kind: 'write'; device: string; register: string; value: number }
  /** One second of a machine's own control loop: how many cycles, and the longest distance between two. */
  | { kind: 'cycle'; device: string; cycles: number; longestMicros: number }
  /** The harness itself stood still from `fromMicros` until now: what seemed to stand still with it may not have. */
  | { kind: 'host-stall'; fromMicros: number }
  /** Since `fromMicros` the harness came late again and again, by this much in all, without ever standing still for long. */
  | { kind: 'host-starved'; fromMicros: number; lateMicros: number }
  /**
   * The wall clock of this machine moved against the monotonic one by `stepMicros`, at some moment since `fromMicros`: it was
   * set, or the machine slept. Wall-clock times since then cannot be related to the run any more.
   */
  | { kind: 'host-clock-step'; fromMicros: number; stepMicros: number }
  /**
   * The harness looked at the outlet from `fromMicros` until now. Whatever an `ok` look at the readings did not show was not
   * there when it began. With `everyMicros`, which the model writes: one look after the other in all that time, at every
   * multiple of it, each over in no time.
   */
  | { kind: 'look'; fromMicros: number; of: 'readings' | 'health'; outcome: 'ok' | 'failed'; detail?: string; everyMicros?: number }
  /** The plant raised something that a person must hear of; `alert` is its identity. */
  | { kind: 'alert-raised'; alert: string; device: string; critical: boolean }
  | { kind: 'alert-received'; alert: string; channel: string }
  /** A person typed something in during the outage; it must arrive once, marked as manual. */
  | { kind: 'manual-entry'; device: string; n: number; value: number }
  | { kind: 'resource'; node: string; rssBytes: number; diskBytes: number }
  /** Somebody tried to get in or to write with these credentials, and this came of it. */
  | { kind: 'access'; who: string; credentials: 'valid' | 'wrong' | 'revoked'; action: string; accepted: boolean }
  | { kind: 'connection'; device: string; state: 'opened' | 'closed' }
  /** A row at the outlet that no reading can be recognised in. */
  | { kind: 'unreadable-row'; row: string; why: string }
  /** The final read failed: what was delivered is unknown, not lost. */
  | { kind: 'outlet-unreadable'; why: string }
  /** Something that this machine could not do or this pipeline does not offer. */
  | { kind: 'not-tested'; what: string; reason: string; fix: string }
);

/**
 * Where the simulator says what happens. Calls return at once; the order of calls is the order of the record. A recorder
 * copies what it is given: readings and rows may be used again by who gave them.
 */
export interface Recorder {
  reading(reading: Reading): void;
  delivery(delivery: Delivery): void;
  event(event: HistoryEvent): void;
}
