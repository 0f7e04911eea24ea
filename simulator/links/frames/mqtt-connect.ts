import { parser as mqttParser } from 'mqtt-packet';

/** Nobody's CONNECT is longer, and what is no MQTT is not kept. */
const LIMIT_BYTES = 64 * 1024;

/** Reads what an MQTT client calls itself from the beginning of its stream. `mqtt-packet` comes with mqtt.js. */
export class ConnectReader {
  readonly #parser = mqttParser();
  #readBytes = 0;
  #done = false;
  /** Undefined until the CONNECT has arrived whole, and for ever if the stream does not begin with one. */
  clientId: string | undefined;

  constructor() {
    this.#parser.once('packet', (packet) => {
      this.#done = true;
      if (packet.cmd === 'connect') this.clientId = packet.clientId;
    });
    this.#parser.on('error', () => (this.#done = true));
  }

  push(chunk: Buffer): void {
    if (this.#done) return;
    this.#readBytes += chunk.length;
    if (this.#readBytes > LIMIT_BYTES) this.#done = true;
    else this.#parser.parse(chunk);
  }
}
