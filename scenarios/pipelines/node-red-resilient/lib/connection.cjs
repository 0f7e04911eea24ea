// @ts-check
'use strict';
const mqtt = require('mqtt');
const { nowMicros } = require('./clock.cjs');

const WATCH_MS = 250;

/**
 * One MQTT connection that is always made anew. A link can die in silence, long before a keep-alive notices: whoever
 * heard nothing for `silenceMs` hangs up and connects again, with a client that remembers nothing of the old one.
 * What has to survive lives in the queue, never in the client.
 *
 * QoS 1 messages are acknowledged to the broker when `done` of `onMessage` is called, not before.
 */
class Connection {
  /**
   * @param {{ url: string, clientId: string, topics: string[], silenceMs: number,
   *   will?: () => { topic: string, payload: object },
   *   onUp: () => void, onDown: (why: string) => void,
   *   onMessage: (topic: string, payload: Buffer, done: () => void) => void }} options
   */
  constructor(options) {
    this.options = options;
    this.up = false;
    this.closed = false;
    this.heardAtMicros = 0;
    this.watchedAtMicros = nowMicros();
    /** @type {NodeJS.Timeout | undefined} */
    this.retry = undefined;
    this.watch = setInterval(() => this.look(), WATCH_MS);
    this.client = this.connect();
  }

  connect() {
    const { url, clientId, topics, silenceMs, will, onMessage } = this.options;
    const lastWill = will?.();
    this.heardAtMicros = nowMicros(); // a connection that is never answered is a silent one
    const client = mqtt.connect(url, {
      clientId,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: silenceMs,
      keepalive: Math.max(1, Math.ceil((silenceMs * 2) / 1000)),
      messageIdProvider: new mqtt.UniqueMessageIdProvider(),
      ...(lastWill && { will: { topic: lastWill.topic, payload: JSON.stringify(lastWill.payload), qos: 1, retain: false } }),
    });
    const ours = () => this.client === client;
    /** @type {any} */ (client.stream).setNoDelay?.(true);
    client.handleMessage = (packet, done) => {
      if (ours()) onMessage(packet.topic, /** @type {Buffer} */ (packet.payload), () => done());
      else done();
    };
    client.on('packetreceive', () => ours() && (this.heardAtMicros = nowMicros()));
    client.on('connect', () => {
      client.subscribe(topics, { qos: 1 }, (error, granted) => {
        if (!ours() || this.closed) return;
        if (error || granted?.some(({ qos }) => qos > 2)) return this.hangUp(`the broker refused the subscription: ${error?.message}`);
        this.up = true;
        this.options.onUp();
      });
    });
    client.on('error', (error) => ours() && this.hangUp(error.message));
    client.on('close', () => ours() && this.hangUp('the connection was closed'));
    return client;
  }

  /** How long nothing was heard of the broker. */
  silentMs() {
    return (nowMicros() - this.heardAtMicros) / 1000;
  }

  look() {
    const now = nowMicros();
    const paused = now - this.watchedAtMicros > 4 * WATCH_MS * 1000;
    this.watchedAtMicros = now;
    if (this.retry || paused) return; // after a pause of this process, what was heard is still in the socket
    const silentMs = this.silentMs();
    if (silentMs > this.options.silenceMs) this.hangUp(`nothing was heard for ${Math.round(silentMs)} ms`);
    else if (this.up && silentMs > this.options.silenceMs / 3) this.client.sendPing();
  }

  /** Ends this connection and begins the next. @param {string} why */
  hangUp(why) {
    if (this.closed || this.retry) return;
    const wasUp = this.up;
    this.up = false;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.client = this.connect();
    }, 100 + Math.random() * 200);
    this.client.end(true);
    if (wasUp) this.options.onDown(why);
  }

  /** @param {string} topic @param {object} message */
  publish(topic, message) {
    this.client.publish(topic, JSON.stringify(message), { qos: 1 }, () => {}); // what was lost is sent again by the queue
  }

  /** @returns {Promise<void>} once the broker has been told */
  close() {
    this.closed = true;
    this.up = false;
    clearInterval(this.watch);
    clearTimeout(this.retry);
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, 500);
      this.client.end(false, {}, () => {
        clearTimeout(patience);
        resolve();
      });
    });
  }
}

module.exports = { Connection };
