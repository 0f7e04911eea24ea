// @ts-check
'use strict';
const { nowMicros } = require('./clock.cjs');
const { ModbusLink } = require('./modbus.cjs');
const { BLOCK, decodeBlock } = require('./machines.cjs');

/**
 * @typedef {import('./machines.cjs').Machine} Machine
 * @typedef {import('./queue.cjs').Reading} Reading
 * @typedef {{ machine: Machine, link: InstanceType<typeof ModbusLink>, idle: boolean, trouble: string | null }} Seat
 */

/** Answers of one beat that arrive this close together are handed over, and so committed, together. */
const GATHER_MS = 5;

/**
 * Asks every machine once per beat of the monotonic clock. A machine is asked again only after its last reading was
 * reported as committed: to a machine that counts its reads, being asked again is the receipt for the last answer.
 * Whoever is late skips beats and never catches up in a burst.
 */
class Poller {
  /**
   * @param {{ machines: Machine[], periodMs: number, timeoutMs: number,
   *   deliver: (readings: Reading[]) => void, report: (troubles: Record<string, string | null>) => void }} options
   */
  constructor({ machines, periodMs, timeoutMs, deliver, report }) {
    this.periodMicros = periodMs * 1000;
    this.deliver = deliver;
    this.report = report;
    /** @type {Seat[]} */
    this.seats = machines.map((machine) => ({
      machine, link: new ModbusLink({ ...machine, timeoutMs }), idle: true, trouble: null,
    }));
    /** @type {Reading[]} */
    this.gathered = [];
    this.firstBeat = nowMicros();
    /** @type {NodeJS.Timeout | undefined} */
    this.gathering = undefined;
    /** @type {NodeJS.Timeout | undefined} */
    this.waiting = undefined;
  }

  start() {
    this.report(Object.fromEntries(this.seats.map((seat) => [seat.machine.name, seat.trouble])));
    this.beat();
  }

  beat() {
    for (const seat of this.seats) if (seat.idle) void this.ask(seat);
    const sinceFirst = nowMicros() - this.firstBeat;
    const untilNext = this.periodMicros - (sinceFirst % this.periodMicros);
    this.waiting = setTimeout(() => this.beat(), Math.max(1, Math.ceil(untilNext / 1000)));
  }

  /** @param {Seat} seat */
  async ask(seat) {
    seat.idle = false;
    try {
      const { data, askedMicros, answeredMicros } = await seat.link.read(BLOCK.address, BLOCK.registers);
      this.gather({ machine: seat.machine.name, askedMicros, answeredMicros, ...decodeBlock(data), trouble: seat.trouble });
      this.note(seat, null);
    } catch (error) {
      seat.idle = true; // nothing was taken, so nothing has to be committed before the next question
      this.note(seat, /** @type {Error} */ (error).message);
    }
  }

  /** @param {Reading} reading */
  gather(reading) {
    this.gathered.push(reading);
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.deliver(this.gathered.splice(0));
    }, GATHER_MS);
  }

  /** These machines may be asked again. @param {string[]} names */
  committed(names) {
    for (const seat of this.seats) if (names.includes(seat.machine.name)) seat.idle = true;
  }

  /** @param {Seat} seat @param {string | null} trouble */
  note(seat, trouble) {
    if (seat.trouble === trouble) return;
    seat.trouble = trouble;
    this.report({ [seat.machine.name]: trouble });
  }

  stop() {
    clearTimeout(this.waiting);
    clearTimeout(this.gathering);
    for (const seat of this.seats) seat.link.close();
  }
}

module.exports = { Poller };
