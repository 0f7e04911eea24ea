import type { Reading, Recorder } from '../recorder.ts';
import type { EventLoop } from './event-loop.ts';
import type { Batch } from './entries.ts';

/** One question to several machines at once: each is asked over a connection of its own. */
export interface Question {
  devices: Uint32Array;
  /** Per machine of the plant, the number of the connection it is asked over. */
  connections: Uint32Array;
}

/** What is wrong with a machine. Counts, so that overlapping faults can end in any order. */
interface Troubles {
  silent: Uint8Array;
  exception: Uint8Array;
  garbage: Uint8Array;
  stuck: Uint8Array;
  slowMicros: Float64Array;
}

/**
 * The machines. Each numbers its readings; a reading's handover is settled when the machine is asked again over the
 * same connection (acknowledged) or over another one, or never again (indeterminate).
 */
export class Plant {
  readonly names: string[];
  readonly troubles: Troubles;
  /** By machine: questions that a fault kept from being answered well, for its bite. */
  readonly disturbed: Float64Array;
  /** Alarms that stand, and the machine of each. */
  readonly alarms = new Map<string, number>();
  /** Of each machine, the last time that it was asked. */
  readonly askedAtMicros: Float64Array;
  #bootedAtMicros: Float64Array;
  #troubled = 0;
  #lastConnection = 0;
  #lastAnswerMicros = 0;
  readonly #late: { byMicros: number; every: number }[] = [];
  readonly #loop: EventLoop;
  readonly #recorder: Recorder;
  readonly #n: Uint32Array;
  readonly #values: Float32Array;
  /** NaN if there is no reading whose handover is open. */
  readonly #openAtMicros: Float64Array;
  readonly #connections: Uint32Array;
  readonly #noConnections: Uint32Array;
  /** When the machine has given its last answer: a slow one answers one question after the other. */
  readonly #answersAtMicros: Float64Array;
  /** One object for all readings: a recorder copies what it is given. */
  readonly #reading: Reading = { device: '', n: 0, atMicros: 0.5, value: 0.5, handover: 'acknowledged' };

  constructor(loop: EventLoop, recorder: Recorder, machines: number) {
    this.#loop = loop;
    this.#recorder = recorder;
    this.names = Array.from({ length: machines }, (_, i) => `machine-${i + 1}`);
    this.troubles = {
      silent: new Uint8Array(machines), exception: new Uint8Array(machines), garbage: new Uint8Array(machines),
      stuck: new Uint8Array(machines), slowMicros: new Float64Array(machines),
    };
    this.disturbed = new Float64Array(machines);
    this.askedAtMicros = new Float64Array(machines);
    this.#bootedAtMicros = new Float64Array(machines).fill(-3_600_000_000);
    this.#n = new Uint32Array(machines);
    this.#values = new Float32Array(machines);
    this.#openAtMicros = new Float64Array(machines).fill(NaN);
    this.#connections = new Uint32Array(machines);
    this.#noConnections = new Uint32Array(machines);
    this.#answersAtMicros = new Float64Array(machines);
  }

  /** Puts a trouble on a machine; the result takes it off. */
  trouble(device: number, kind: Exclude<keyof Troubles, 'slowMicros'>): () => void {
    this.troubles[kind][device]!++;
    this.#troubled++;
    return () => {
      this.troubles[kind][device]!--;
      this.#troubled--;
    };
  }

  slowDown(device: number, byMicros: number): () => void {
    this.troubles.slowMicros[device]! += byMicros;
    this.#troubled++;
    return () => {
      this.troubles.slowMicros[device]! -= byMicros;
      this.#troubled--;
    };
  }

  /** Of every machine, each nth reply comes later. */
  delayReplies(byMicros: number, every: number): () => void {
    const late = { byMicros, every };
    this.#late.push(late);
    this.#troubled++;
    return () => {
      this.#late.splice(this.#late.indexOf(late), 1);
      this.#troubled--;
    };
  }

  /** The machine loses its connections, its uptime and its counters; its numbering goes on. */
  reboot(device: number): void {
    this.#hangUp(device);
    this.#bootedAtMicros = this.#bootedAtMicros.slice();
    this.#bootedAtMicros[device] = this.#loop.nowMicros;
    this.#answersAtMicros[device] = 0;
  }

  /** The number of a connection that no machine has seen before. */
  newConnection(): number {
    return ++this.#lastConnection;
  }

