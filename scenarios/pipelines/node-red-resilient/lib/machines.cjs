// @ts-check
'use strict';

/** @typedef {{ name: string, host: string, port: number }} Machine */

/**
 * Reads a list of machines as it is typed into the editor: `press=10.0.0.11:502, oven=10.0.0.12`, or only ports.
 * The port is 502, the host this machine and the name `machine-N` where they are left out.
 * @param {string} text
 * @returns {Machine[]}
 */
function parseMachines(text) {
  const entries = text.split(',').map((entry) => entry.trim()).filter(Boolean);
  const machines = entries.map((entry, index) => {
    const match = /^(?:([^=\s]+)\s*=\s*)?(?:(\d+)|([^:\s]+)(?::(\d+))?)$/.exec(entry);
    if (!match) throw new Error(`"${entry}" is no machine: expected name=host:port`);
    const [, name, portOnly, host, port] = match;
    return { name: name ?? `machine-${index + 1}`, host: host ?? '127.0.0.1', port: Number(portOnly ?? port ?? 502) };
  });
  if (machines.length === 0) throw new Error('no machine is listed');
  if (new Set(machines.map((machine) => machine.name)).size < machines.length) throw new Error('two machines have one name');
  return machines;
}

/**
 * What one read of a machine's block says. The float stays what it was on the wire, 32 bits, so nothing rounds it.
 * @typedef {{ n: number, bits: number, uptimeMs: number, state: number, counter: number, alarms: number }} Block
 */

const BLOCK = { address: 0, registers: 10 };

/**
 * The register map, and the one place to change for machines with another one.
 * @param {Buffer} data the registers, big-endian
 * @returns {Block}
 */
function decodeBlock(data) {
  return {
    n: data.readUInt32BE(0),
    bits: data.readUInt32BE(4),
    uptimeMs: data.readUInt32BE(8),
    state: data.readUInt16BE(12),
    counter: data.readUInt32BE(14),
    alarms: data.readUInt16BE(18),
  };
}

/** @param {number} bits */
function floatOfBits(bits) {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

module.exports = { parseMachines, BLOCK, decodeBlock, floatOfBits };
