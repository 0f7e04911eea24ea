// @ts-check
'use strict';
const { createSocket } = require('node:dgram');
const { randomBytes } = require('node:crypto');
const { isIPv6 } = require('node:net');
const { nowMicros, wallMicros } = require('./clock.cjs');

/**
 * A client of SNTP (RFC 4330, RFC 5905) that believes little: an answer must be to the very question that was asked,
 * from where it was sent to, and of a server that itself says it knows the time.
 *
 * @typedef {{ aheadMicros: number, errorMicros: number }} Comparison
 *   The server's clock is so far ahead of this machine's, give or take the error, which is half of the round trip.
 * @typedef {{ leap: number, version: number, mode: number, stratum: number, kiss: string, originate: Buffer,
 *   receivedMicros: number, sentMicros: number }} Answer times in microseconds of the NTP era, which wraps every 136 years
 */

const PACKET_BYTES = 48;
const VERSION = 4;
const CLIENT_MODE = 3;
const SERVER_MODE = 4;
const EPOCH_MICROS = 2_208_988_800_000_000;
const ERA_MICROS = 2 ** 32 * 1e6;

/** A server that wants to be left alone, or to be asked less often: `DENY`, `RSTR`, `RATE`. */
class KissOfDeath extends Error {
  /** @param {string} code */
  constructor(code) {
    super(`the time server says ${code}`);
    this.code = code;
  }
}

/** @param {Buffer} reply @returns {Answer | undefined} undefined where it is too short to be one */
function readAnswer(reply) {
  if (reply.length < PACKET_BYTES) return undefined;
  const first = reply.readUInt8(0);
  const microsAt = (/** @type {number} */ at) => reply.readUInt32BE(at) * 1e6 + Math.round((reply.readUInt32BE(at + 4) / 2 ** 32) * 1e6);
  return {
    leap: first >> 6, version: (first >> 3) & 7, mode: first & 7, stratum: reply.readUInt8(1), kiss: reply.toString('latin1', 12, 16),
    originate: reply.subarray(24, 32), receivedMicros: microsAt(32), sentMicros: microsAt(40),
  };
}

/**
 * Why an answer to this question tells nothing of the time; undefined where it does.
 * @param {Answer | undefined} answer @param {Buffer} nonce
 */
function objection(answer, nonce) {
  if (!answer || answer.mode !== SERVER_MODE || answer.version !== VERSION) return new Error('what came from the time server is no answer');
  if (!answer.originate.equals(nonce)) return new Error('the time server answered another question');
  if (answer.stratum === 0) return new KissOfDeath(answer.kiss);
  if (answer.leap === 3 || answer.stratum > 15 || answer.sentMicros === 0) return new Error('the time server does not know the time');
  if (answer.sentMicros < answer.receivedMicros) return new Error('the time server contradicts itself');
  return undefined;
}

/**
 * How far the server's clock was ahead when this answer came. An era has no number in it: the nearest is taken.
 * @param {Answer} answer @param {{ askedMicros: number, answeredMicros: number }} trip by this machine's wall clock
 * @returns {number}
 */
function aheadOf({ receivedMicros, sentMicros }, { askedMicros, answeredMicros }) {
  const ahead = (receivedMicros + sentMicros) / 2 - EPOCH_MICROS - (askedMicros + answeredMicros) / 2;
  return Math.round(ahead - Math.round(ahead / ERA_MICROS) * ERA_MICROS);
}

/**
 * Asks once.
 * @param {{ host: string, port: number }} server
 * @param {number} withinMs
 * @param {(answer: Answer | undefined, nonce: Buffer) => Error | undefined} [objects] what to hold against an answer
 * @returns {Promise<Comparison>} rejects with the reason where nothing is known: no answer, or none to believe
 */
function compareWith({ host, port }, withinMs, objects = objection) {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    // Who looks at the packet learns nothing of this clock, and who does not see it cannot answer it.
    const nonce = randomBytes(8);
    const question = Buffer.alloc(PACKET_BYTES);
    question.writeUInt8((VERSION << 3) | CLIENT_MODE, 0);
    nonce.copy(question, 40);
    let askedMicros = 0;
    let sentAtMicros = 0;
    const patience = setTimeout(() => end(() => reject(new Error('the time server does not answer'))), withinMs);
    const end = (/** @type {() => void} */ tell) => {
      clearTimeout(patience);
      socket.removeAllListeners().on('error', () => {}).close();
      tell();
    };
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('message', (reply) => {
      const tripMicros = nowMicros() - sentAtMicros;
      const answer = readAnswer(reply);
      const why = objects(answer, nonce);
      if (why || !answer) return end(() => reject(why));
      const aheadMicros = aheadOf(answer, { askedMicros, answeredMicros: askedMicros + tripMicros });
      end(() => resolve({ aheadMicros, errorMicros: Math.ceil(tripMicros / 2) }));
    });
    socket.connect(port, host, () => {
      askedMicros = wallMicros();
      sentAtMicros = nowMicros();
      socket.send(question);
    });
  });
}

/** @param {string | undefined} text `HOST:PORT`, or `HOST` with the port of NTP; undefined where it names nobody */
function serverOf(text) {
  const match = /^(?:\[([0-9a-f:]+)\]|([^\s:[\]${}]+))(?::(\d{1,5}))?$/i.exec(text ?? '');
  return match ? { host: /** @type {string} */ (match[1] ?? match[2]), port: Number(match[3] ?? 123) } : undefined;
}

module.exports = { compareWith, serverOf, KissOfDeath };