  /** Somebody wrote to a register that is not the siren. */
  write(device: number, register: string, value: number): void {
    this.#recorder.event({ kind: 'write', atMicros: this.#loop.nowMicros, device: this.names[device]!, register, value });
  }

  /** Somebody connected to this machine anew. */
  reconnected(device: number): void {
    this.#recorder.event({ kind: 'connection', atMicros: this.#loop.nowMicros, device: this.names[device]!, state: 'opened' });
  }

  /** The machines latch their readings. `answer` is called for those that answer, now or later, with a delay in microseconds. */
  ask({ devices, connections }: Question, answer: (batch: Batch, delayMicros: number) => void): void {
    const now = this.#loop.nowMicros;
    this.#handOver(devices, connections, now);
    for (let i = 0; i < devices.length; i++) this.askedAtMicros[devices[i]!] = now;
    if (this.#troubled === 0 && now >= this.#lastAnswerMicros) {
      answer(this.#latch(devices), 0);
      return;
    }
    const delays = Float64Array.from(devices, (d) => this.#delayMicros(d));
    const prompt = devices.filter((d, i) => this.#answers(d) && delays[i] === 0);
    if (prompt.length > 0) answer(this.#latch(prompt), 0);
    for (const [i, d] of devices.entries()) {
      const delayMicros = delays[i]!;
      if (delayMicros === 0 && this.#answers(d)) continue;
      this.disturbed[d]!++;
      if (!this.#answers(d)) continue;
      this.#answersAtMicros[d] = now + delayMicros;
      this.#lastAnswerMicros = Math.max(this.#lastAnswerMicros, now + delayMicros);
      answer(this.#latch(Uint32Array.of(d)), delayMicros);
    }
  }

  /** The plant is done: what is still open was handed over or not, nobody knows. */
  close(): void {
    for (let d = 0; d < this.names.length; d++) this.#hangUp(d);
  }

  #answers(device: number): boolean {
    const { silent, exception, garbage } = this.troubles;
    return silent[device] === 0 && exception[device] === 0 && garbage[device] === 0;
  }

  #delayMicros(device: number): number {
    let lateMicros = this.troubles.slowMicros[device]!;
    for (const { byMicros, every } of this.#late) if ((this.#n[device]! + 1) % every === 0) lateMicros += byMicros;
    return Math.max(lateMicros, this.#answersAtMicros[device]! - this.#loop.nowMicros);
  }

  #latch(devices: Uint32Array): Batch {
    const now = this.#loop.nowMicros;
    const count = devices.length;
    const n = new Uint32Array(count);
    const values = new Float32Array(count);
    const { stuck } = this.troubles;
    const lastN = this.#n;
    const lastValues = this.#values;
    const openAtMicros = this.#openAtMicros;
    for (let i = 0; i < count; i++) {
      const d = devices[i]!;
      const own = ++lastN[d]!;
      n[i] = own;
      if (stuck[d] === 0) lastValues[d] = signal(d, own);
      else this.disturbed[d]!++;
      values[i] = lastValues[d]!;
      openAtMicros[d] = now;
    }
    return { devices, n, values, bootedAtMicros: this.#bootedAtMicros, latchedAtMicros: now };
  }

  /** Nobody asks any more over the connection that there was. */
  #hangUp(device: number): void {
    this.#handOver(Uint32Array.of(device), this.#noConnections, this.#loop.nowMicros);
  }

  /** Being asked again settles what became of the last answer. */
  #handOver(devices: Uint32Array, connections: Uint32Array, now: number): void {
    const { names } = this;
    const [openAtMicros, answersAtMicros, before, n, values] = [this.#openAtMicros, this.#answersAtMicros, this.#connections, this.#n, this.#values];
    const reading = this.#reading;
    const recorder = this.#recorder;
    for (let i = 0; i < devices.length; i++) {
      const d = devices[i]!;
      const atMicros = openAtMicros[d]!;
      if (atMicros === atMicros) {
        openAtMicros[d] = NaN;
        reading.device = names[d]!;
        reading.n = n[d]!;
        reading.atMicros = atMicros;
        reading.value = values[d]!;
        reading.handover = before[d] === connections[d] && answersAtMicros[d]! <= now ? 'acknowledged' : 'indeterminate';
        recorder.reading(reading);
      }
      before[d] = connections[d]!;
    }
  }
}

/** A triangle of 200 readings between 20.25 and 70, a little different for every machine; exact in a float32. */
function signal(device: number, n: number): number {
  const phase = n % 200;
  return 20.25 + (phase < 100 ? phase : 200 - phase) * 0.5 + (device % 8) / 32;
}
