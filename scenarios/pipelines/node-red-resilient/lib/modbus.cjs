// @ts-check
'use strict';
const net = require('node:net');
const { nowMicros } = require('./clock.cjs');

/** @typedef {{ data: Buffer, askedMicros: number, answeredMicros: number }} Answer */

const HEADER = 7;
const READ_HOLDING_REGISTERS = 3;

/**
 * The Modbus TCP side of one machine: one question at a time, and after any trouble a new connection, so that a late
 * answer can never be taken for the answer to the next question.
 */
class ModbusLink {
  /** @param {{ host: string, port: number, timeoutMs: number }} options */
  constructor({ host, port, timeoutMs }) {
    this.address = { host, port };
    this.timeoutMs = timeoutMs;
    this.transaction = 0;
    /** @type {net.Socket | undefined} */
    this.socket = undefined;
    /** @type {{ resolve: (answer: Answer) => void, reject: (error: Error) => void, registers: number, askedMicros: number } | undefined} */
    this.question = undefined;
  }

  /**
   * Reads holding registers, connecting first where needed.
   * @param {number} address
   * @param {number} registers
   * @returns {Promise<Answer>} rejects on a timeout, a broken connection or a Modbus exception
   */
  read(address, registers) {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        if (this.question === question) this.fail(new Error(`no answer within ${this.timeoutMs} ms`));
      };
      // After a pause of this process the answer may be waiting in the socket: let it be read before giving up.
      const timer = setTimeout(() => setImmediate(giveUp), this.timeoutMs);
      const settle = () => { clearTimeout(timer); this.question = undefined; };
      const question = {
        registers,
        askedMicros: 0,
        resolve: (/** @type {Answer} */ answer) => { settle(); resolve(answer); },
        reject: (/** @type {Error} */ error) => { settle(); reject(error); },
      };
      this.question = question;
      if (this.socket) this.ask(address, registers);
      else this.connect(() => this.ask(address, registers));
    });
  }

  /** @param {() => void} then */
  connect(then) {
    const socket = net.connect({ ...this.address, noDelay: true });
    this.socket = socket;
    let received = Buffer.alloc(0);
    socket.on('connect', then);
    socket.on('data', (chunk) => {
      const answeredMicros = nowMicros();
      received = Buffer.concat([received, chunk]);
      if (received.length < HEADER || received.length < 6 + received.readUInt16BE(4)) return;
      this.answer(received, answeredMicros);
      received = Buffer.alloc(0);
    });
    socket.on('error', (error) => this.socket === socket && this.fail(error));
    socket.on('close', () => this.socket === socket && this.fail(new Error('the machine closed the connection')));
  }

  /** @param {number} address @param {number} registers */
  ask(address, registers) {
    if (!this.question || !this.socket) return;
    this.transaction = (this.transaction + 1) % 0x10000;
    const frame = Buffer.alloc(12);
    frame.writeUInt16BE(this.transaction, 0);
    frame.writeUInt16BE(6, 4);
    frame.writeUInt8(1, 6);
    frame.writeUInt8(READ_HOLDING_REGISTERS, 7);
    frame.writeUInt16BE(address, 8);
    frame.writeUInt16BE(registers, 10);
    this.question.askedMicros = nowMicros();
    this.socket.write(frame);
  }

  /** @param {Buffer} frame @param {number} answeredMicros */
  answer(frame, answeredMicros) {
    const { question } = this;
    if (!question) return this.fail(new Error('the machine answered what nobody asked'));
    const functionCode = frame[7] ?? 0;
    const bytes = question.registers * 2;
    if (frame.readUInt16BE(0) !== this.transaction) return this.fail(new Error('the machine answered another question'));
    if (functionCode & 0x80) return question.reject(new Error(`Modbus exception ${frame[8]}`));
    if (functionCode !== READ_HOLDING_REGISTERS || frame[8] !== bytes || frame.length !== HEADER + 2 + bytes) {
      return this.fail(new Error('the machine sent a damaged answer'));
    }
    question.resolve({ data: frame.subarray(HEADER + 2), askedMicros: question.askedMicros, answeredMicros });
  }

  /** Ends the connection; whoever waits for an answer hears why. @param {Error} error */
  fail(error) {
    const { socket, question } = this;
    this.socket = undefined;
    socket?.destroy();
    question?.reject(error);
  }

  close() {
    this.fail(new Error('closed'));
  }
}

module.exports = { ModbusLink };
